"""Whole editions under attack: what they show, of all tables and of several editions together, tells of no small cell.

The reader has the files of the editions, knows which figures add up to which and where areas lie, and solves all of it
with a linear programme.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from fastlege.figures.counting.base_rows import BaseRows
from fastlege.figures.counting.by_area import count
from fastlege.figures.disclosure import clearing
from fastlege.figures.disclosure.attack import recovered
from fastlege.figures.disclosure.cells import Cells
from fastlege.figures.disclosure.door import HIDDEN, Earlier
from fastlege.figures.disclosure.families import FAMILIES, Family
from fastlege.figures.disclosure.tables import Tables, within
from fastlege.figures.earlier import shown_in
from fastlege.figures.levels import Areas, Level
from fastlege.figures.measures import MEASURES
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.building import build_edition
from fastlege.reporting.edition import FIGURES, GROUPS
from fastlege.reporting.report.counting import count as count_report
from fastlege.reporting.report.plan import plan_named
from fastlege.rules.parameters import load_rulebook
from fastlege.simulation.population import build_population

THRESHOLD = 6
LEVELS = tuple(Level)


def told(snapshot: Snapshot, families: Iterable[Family], editions: Sequence[Earlier]) -> dict[str, int]:
    """For each family how many small cells a reader of some editions can tell."""
    areas = Areas.of(snapshot)
    served = np.concatenate([areas.shown(level) for level in LEVELS])
    found = {}
    for family in families:
        bases = {MEASURES[name].base for name in family.measures}
        counted = count({name: frozenset(LEVELS) for name in family.measures}, BaseRows(snapshot, bases), areas)
        counts = {
            (name, "", ""): np.concatenate([counted.of(name, level) for level in LEVELS]) for name in family.measures
        }
        sums = [((total, "", ""), tuple((part, "", "") for part in parts)) for total, parts in family.sums]
        tables = Tables(counts, within(areas, LEVELS), sums, family.unguarded, served)
        shown = tables.spread({name: _shown(name, column, editions, areas) for name, column in counts.items()})
        # Of areas that no edition shows, the reader knows only that they add up.
        hidden = ~shown & ((tables.cells.counts > 0) | ~tables.cells.published)
        found[family.measures[0]] = len(recovered(tables.cells, hidden, THRESHOLD))
    return found


def _shown(name: tuple[str, str, str], counts: np.ndarray, editions: Sequence[Earlier], areas: Areas) -> np.ndarray:
    said = [np.concatenate([each.of(name, level, areas.codes(level)) for level in LEVELS]) for each in editions]
    assert any((column == HIDDEN).any() or (column == counts).any() for column in said)
    return np.any([column == counts for column in said], axis=0)


def read(*folders: Path) -> list[Earlier]:
    return [shown_in([pq.read_table(folder / FIGURES)]) for folder in folders]


OF_CLAIMS = {"contacts", "patients", "paid_contacts"}
DAY = [family for family in FAMILIES if not OF_CLAIMS & set(family.measures)]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("attacked") / "county"
    build_population("norway-2026-05", folder, areas=["42"])
    return Snapshot(folder)


def test_a_county_s_edition_tells_of_no_small_cell(county: Snapshot, tmp_path: Path) -> None:
    build_edition(county, tmp_path / "edition", groups=False)
    assert told(county, DAY, read(tmp_path / "edition")) == dict.fromkeys((each.measures[0] for each in DAY), 0)


def test_an_edition_that_shows_the_small_is_seen_through(county: Snapshot, tmp_path: Path, monkeypatch) -> None:
    # The same attack on an edition that hides small cells and nothing beside them finds some.
    monkeypatch.setattr("fastlege.figures.disclosure.tables.suppress", _small_only)
    build_edition(county, tmp_path / "naive", groups=False)
    assert told(county, DAY, read(tmp_path / "naive"))["unplaced"] > 0


def _small_only(cells, threshold, **_):
    from fastlege.figures.disclosure.suppression import Suppression

    return Suppression(cells.small(threshold), np.empty(0, dtype=np.intp))


def test_a_correction_and_what_it_corrects_tell_no_more_together(county: Snapshot, tmp_path: Path) -> None:
    build_edition(county, tmp_path / "first", groups=False)
    assert build_edition(county, tmp_path / "second", groups=False, after=[tmp_path / "first"]) == ()
    both = read(tmp_path / "first", tmp_path / "second")
    assert told(county, DAY, both) == dict.fromkeys((each.measures[0] for each in DAY), 0)


def test_a_report_after_an_edition_shows_nothing_that_it_hid(county: Snapshot, tmp_path: Path) -> None:
    from fastlege.reporting.door import door_for

    build_edition(county, tmp_path / "edition", groups=False)
    (edition,) = read(tmp_path / "edition")
    book = load_rulebook()
    door = door_for(county, book, after=[tmp_path / "edition"])
    report = count_report(plan_named("arsrapport-2025"), county, book, door)
    hidden = {
        (level, area) for (level, area), number in edition.cells["waiting_persons", "", ""].items() if number is None
    }
    assert door.given_away == []
    cells = {key: cell for key, cell in report.cells.items() if key[0] == "waiting_persons"}
    assert cells
    assert all(cell.suppressed for key, cell in cells.items() if (key[1].value, key[2]) in hidden)


READY = "FASTLEGE_TEST_YEAR"
"""The folder of a ready nation, with or without a year of claims; without it the national test builds one."""


def _as_read(tables: Tables, levels: tuple[Level, ...], editions: Sequence[Earlier], areas: Areas) -> tuple:
    """The cells of some tables and which of them editions hide; where a line is hidden, its noughts may be too."""
    shown = {
        name: np.any(
            [
                each.tells(counts, np.concatenate([each.of(name, level, areas.codes(level)) for level in levels]))
                for each in editions
            ],
            axis=0,
        )
        for name, counts in tables.counts.items()
    }
    cells = tables.cells
    published = cells.published.copy().reshape(-1, tables.inside.shape[1])
    for line in {name[:2] for name in shown if name[1]}:
        beside = [name for name in shown if name[:2] == line]
        for name in beside:
            published[tables.place[name]] &= np.any([shown[each] for each in beside], axis=0)
    out = tables.spread(shown)
    mask = ~out & ((cells.counts > 0) | ~published.ravel())
    return Cells(cells.counts, sums=cells.sums, published=published.ravel(), guarded=cells.guarded), mask


@pytest.fixture
def nation(tmp_path: Path) -> Snapshot:
    folder = Path(os.environ.get(READY) or tmp_path / "nation")
    if not folder.exists():
        build_population("norway-2026-05", folder)
    return Snapshot(folder)


@pytest.mark.national
def test_two_editions_of_the_nation_tell_of_no_small_cell(nation: Snapshot, tmp_path: Path) -> None:
    build_edition(nation, tmp_path / "first", groups=False)
    assert build_edition(nation, tmp_path / "second", groups=False, after=[tmp_path / "first"]) == ()
    both = read(tmp_path / "first", tmp_path / "second")
    assert told(nation, DAY, both) == dict.fromkeys((each.measures[0] for each in DAY), 0)


@pytest.mark.national
def test_the_nation_s_edition_tells_of_no_small_cell(
    nation: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given an edition of the nation with all groups, and the tables that it was cleared by
    met: list[Tables] = []
    decided = clearing._decided
    monkeypatch.setattr(clearing, "_decided", lambda tables, *rest: met.append(tables) or decided(tables, *rest))
    build_edition(nation, tmp_path / "edition")
    edition = shown_in([pq.read_table(tmp_path / "edition" / name) for name in (FIGURES, GROUPS)])
    # When each is attacked with what the edition shows of it
    areas = Areas.of(nation)
    found = {}
    for tables in met:
        levels = next(
            some
            for some in (LEVELS, clearing.LARGE)
            if sum(len(areas.codes(level)) for level in some) == tables.inside.shape[1]
        )
        cells, hidden = _as_read(tables, levels, [edition], areas)
        small = int((cells.small(THRESHOLD) & hidden).sum())
        found[next(iter(tables.counts)), len(tables.counts)] = small, len(recovered(cells, hidden, THRESHOLD))
    # Then there were small cells, and none of them is told
    assert sum(small for small, _ in found.values()) > 0
    assert {name: told for name, (_, told) in found.items() if told} == {}

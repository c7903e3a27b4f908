"""Breakdowns are safe beside their totals, beside each other and beside the measures that they are parts of."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_disclosure_control import THRESHOLD, countries

from fastlege.figures.counting.by_area import Counted
from fastlege.figures.disclosure.attack import recovered
from fastlege.figures.disclosure.cells import Cells
from fastlege.figures.disclosure.clearing import LARGE, clear_groups, clear_whole
from fastlege.figures.disclosure.door import Door
from fastlege.figures.disclosure.families import FAMILY_OF
from fastlege.figures.disclosure.tables import Tables, within
from fastlege.figures.levels import Areas, Level

ALL, QUEUED = "switches", "switches_from_queue"
REST = "rest of switches but switches_from_queue"


def _at_every_level(areas: Areas, name: str, by_municipality: np.ndarray) -> dict:
    columns = {}
    for level in Level:
        found = np.bincount(areas.positions(level), weights=by_municipality, minlength=len(areas.codes(level)))
        columns[name, level] = found.astype(np.int64)
    return columns


@settings(max_examples=40, deadline=None)
@given(countries(), st.data())
def test_breakdowns_tell_of_no_small_cell(country, data) -> None:
    # Given switches by cause, those from a queue also by wait, in every municipality
    areas, _ = country
    size = len(areas.codes(Level.MUNICIPALITY))
    some = st.lists(st.integers(0, 9), min_size=size, max_size=size).map(np.array)
    short, long, chosen = (data.draw(some) for _ in range(3))
    queued = short + long
    whole = Counted(_at_every_level(areas, ALL, queued + chosen) | _at_every_level(areas, QUEUED, queued))
    parts = {
        "cause": (ALL, {"queue": queued, "direct": chosen}),
        "wait": (QUEUED, {"short": short, "long": long}),
    }
    groups = {
        dimension: {group: Counted(_at_every_level(areas, name, column)) for group, column in found.items()}
        for dimension, (name, found) in parts.items()
    }
    # When they are cleared
    door = Door(THRESHOLD)
    hidden = clear_whole([ALL, QUEUED], whole, areas, door)
    divided = clear_groups(FAMILY_OF[ALL], hidden, (whole, groups), areas, door)
    # Then a reader of all of them can tell no small cell
    names = {(name, "", ""): whole for name in (ALL, QUEUED)}
    names |= {(ALL, "cause", group): found for group, found in groups["cause"].items()}
    names |= {(QUEUED, "wait", group): found for group, found in groups["wait"].items()}
    counts = {name: np.concatenate([found.of(name[0], level) for level in LARGE]) for name, found in names.items()}
    shown = {
        name: ~np.concatenate([(divided[name] if name[1] else hidden[name[0]])[level] for level in LARGE])
        for name in counts
    }
    tables = Tables(counts, within(areas, LARGE), _SUMS)
    assume(not door.given_away)
    cells, mask = _as_read(tables, shown)
    assert not len(recovered(cells, mask, THRESHOLD, whole=True))


_SUMS = [
    ((ALL, "", ""), ((QUEUED, "", ""), (REST, "", ""))),
    ((ALL, "", ""), ((ALL, "cause", "queue"), (ALL, "cause", "direct"))),
    ((QUEUED, "", ""), ((QUEUED, "wait", "short"), (QUEUED, "wait", "long"))),
]


def _as_read(tables: Tables, shown: dict) -> tuple[Cells, np.ndarray]:
    """The cells as a reader sees them: where a whole line is hidden, its noughts may be too."""
    cells = tables.cells
    mask = ~tables.spread(shown)
    published = cells.published.copy().reshape(-1, tables.inside.shape[1])
    for dimension in ("cause", "wait"):
        line = [name for name in tables.counts if name[1] == dimension]
        nothing_shown = ~np.any([shown[name] for name in line], axis=0)
        for name in line:
            published[tables.place[name]] &= ~nothing_shown
    # Equal tables are one: what is in doubt in one of them is not in the other.
    for name in (name for name in tables.counts if not name[1]):
        published[tables.place[name]] = True
    return Cells(cells.counts, sums=cells.sums, published=published.ravel(), guarded=cells.guarded), mask

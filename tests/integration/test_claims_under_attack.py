"""Figures of a year of claims under attack: what editions show of activity, continuity and money tells of few nowhere.

The reader has all tables of two editions of one day, by area and by group, and takes nothing from the code that hides.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from claims_attack import GRANTS, Reader, amounts_told
from drawn_years import write_drawn_year

from fastlege.figures.bases.money import SEVERAL
from fastlege.figures.counting.base_rows import BaseRows
from fastlege.figures.disclosure.suppression import Suppression
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.building import build_edition
from fastlege.reporting.given import given_tables
from fastlege.simulation.population import build_population

THRESHOLD = 6


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A year in five small municipalities of three counties."""
    folder = tmp_path_factory.mktemp("claims-attacked")
    build_population("norway-2023-10", folder / "registers", areas=["3433", "3434", "4619", "4620", "1145"])
    return write_drawn_year(folder / "registers", folder / "year", contacts=20_000, seed=1)


@pytest.fixture(scope="module")
def editions(year: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """An edition without groups, and then one with them that knows the first."""
    folder = tmp_path_factory.mktemp("editions")
    first, second = folder / "first", folder / "second"
    assert build_edition(year, first, groups=False) == ()
    assert build_edition(year, second, after=[first]) == ()
    return [first, second]


@pytest.fixture(scope="module")
def careless(year: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An edition that hides the amounts of few contacts and nothing beside them."""
    folder = tmp_path_factory.mktemp("careless") / "edition"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            "fastlege.figures.disclosure.tables.suppress",
            lambda cells, threshold, **_: Suppression(cells.small(threshold), np.empty(0, dtype=np.intp)),
        )
        build_edition(year, folder, groups=False)
    return folder


def behind(year: Snapshot) -> pl.DataFrame:
    """How many contacts each amount was paid for."""
    rows = pl.from_arrow(BaseRows(year, {"expenses"}, given=given_tables(year)).whole("expenses"))
    rows = rows.filter(~pl.col("expense").is_in([SEVERAL, *GRANTS]))
    return rows.select("municipality", "part", "expense", "behind")


def test_two_editions_of_a_year_tell_of_no_small_count(year: Snapshot, editions: list[Path]) -> None:
    reader = Reader(year, editions)
    assert reader.small(THRESHOLD)
    assert list(reader.told(THRESHOLD)) == []


def test_the_same_reader_finds_small_counts_where_nothing_is_hidden_beside_them(
    year: Snapshot, editions: list[Path]
) -> None:
    reader = Reader(year, editions)
    reader.learns_all_but_the_small(THRESHOLD)
    assert next(reader.told(THRESHOLD), None)


def test_no_amount_of_few_contacts_follows_from_the_others(year: Snapshot, editions: list[Path]) -> None:
    few, told = amounts_told(year, editions[1], behind(year), THRESHOLD)
    assert few
    assert told == []


def test_amounts_follow_where_only_those_of_few_contacts_are_hidden(year: Snapshot, careless: Path) -> None:
    assert amounts_told(year, careless, behind(year), THRESHOLD)[1]

"""Years of claims before the newest, for a part of the country: its share of each printed cell of tables 12.1-12.5."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.contacts.classify import classify
from fastlege.simulation.claims import tables
from fastlege.simulation.claims.year import build_year
from tools.published import names
from tools.published.printed import ANNUAL, rows

PLACES = {"12.1": (names.GP, names.OUT_OF_HOURS), "12.2": (names.GP,), "12.3": (names.OUT_OF_HOURS,),
          "12.4": (names.GP,), "12.5": (names.OUT_OF_HOURS,)}  # fmt: skip
EVERYTHING = tuple(dict.fromkeys(name for kinds in names.KINDS.values() for name in kinds))


def printed_cells(year: int) -> dict[tuple[str, str], tuple[int, tuple[str, ...], tuple[str, ...]]]:
    """The cells of a year: what is printed, the places, and the types of contact that they add up."""
    found = {}
    for number, (_, column) in names.OF_CONTACTS.items():
        consultations = column == "form"
        for row in rows(ANNUAL, number):
            if row["period"] == str(year):
                whole = names.CONSULTATIONS if consultations else EVERYTHING
                kinds = whole if row[column] == "total" else names.KINDS[row[column]]
                found[number, row[column]] = int(row["value"]), PLACES[number], kinds
    return found


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2022, 2023, 2024])
def test_an_earlier_year_has_its_share_of_every_printed_cell(year: int, small_snapshot: Path, tmp_path: Path) -> None:
    folder = tmp_path / "year"
    build_year(Snapshot(small_snapshot), folder, year=year, seed=11)
    classify(Snapshot(folder), folder / "contacts.parquet")
    contacts = pl.read_parquet(folder / "contacts.parquet", columns=["place", "contact_type"])
    counted = {tuple(key): number for *key, number in contacts.group_by("place", "contact_type").len().iter_rows()}
    people = pl.DataFrame(Snapshot(folder).table("persons", ["status", "birth_date"]))
    # A part has the contacts of those of its people who were born by the middle of the year.
    there = people.filter((pl.col("status") != "dead") & (pl.col("birth_date") < date(year, 7, 1)))
    share = len(there) / tables.assumed("residents")
    cells = printed_cells(year)
    assert len(cells) == 3 * 4 + 2 * 5
    for cell, (printed, places, kinds) in cells.items():
        found = sum(counted.get((place, kind), 0) for place in places for kind in kinds)
        # Cut to whole contacts by type and month; mistakes that are drawn on purpose make some another type.
        assert found == pytest.approx(printed * share, abs=3 + 0.01 * printed * share), cell

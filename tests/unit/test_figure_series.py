"""Figures over time, on the borders of one day."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from pathlib import Path

import orjson
import pytest
from figures_scheme import MUNICIPALITIES, write_scheme
from typer.testing import CliRunner, Result

from fastlege.cli.main import app
from fastlege.figures.catalogue import definition
from fastlege.figures.engine import compute
from fastlege.figures.levels import Level
from fastlege.figures.other_borders.areas import on_borders
from fastlege.figures.other_borders.counting import compute_on_borders
from fastlege.kernel.errors import DataError
from fastlege.reporting.series.counting import Series, series
from fastlege.reporting.series.folders import snapshots_in
from fastlege.reporting.series.notes import Kind
from fastlege.reporting.series.periods import Period, name_of, usual_day
from fastlege.rules.geography.tables import municipalities_on

THRESHOLD = 6
SUMMER_2022, AUTUMN_2023, SPRING_2026 = date(2022, 6, 1), date(2023, 10, 1), date(2026, 5, 1)


def _of_day(day: date) -> list:
    """All municipalities of a day, as rows of the small scheme."""
    names = ("municipality", "name", "county", "county_name", "size_group", "centrality")
    return [tuple(row[name] for name in names) for row in municipalities_on(day).to_pylist()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three snapshots of the small scheme: two before Ålesund was divided, one after."""
    folder = tmp_path_factory.mktemp("series")
    for day in (AUTUMN_2023, SUMMER_2022, SPRING_2026):
        write_scheme(folder / day.isoformat(), municipalities=_of_day(day), on=day)
    (folder / "notes.txt").write_text("no snapshot")
    return folder


def rows(found: Series, **wanted: str) -> list[dict]:
    return [row for row in found.table.to_pylist() if all(row[name] == value for name, value in wanted.items())]


def kinds(found: Series, row: dict) -> list[Kind]:
    return [found.notes[number].kind for number in row["notes"]]


@pytest.mark.parametrize(("day", "month", "quarter", "year"), [
    (date(2023, 9, 1), "2023-09", "2023Q3", "2023"),
    (date(2023, 10, 1), "2023-10", "2023Q4", "2023"),
    (date(2025, 12, 1), "2025-12", "2025Q4", "2025"),
    (date(2026, 1, 1), "2026-01", "2026Q1", "2026"),
])  # fmt: skip
def test_a_day_lies_in_its_month_quarter_and_year(day: date, month: str, quarter: str, year: str) -> None:
    assert [name_of(day, period) for period in Period] == [month, quarter, year]


def test_the_sources_take_the_first_of_a_month_of_the_last_of_a_quarter_and_of_december() -> None:
    assert [usual_day(date(2023, 8, 15), period) for period in Period] == [
        date(2023, 8, 1), date(2023, 9, 1), date(2023, 12, 1)
    ]  # fmt: skip


def test_points_stand_in_order_of_time_with_their_breaks(folder: Path) -> None:
    found = series(snapshots_in([folder]), [definition("lists_with_gp")], by=Level.COUNTRY)
    points = rows(found, area="country")
    assert [row["period"] for row in points] == ["2022-06", "2023-10", "2026-05"]
    # What list 5 had on the days: doctor 4, then 1; list 2 was vacant from October 2022, list 6 from the day before.
    assert [row["value"] for row in points] == [6.0, 4.0, 5.0]
    # The reporting was reviewed in autumn 2022, after the first point.
    assert [kinds(found, row) for row in points] == [[], [Kind.BREAK], []]
    assert found.on == SPRING_2026


def test_a_figure_without_a_dated_break_has_none(folder: Path) -> None:
    found = series(snapshots_in([folder]), [definition("lists")], by=Level.COUNTRY)
    assert [row["notes"] for row in found.table.to_pylist()] == [[], [], []]


def test_a_municipality_that_was_divided_has_no_values_for_its_parts(tmp_path: Path) -> None:
    for day, code in ((SUMMER_2022, "1507"), (AUTUMN_2023, "1507"), (SPRING_2026, "1508")):
        write_scheme(tmp_path / day.isoformat(), municipalities=_of_day(day), on=day, empty_lists_in=(code,))
    found = series(snapshots_in([tmp_path]), [definition("lists"), definition("unplaced")], by=Level.MUNICIPALITY)
    for code in ("1508", "1580"):
        before = [row for row in rows(found, area=code) if row["as_of"] < SPRING_2026]
        assert len(before) == 4
        for row in before:
            assert (row["value"], row["numerator"], row["denominator"], row["suppressed"]) == (None, None, None, False)
            assert kinds(found, row) == [Kind.DIVIDED]
    assert rows(found, area="1507") == []
    (note,) = {note.words.en for note in found.notes.values()}
    assert note == "1507 Ålesund was later divided into 1508 Ålesund, 1580 Haram, which are not counted apart."


def test_a_divided_municipality_without_lists_is_not_told_of(folder: Path) -> None:
    found = series(snapshots_in([folder]), [definition("lists")], by=Level.MUNICIPALITY)
    assert {row["area"] for row in found.table.to_pylist()} == {"1101", "1103", "4601"}
    assert found.notes == {}


def test_areas_are_those_of_the_newest_snapshot(folder: Path) -> None:
    found = series(snapshots_in([folder]), [definition("lists")], by=Level.COUNTY)
    assert {row["area"] for row in found.table.to_pylist()} == {"11", "46"}
    assert found.areas.name(Level.COUNTY, "32").nb == "Akershus"


def test_borders_of_a_day_can_be_asked_for(folder: Path) -> None:
    snapshots = snapshots_in([folder])
    found = series(snapshots, [definition("lists")], by=Level.MUNICIPALITY, on=AUTUMN_2023)
    assert "1507" in found.areas.codes(Level.MUNICIPALITY)
    # Nothing was divided looking back: the parts of today are one there.
    assert all(note.kind is Kind.ADDED_UP for note in found.notes.values())


def test_merged_municipalities_are_added_up_before_they_are_divided(tmp_path: Path) -> None:
    scheme = write_scheme(tmp_path / "scheme")
    merged = [row for row in MUNICIPALITIES if row[0] != "1101"]
    later = write_scheme(tmp_path / "later", municipalities=merged).table("municipalities")
    after = {"1101": ("1103",), "1103": ("1103",), "4220": ("4220",), "4601": ("4601",)}
    borders = on_borders(scheme, later, after)
    assert borders.merged == {"1103": ("1101", "1103")}
    figures = [definition(name) for name in ("lists", "gps", "mean_list_length", "median_list_length")]
    table = compute_on_borders(figures, scheme, borders, by=Level.MUNICIPALITY, threshold=THRESHOLD, given={})
    found = {row["figure"]: row for row in table.to_pylist() if row["area"] == "1103"}
    assert found["lists"]["value"] == 4
    # GP 1 has list 1, GP 3 both of Stavanger's: two in the merged municipality.
    assert found["gps"]["value"] == 2
    assert (found["mean_list_length"]["numerator"], found["mean_list_length"]["denominator"]) == (42, 4)
    # Of the lengths 10, 20 and 4 of those with a GP, and not between two medians.
    assert found["median_list_length"]["value"] == 10


def test_a_count_on_other_borders_is_cleared_beside_the_own(tmp_path: Path) -> None:
    # Four in Eigersund and ten in Stavanger, one county; after, each in its own. Shown alone, ten would tell the four.
    unplaced = [(person, date(2023, 9, 1)) for person in (*range(1, 5), *range(30, 40))]
    scheme = write_scheme(tmp_path / "scheme", unplaced=unplaced)
    moved = [(code, name, "46" if code == "1101" else county, *rest) for code, name, county, *rest in MUNICIPALITIES]
    later = write_scheme(tmp_path / "later", municipalities=moved).table("municipalities")
    borders = on_borders(scheme, later, {})
    unknown = {}
    for level in (Level.COUNTY, Level.COUNTRY):
        table = compute_on_borders([definition("unplaced")], scheme, borders, by=level, threshold=THRESHOLD, given={})
        unknown |= {row["area"]: row["suppressed"] for row in table.to_pylist()}
    own = compute("unplaced", scheme, by=Level.COUNTRY, threshold=THRESHOLD).to_pylist()
    assert unknown["46"]
    assert unknown["country"] == own[0]["suppressed"]
    assert unknown["11"] or unknown["country"]


def test_of_several_snapshots_in_a_period_the_last_is_taken_and_its_day_told(folder: Path, tmp_path: Path) -> None:
    write_scheme(tmp_path / "august", municipalities=_of_day(date(2023, 8, 1)), on=date(2023, 8, 1))
    found = series(snapshots_in([folder, tmp_path]), [definition("lists")], by=Level.COUNTRY, period=Period.YEAR)
    points = found.table.to_pylist()
    assert [(row["period"], row["as_of"]) for row in points] == [
        ("2022", SUMMER_2022), ("2023", AUTUMN_2023), ("2026", SPRING_2026)
    ]  # fmt: skip
    assert all(kinds(found, row) == [Kind.OTHER_DAY] for row in points)


def test_what_no_snapshot_can_count_is_told(folder: Path) -> None:
    snapshots = snapshots_in([folder])
    with pytest.raises(DataError, match="none of the snapshots has the tables that contacts is counted from"):
        series(snapshots, [definition("contacts")], by=Level.COUNTRY)
    some = series(snapshots, [definition("lists"), definition("contacts")], by=Level.COUNTRY)
    assert some.lacking == {"contacts": ("2022-06", "2023-10", "2026-05")}


def test_two_snapshots_of_one_day_are_refused(folder: Path, tmp_path: Path) -> None:
    write_scheme(tmp_path / "again", municipalities=_of_day(AUTUMN_2023), on=AUTUMN_2023)
    with pytest.raises(DataError, match="are both of 2023-10-01"):
        series(snapshots_in([folder, tmp_path]), by=Level.COUNTRY)
    with pytest.raises(DataError, match="no snapshots to make a series of"):
        series([], by=Level.COUNTRY)


def test_other_folders_are_passed_over_and_an_empty_or_changed_one_refused(folder: Path, tmp_path: Path) -> None:
    assert len(snapshots_in([folder, folder / AUTUMN_2023.isoformat()])) == 3
    with pytest.raises(DataError, match="has no snapshots in it"):
        snapshots_in([tmp_path])
    changed = write_scheme(tmp_path / "changed").folder / "lists.parquet"
    changed.write_bytes((folder / AUTUMN_2023.isoformat() / "queue.parquet").read_bytes())
    with pytest.raises(DataError):
        snapshots_in([tmp_path / "changed"])


def command(*words: str) -> Result:
    return CliRunner().invoke(app, ["figures", "series", *words])


def test_the_command_shows_a_column_a_period_with_notes_below(folder: Path) -> None:
    shown = command("lists_with_gp", "--snapshots", str(folder), "--by", "county", "--period", "quarter")
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert lines[1].split()[:4] == ["area", "name", "2022Q2", "2023Q4"]
    assert next(cells for line in lines if (cells := line.split())[:1] == ["11"]) == ["11", "Rogaland", "4", "3", "3"]
    assert any("the reporting of list status was reviewed" in line for line in lines)
    assert any("2023Q4 is the state on 2023-10-01; the sources take 2023-12-01." in line for line in lines)


def test_hidden_cells_have_a_sign_in_the_table_and_no_number_in_files(folder: Path) -> None:
    words = ("unplaced", "--snapshots", str(folder), "--by", "municipality")
    assert any(":" in line.split()[2:] for line in command(*words).stdout.splitlines())
    found = list(csv.DictReader(StringIO(command(*words, "--csv").stdout)))
    hidden = [row for row in found if row["suppressed"] == "true"]
    assert hidden
    assert {(row["value"], row["numerator"]) for row in hidden} == {("", "")}


def test_csv_and_json_hold_the_same(folder: Path) -> None:
    words = ("share_lists_vacant", "--snapshots", str(folder), "--by", "county")
    told = orjson.loads(command(*words, "--json").stdout)
    rows = list(csv.DictReader(StringIO(command(*words, "--csv").stdout)))
    assert [row["value"] for row in rows] == ["" if row["value"] is None else str(row["value"]) for row in told["rows"]]
    assert [row["break"] for row in rows if row["area"] == "46"] == ["false", "true", "false"]
    assert told["borders_of"] == "2026-05-01"
    assert {each["kind"] for each in told["notes"].values()} == {"break"}


@pytest.mark.parametrize(("words", "code", "message"), [
    (("nothing",), 2, "--snapshots"),
    (("lists", "--snapshots", "/nowhere/at/all"), 1, "nowhere"),
    (("lists", "--snapshots", "/", "--csv", "--json"), 2, "not both"),
    (("lists", "--snapshots", "/", "--period", "week"), 2, "week"),
    (("lists", "--snapshots", "/", "--borders-of", "today"), 2, "is not a day"),
])  # fmt: skip
def test_misuse_is_told_in_one_message(words: tuple[str, ...], code: int, message: str) -> None:
    result = command(*words)
    assert (result.exit_code, message in result.output + str(result.exception)) == (code, True)

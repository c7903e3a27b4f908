"""Geography files that do not fit each other, or cannot be read: each problem is named by its file."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from fastlege.kernel.errors import DataError
from fastlege.rules.dated_rows import DATA
from fastlege.rules.geography import borders, centrality, centrality_fit, checks, names, sub_areas

MODULES = (borders, names, sub_areas, centrality, centrality_fit, checks)


def forget():
    for module in MODULES:
        for thing in vars(module).values():
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()


@pytest.fixture
def files(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    shutil.copytree(str(DATA), folder)
    for module in MODULES:
        monkeypatch.setattr(module, "DATA", folder)
    forget()
    yield folder
    forget()


def change(path: Path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("geography_sources.csv", "sub_areas.csv", "areas.csv", "sub_areas.csv has no source"),
        ("geography_sources.csv", ",sourced,", ",certain,", "geography_sources.csv, line 2: it lacks a source"),
        ("borders.csv", ",357,", ",358,", "357 municipalities from 2024-01-01; borders.csv says 358"),
        ("borders.csv", "assumed", "guessed", "borders.csv: the borders from 2026-01-01 lack a source"),
        ("municipalities.csv", "1101,Eigersund,11,", "1101,Eigersund,12,", "1101 does not start with its county 12"),
        ("municipalities.csv", ",1111 1112 1114 1119 4228", ",1103", "1101 has the neighbour 1103, but not the other"),
        ("municipality_populations.csv", "2025-01-01,1101,15359", "2025-01-01,1101,0", "1101 has nobody"),
        ("centrality.csv", "0301,1,2024", "0301,7,2024", "0301 has the class 7"),
        ("centrality.csv", "0301,1,2024", "0302,1,2024", "its municipalities on 2024-01-01 are not those"),
        ("cooperating_municipalities.csv", "3051,3050", "3051,3950", "3051 or 3950 is not a municipality"),
        ("municipality_changes.csv", "2024-01-01,1101,1101", "2024-01-01,1101,1100", "1101 of 2020-01-01 has no code"),
        ("sub_areas.csv", ",1101,", ",1100,", "lies in 1100, which is not a municipality"),
    ],
)
def test_files_that_do_not_fit_are_named(files, file, old, new, expected):
    change(files / file, old, new)
    try:
        found = "\n".join(checks.geography_problems())
    except DataError as error:
        found = str(error)
    assert expected in found


def test_a_municipality_that_stands_twice_is_named(files):
    path = files / "municipalities.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    assert any("0301 stands 2 times from 2020-01-01" in problem for problem in checks.geography_problems())


def test_a_name_that_two_share_is_told(files):
    change(files / "municipality_names.csv", "Evje og Hornes,4219", "Eigersund,1103")
    problems = list(checks.geography_problems())
    assert any("'Eigersund' in 11 may be any of 1101, 1103" in problem for problem in problems)


def test_a_printed_name_may_belong_to_some_days_only(files):
    change(files / "municipality_names.csv", "4219,2020-01-01,,", "4219,2020-01-01,2023-12-31,")
    assert names.municipality_code("Evje og Hornes", on=date(2023, 12, 31)) == "4219"
    with pytest.raises(DataError, match="is not a municipality on 2024-01-01"):
        names.municipality_code("Evje og Hornes", on=date(2024, 1, 1))


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("municipalities.csv", "424.8", "wide", "municipalities.csv, line 3: land_km2 is 'wide'; expected a number"),
        ("municipalities.csv", "2023-12-31", "2019-12-31", "municipalities.csv, line 2: it ends (2019-12-31) before"),
        ("borders.csv", "356", "many", "borders.csv, line 2: municipalities is 'many'; expected a whole number"),
        ("municipality_changes.csv", "2024-01-01,", "soon,", "on is 'soon'; expected a day such as"),
        ("sub_areas.csv", "basic_unit", "unit", "sub_areas.csv, line 1: has the columns unit,"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_by_file_and_line(files, file, old, new, expected):
    change(files / file, old, new)
    with pytest.raises(DataError) as refusal:
        list(checks.geography_problems())
    assert expected in str(refusal.value)


def test_borders_without_a_full_count_of_people_are_refused(files):
    change(files / "municipality_populations.csv", "2024-01-01,1101,", "2024-01-01,1100,")
    change(files / "municipality_populations.csv", "2025-01-01,1101,", "2025-01-01,1100,")
    with pytest.raises(DataError, match=r"municipality_populations\.csv: No count has a population for each"):
        list(checks.geography_problems())


def test_a_share_that_is_no_whole_number_of_municipalities_is_refused(files):
    change(files / "centrality_targets.csv", "Innlandet,5;6,2023-10-01,59", "Innlandet,5;6,2023-10-01,60")
    with pytest.raises(DataError, match="60 percent of 46 municipalities in Innlandet is no whole number"):
        centrality_fit.fit_centrality(dict.fromkeys(borders.municipalities_by_code(centrality_fit.BORDERS_NEW), 0.0))

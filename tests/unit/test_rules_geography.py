"""Geography: borders of a day, names as tables print them, size groups, centrality."""

import csv
from datetime import date
from pathlib import Path

import pytest

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot_tables import TABLES
from fastlege.kernel.vocabulary import SizeGroup
from fastlege.rules.dated_rows import DATA
from fastlege.rules.geography import (
    basic_units,
    borders_on,
    centrality_on,
    codes_on,
    cooperating_on,
    counties_on,
    great_circle_km,
    municipalities_on,
    municipality_code,
    municipality_of,
    size_group,
    write_centrality,
)
from fastlege.rules.geography.borders import municipalities_by_code
from fastlege.rules.geography.centrality_fit import fit_centrality
from fastlege.rules.geography.checks import geography_problems
from fastlege.rules.geography.reach import chosen_reach

OCTOBER_2023, MAY_2026 = date(2023, 10, 1), date(2026, 5, 1)


def test_the_files_fit_each_other():
    assert list(geography_problems()) == []


@pytest.mark.parametrize(
    ("day", "municipalities", "counties", "confidence"),
    [
        (date(2020, 1, 1), 356, 11, "sourced"),
        (date(2023, 12, 31), 356, 11, "sourced"),
        (date(2024, 1, 1), 357, 15, "sourced"),
        (date(2025, 12, 31), 357, 15, "sourced"),
        (date(2026, 1, 1), 357, 15, "assumed"),
    ],
)
def test_borders_change_on_their_day(day, municipalities, counties, confidence):
    table = municipalities_on(day)
    assert table.schema.equals(TABLES["municipalities"].schema)
    assert (table.num_rows, len(counties_on(day))) == (municipalities, counties)
    assert borders_on(day).confidence == confidence


def test_counties_are_named_as_the_published_tables_name_them():
    assert set(counties_on(OCTOBER_2023).values()) == {
        "Agder", "Innlandet", "Møre og Romsdal", "Nordland", "Oslo", "Rogaland", "Troms og Finnmark", "Trøndelag",
        "Vestfold og Telemark", "Vestland", "Viken",
    }  # fmt: skip


def test_a_day_before_the_first_borders_is_a_clear_error():
    with pytest.raises(DataError, match="No borders of municipalities are known on 2019-12-31"):
        municipalities_on(date(2019, 12, 31))


@pytest.mark.parametrize(
    ("name", "county", "code"),
    [
        ("Kristiansand", None, "4204"),
        ("trondheim", None, "5001"),
        ("Trondheim - Tråante", None, "5001"),
        ("Kárásjohka - Karasjok", "Troms og Finnmark", "5437"),
        ("Karasjok", None, "5437"),
        ("Deatnu -Tana", None, "5441"),
        ("Gáivuotna - Kåfjord - Kaivuono", None, "5426"),
        ("Fauske - Fuosko", "Nordland", "1841"),
        ("Evje og Hornes", "Agder", "4219"),
        ("Herøy", "Møre og Romsdal", "1515"),
        ("Herøy", "18", "1818"),
        ("Herøy (Nordland)", None, "1818"),
        ("Våler (Innlandet)", "Innlandet", "3419"),
        ("Nord-Odal", None, "3414"),
    ],
)
def test_a_municipality_is_found_by_any_printed_name(name, county, code):
    assert municipality_code(name, county=county, on=OCTOBER_2023) == code


@pytest.mark.parametrize(
    ("name", "county", "expected"),
    [
        ("Herøy", None, "may be any of 1515, 1818"),
        ("Kristiansund", "Agder", "'Kristiansund' in Agder is not a municipality"),
        ("Kristiansan", None, "Did you mean kristiansan"),
    ],
)
def test_a_name_that_is_unknown_or_shared_is_a_clear_error(name, county, expected):
    with pytest.raises(DataError, match=expected):
        municipality_code(name, county=county, on=OCTOBER_2023)


def test_a_name_follows_the_borders_of_its_day():
    with pytest.raises(DataError, match="'Haram' is not a municipality on 2023-10-01"):
        municipality_code("Haram", on=OCTOBER_2023)
    assert municipality_code("Haram", on=MAY_2026) == "1580"


def test_a_code_of_other_days_says_what_it_became():
    with pytest.raises(DataError, match=r"3001 is not a municipality on 2026-05-01.*From 2024 it is 3101"):
        municipality_of("3001", MAY_2026)
    with pytest.raises(DataError, match="'9999' is not a municipality"):
        municipality_of("9999", MAY_2026)


def test_codes_follow_each_other_over_changed_borders():
    assert codes_on("1507", was_on=OCTOBER_2023, on=MAY_2026) == ("1508", "1580")
    assert codes_on("1580", was_on=MAY_2026, on=OCTOBER_2023) == ("1507",)
    assert codes_on("4204", was_on=OCTOBER_2023, on=OCTOBER_2023) == ("4204",)


def test_cooperating_municipalities_name_their_host_on_the_borders_of_the_day():
    assert cooperating_on(OCTOBER_2023)["3051"] == "3050"
    assert cooperating_on(MAY_2026)["3336"] == "3334"
    assert len(cooperating_on(OCTOBER_2023)) == len(cooperating_on(MAY_2026)) == 6


@pytest.mark.parametrize(
    ("population", "group"),
    [
        (1_999, SizeGroup.UNDER_2000), (2_000, SizeGroup.FROM_2000), (4_999, SizeGroup.FROM_2000),
        (5_000, SizeGroup.FROM_5000), (10_000, SizeGroup.FROM_10000), (50_000, SizeGroup.FROM_50000),
    ],
)  # fmt: skip
def test_size_groups_start_at_their_lower_limit(population, group):
    assert size_group(population) == group


def test_sub_areas_lie_in_the_municipalities_of_the_day():
    for day in (OCTOBER_2023, MAY_2026):
        units = basic_units(day)
        assert units.schema.equals(TABLES["basic_units"].schema)
        assert set(units["municipality"].to_pylist()) == set(municipalities_by_code(day))
        assert sum(units["population"].to_pylist()) == 5_585_868
        assert len(set(units["basic_unit"].to_pylist())) == units.num_rows


def test_great_circle_distance_of_oslo_and_bergen():
    assert great_circle_km(59.91, 10.75, 60.39, 5.32) == pytest.approx(305, abs=2)


def shares_of_classes_5_and_6(day):
    classes = centrality_on(day)
    by_county = {}
    for code, one in municipalities_by_code(day).items():
        by_county.setdefault(counties_on(day)[one.county], []).append(classes[code] >= 5)
    return {county: round(100 * sum(rural) / len(rural)) for county, rural in by_county.items()}


def targets(measure):
    with (Path(str(DATA)) / "centrality_targets.csv").open(encoding="utf-8") as stream:
        return [row for row in csv.DictReader(stream) if row["measure"] == measure]


def test_centrality_meets_the_published_share_of_classes_5_and_6_of_every_county():
    published = {row["area"]: int(row["value"]) for row in targets("share_of_municipalities")}
    country = published.pop("country")
    assert shares_of_classes_5_and_6(OCTOBER_2023) == published
    classes = list(centrality_on(OCTOBER_2023).values())
    assert round(100 * sum(each >= 5 for each in classes) / len(classes)) == country


def test_each_county_has_the_classes_that_the_published_table_has():
    rows = [row for row in targets("salaried_share") if row["area"] != "country" and row["centrality"]]
    published = {(row["area"], int(row["centrality"])) for row in rows}
    classes, counties = centrality_on(MAY_2026), counties_on(MAY_2026)
    assert {
        (counties[one.county], classes[code]) for code, one in municipalities_by_code(MAY_2026).items()
    } == published


def test_centrality_can_be_derived_again_to_the_same_file(tmp_path):
    out = tmp_path / "centrality.csv"
    misfit = write_centrality(out)
    assert out.read_bytes() == (DATA / "centrality.csv").read_bytes()
    assert misfit < 90


def test_centrality_follows_reach_and_is_marked_assumed():
    reach = chosen_reach()
    classes, _ = fit_centrality(reach)
    means = [
        sum(reach[code] for code in classes if classes[code] == kind) / list(classes.values()).count(kind)
        for kind in range(1, 7)
    ]
    assert means == sorted(means, reverse=True)
    assert "assumed" in (DATA / "centrality.csv").read_text(encoding="utf-8").splitlines()[1]


def test_no_centrality_is_known_before_the_borders():
    with pytest.raises(DataError, match="No centrality classes are known on 2019-01-01"):
        centrality_on(date(2019, 1, 1))

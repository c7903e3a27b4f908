"""Capitation, base grant and equalisation grant for one list, on both sides of every edge."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from fastlege.kernel.errors import DataError
from fastlege.rules.capitation.one_list import (
    base_grant_of_month,
    capitation_of_month,
    capitation_per_year,
    equalisation_of_month,
    has_base_grant,
)
from fastlege.rules.capitation.terms import Kind, MeanList, month_terms
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()


def terms(text):
    return month_terms(BOOK, date.fromisoformat(f"{text}-01"))


@pytest.mark.parametrize(
    ("month", "persons", "kroner_a_year"),
    [
        ("2016-07", 1500, 1500 * 442),
        ("2017-06", 1500, 1500 * 442),
        ("2020-05", 1000, 1000 * 577),
        ("2020-05", 1001, 1000 * 577 + 499),
        ("2021-06", 1500, 1000 * 577 + 500 * 499),
        ("2021-07", 1500, 1000 * 642 + 500 * 526),
        ("2022-01", 1500, 1000 * 653 + 500 * 526),
        ("2022-07", 999, 999 * 675),
        ("2023-04", 1500, 1000 * 675 + 500 * 544),
        ("2023-05", 1500, Decimal("841.80") * 1500),
        ("2024-06", 1500, Decimal("841.80") * 1500),
        ("2024-07", 1500, 862 * 1500),
        ("2025-06", 1500, 862 * 1500),
        ("2025-07", 1500, 993 * 1500),
        ("2023-10", 0, 0),
    ],
)
def test_capitation_of_a_year_follows_the_rates_of_the_month(month, persons, kroner_a_year):
    assert capitation_per_year(persons, terms=terms(month).capitation) == kroner_a_year


@pytest.mark.parametrize(
    ("month", "part"),
    [("2023-10", "31/365"), ("2023-02", "28/365"), ("2024-02", "29/366"), ("2016-07", "31/366")],
)
def test_a_month_is_its_days_of_the_year(month, part):
    assert terms(month).part_of_year_text == part


def test_a_year_of_months_is_the_year_when_no_rate_changes():
    months = [terms(f"2023-{number:02}") for number in range(1, 13)]
    assert sum(month.part_of_year for month in months) == 1


@pytest.mark.parametrize(
    ("month", "parameter"),
    [("1999-01", "capitation.rate"), ("2016-06", "capitation.rate"), ("2017-07", "capitation.rate")],
)
def test_a_month_without_a_known_rate_is_refused_by_the_name_of_the_parameter(month, parameter):
    with pytest.raises(DataError, match=rf"{parameter} has no value on {month}-01"):
        terms(month)


def test_the_amount_of_one_list_is_whole_ore_rounded_once():
    # 841.80 x 1 012 x 31 / 365 = 72 353.2888 kroner
    october = terms("2023-10")
    assert capitation_of_month(1012, terms=october.capitation, part_of_year=october.part_of_year) == 7_235_329


BASE = terms("2023-10").base_grant


@pytest.mark.parametrize(
    ("what", "changed", "given"),
    [
        ("a new short list", {}, True),
        ("one below the limit", {"persons": 499}, True),
        ("exactly at the limit", {"persons": 500}, False),
        ("a cap at the limit", {"cap": 500}, True),
        ("a cap below the limit", {"cap": 499}, False),
        ("an agreement of the same day", {"agreement_date": date(2023, 10, 1)}, True),
        ("an agreement of a coming day", {"agreement_date": date(2023, 10, 2)}, False),
        ("the last of its 24 months", {"agreement_date": date(2021, 10, 2)}, True),
        ("24 months gone", {"agreement_date": date(2021, 10, 1)}, False),
    ],
)
def test_base_grant_goes_to_new_short_lists(what, changed, given):
    facts = {"persons": 120, "cap": 1000, "agreement_date": date(2023, 3, 15), **changed}
    assert has_base_grant(**facts, on=date(2023, 10, 1), terms=BASE) is given


def test_an_agreement_within_a_month_gives_24_months():
    days = [date(2023 + (month - 1) // 12, (month - 1) % 12 + 1, 1) for month in range(1, 49)]
    facts = {"persons": 120, "cap": 1000, "agreement_date": date(2023, 10, 15)}
    given = [day for day in days if has_base_grant(**facts, on=day, terms=BASE)]
    assert (len(given), given[0], given[-1]) == (24, date(2023, 11, 1), date(2025, 10, 1))


@pytest.mark.parametrize(("month", "kroner_a_year"), [("2023-10", Decimal("841.80") * 500), ("2022-10", 675 * 500)])
def test_base_grant_is_capitation_for_500_persons(month, kroner_a_year):
    of_month = terms(month)
    amount = base_grant_of_month(terms=of_month.base_grant, capitation=of_month.capitation, part_of_year=Fraction(1, 1))
    assert amount == kroner_a_year * 100


def test_there_was_no_base_grant_before_may_2020():
    assert terms("2017-06").base_grant is None
    assert terms("2020-05").base_grant is not None


def equalisation(month="2023-10", **changed):
    of_month = terms(month)
    facts = {"members": 2_420, "lists": 3, "population": 2_600, "served": 2_600, **changed}
    return equalisation_of_month(**facts, terms=of_month.equalisation, part_of_year=Fraction(1, 1))


def test_equalisation_grant_is_what_the_mean_list_lacks_of_1200_persons_for_each_list():
    # (1 200 - 2 420 / 3) x 841.80 = 331 108 kroner
    assert equalisation() == 33_110_800


@pytest.mark.parametrize(("population", "given"), [(4_999, True), (5_000, False)])
def test_only_municipalities_below_5000_residents_have_the_equalisation_grant(population, given):
    assert (equalisation(population=population) > 0) is given


@pytest.mark.parametrize(("members", "given"), [(3_599, True), (3_600, False), (4_000, False)])
def test_a_mean_list_of_1200_or_more_gives_no_equalisation_grant(members, given):
    assert (equalisation(members=members) > 0) is given


def test_the_mean_list_is_of_lengths_until_2025_and_of_residents_by_posts_from_2026():
    assert terms("2025-12").equalisation.mean_list is MeanList.LENGTHS
    assert terms("2026-01").equalisation.mean_list is MeanList.POPULATION
    # (1 200 - 2 600 / 3) x 993 = 331 000 kroner
    assert equalisation("2026-01") == 33_100_000


def test_from_2026_those_of_a_municipality_run_along_count_in_the_mean_list_but_not_in_the_size():
    # (1 200 - 3 300 / 3) x 993 = 99 300 kroner
    assert equalisation("2026-01", population=4_900, served=3_300) == 9_930_000
    assert equalisation("2026-01", population=2_000, served=5_300) == 0


def test_the_published_equalisation_grants_of_2025_are_those_of_a_mean_list_of_760():
    # 192 GPs shared 78.3 million; the mean rate was 862 until June and 993 from July.
    year = sum(
        equalisation_of_month(
            members=760,
            lists=1,
            population=2_000,
            served=2_000,
            terms=terms(f"2025-{month:02}").equalisation,
            part_of_year=terms(f"2025-{month:02}").part_of_year,
        )
        for month in range(1, 13)
    )
    assert round(192 * year / 100 / 1e6, 1) == 78.4


def with_reading(month, name, value):
    row = replace(BOOK.row(name, on=date.fromisoformat(f"{month}-01")), value=value, source="test")
    return month_terms(BOOK.with_rows([row]), date.fromisoformat(f"{month}-01"))


@pytest.mark.parametrize(("persons", "cap"), [(500, 1000), (499, 500)])
def test_both_readings_of_a_list_and_a_cap_of_exactly_500_can_be_computed(persons, cap):
    facts = {"persons": persons, "cap": cap, "agreement_date": date(2023, 3, 15), "on": date(2023, 10, 1)}
    at_most = with_reading("2023-10", "base_grant.list_limit", "not above").base_grant
    above = with_reading("2023-10", "base_grant.cap_limit", "above").base_grant
    assert has_base_grant(**facts, terms=BASE) is (persons == 499)
    assert has_base_grant(**facts, terms=at_most) is True
    assert has_base_grant(**facts, terms=above) is False


def test_by_the_other_reading_the_lists_of_a_municipality_share_one_equalisation_grant():
    shared = with_reading("2023-10", "equalisation.amount_for", "the lists of the municipality together")
    facts = {"members": 2_420, "lists": 3, "population": 2_600, "served": 2_600, "part_of_year": Fraction(1)}
    # A third of 331 108 kroner
    assert equalisation_of_month(**facts, terms=shared.equalisation) == 11_036_933


@pytest.mark.parametrize("month", ["2016-08", "2023-04"])
def test_an_equalisation_grant_whose_rules_are_not_known_is_named_and_not_guessed(month):
    of_month = terms(month)
    assert of_month.equalisation is None
    assert "equalisation.formula has no value" in of_month.not_known[Kind.EQUALISATION_GRANT]


def test_every_kind_names_the_rows_it_was_read_from():
    names = {kind: [row.parameter for row in rows] for kind, rows in terms("2023-10").rows.items()}
    assert names[Kind.CAPITATION] == [
        "capitation.national_mean",
        "capitation.weight_set",
        "capitation.monthly_formula",
        "capitation.part_months",
    ]
    assert "base_grant.self_employed_only" in names[Kind.BASE_GRANT]
    assert "equalisation.mean_list_definition" in names[Kind.EQUALISATION_GRANT]

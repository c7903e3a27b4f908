"""The patient's share: what counts, the ceiling of each year, who pays none."""

# ruff: noqa: DTZ001 (a bill says the clock in Norway)

from dataclasses import replace
from datetime import date, datetime

import pytest

from fastlege.kernel.errors import DataError
from fastlege.rules.claims.bill import Bill, Line, Performer, Setting
from fastlege.rules.claims.ruleset import ruleset_on
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.shares.counting import ceiling_of, counted_share
from fastlege.rules.shares.exemptions import check_exemption
from fastlege.rules.shares.one_person import Share, Standing, standing

BOOK = load_rulebook()
CEILING = 327_800


def bill_of(*lines, at=datetime(2026, 8, 3, 10), exemption=""):
    return Bill("1", "9000002", Performer.DOCTOR, Setting.GP, at, lines, exemption=exemption)


def counted(*lines, at=datetime(2026, 8, 3, 10)):
    return counted_share(bill_of(*lines, at=at), ruleset_on(at.date()))


def share(day, number, amount, hour=10):
    return Share(datetime(2026, 3, day, hour), number, amount)


@pytest.mark.parametrize(
    ("year", "ceiling"),
    [(2019, 236_900), (2020, 246_000), (2021, 246_000), (2022, 292_100), (2023, 304_000), (2024, 316_500),
     (2025, 327_800), (2026, 327_800), (2027, None), (2017, None)],
)  # fmt: skip
def test_the_ceiling_is_that_of_the_calendar_year(year, ceiling):
    assert ceiling_of(year, BOOK) == ceiling


def test_shares_of_what_is_refunded_count_and_what_the_patient_pays_alone_does_not():
    consultation, material = Line("2ad", 1, 19_400, 17_900), Line("10a", 1, 8_100, 8_100)
    assert counted(consultation, material) == 17_900


def test_a_consultation_that_the_patient_paid_whole_counted_in_2020():
    assert counted(Line("2ad", 1, 16_000, 16_000), at=datetime(2020, 9, 1, 10)) == 16_000


def test_a_fee_for_not_coming_is_never_on_a_bill_and_counts_nowhere():
    assert "no_show" not in {rule.code for rule in ruleset_on(date(2026, 8, 3)).rules["ALL"]}
    assert counted() == 0


def test_the_card_is_given_by_the_bill_that_brings_the_sum_to_the_ceiling_in_order_of_service():
    first, second, third = share(1, 3, 200_000), share(2, 2, 127_800), share(3, 1, 5_000)
    assert standing([third, first, second], CEILING) == Standing(332_800, 5_000, second)


def test_one_oere_below_the_ceiling_gives_no_card():
    assert standing([share(1, 1, CEILING - 1)], CEILING) == Standing(CEILING - 1, 0, None)


def test_what_a_bill_brings_above_the_ceiling_was_paid_too_much():
    only = share(1, 1, CEILING + 100)
    assert standing([only], CEILING) == Standing(CEILING + 100, 100, only)


def test_a_late_bill_moves_the_card_to_the_moment_when_the_ceiling_was_really_reached():
    known = [share(5, 1, 300_000), share(9, 2, 27_800)]
    assert standing(known, CEILING).reached_by == known[1]
    late = share(2, 3, 27_800)
    assert standing([*known, late], CEILING) == Standing(355_600, 27_800, known[0])


def test_at_the_same_moment_the_bill_with_the_lower_number_comes_first():
    one, two = share(1, 1, CEILING), share(1, 2, CEILING)
    assert standing([two, one], CEILING).reached_by == one


CHILD_LINE = Line("2ad", 1, 19_400, 0)
PAID_LINE = Line("2ad", 1, 19_400, 17_900)


@pytest.mark.parametrize(
    ("birth", "bill", "kinds"),
    [
        (date(2010, 8, 4), bill_of(CHILD_LINE, exemption="B"), []),
        (date(2010, 8, 3), bill_of(CHILD_LINE, exemption="B"), ["not_a_child"]),
        (date(2010, 8, 4), bill_of(PAID_LINE), ["child_pays"]),
        (date(2010, 8, 3), bill_of(PAID_LINE), []),
        (date(2010, 8, 4), bill_of(Line("10a", 1, 8_100, 8_100)), []),
        (date(1990, 1, 1), bill_of(CHILD_LINE, exemption="F"), []),
        (date(1990, 1, 1), bill_of(CHILD_LINE, exemption="G"), ["fee.exempt_code_list"]),
        (None, bill_of(PAID_LINE), ["fee.exempt_under_age"]),
    ],
)
def test_children_under_sixteen_pay_nothing_and_other_grounds_are_the_doctors_to_know(birth, bill, kinds):
    found = check_exemption(bill, birth, rules=ruleset_on(bill.on), book=BOOK)
    assert [one.kind for one in found] == kinds


def test_the_age_of_exemption_is_a_row_with_a_day():
    child = date(2009, 7, 2)
    before = replace(bill_of(PAID_LINE), at=datetime(2024, 6, 30, 10))
    after = replace(bill_of(PAID_LINE), at=datetime(2024, 7, 1, 10))
    sources = [
        [one.source for one in check_exemption(bill, child, rules=ruleset_on(bill.on), book=BOOK)]
        for bill in (before, after)
    ]
    assert sources == [["Earlier fee regulations, not looked up"], ["FOR-2024-06-26-1322 section 3"]]
    with pytest.raises(DataError, match="first row starts"):
        list(check_exemption(replace(before, at=datetime(2009, 1, 1)), child, rules=ruleset_on(child), book=BOOK))

"""Entering a list: room, children of members, returners (FOR-2012-08-29-843 section 4)."""

from dataclasses import replace
from datetime import date

import pytest

from fastlege.kernel.errors import Violation
from fastlege.kernel.vocabulary import ListStatus
from fastlege.rules.admission import Applicant, ListFacts, check_admission
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()
DAY = date(2026, 9, 1)
ADULT = Applicant(birth_date=date(1980, 1, 1))
OPEN = ListFacts(cap=1000, length=990, status=ListStatus.OPEN)
CLOSED = replace(OPEN, length=1000, status=ListStatus.CLOSED)
LOCKED = replace(OPEN, status=ListStatus.LOCKED)
REOPENING = replace(CLOSED, length=995)
FULL_REFUSAL = [Violation("list.full", {"cap": 1000})]


def codes(gp_list, person=ADULT, on=DAY):
    return [violation.rule for violation in check_admission(gp_list, person, on=on, book=BOOK)]


def test_an_open_list_with_room_takes_anyone():
    assert codes(OPEN) == []


@pytest.mark.parametrize("length", [1000, 1001])
def test_a_full_list_takes_nobody(length):
    assert check_admission(replace(OPEN, length=length), ADULT, on=DAY, book=BOOK) == FULL_REFUSAL


def test_a_closed_list_with_some_places_stays_closed():
    assert check_admission(REOPENING, ADULT, on=DAY, book=BOOK) == [
        Violation("list.closed", {"free": 5, "reopens_at": 10})
    ]


def test_a_locked_list_takes_nobody_not_even_a_members_child():
    assert codes(LOCKED) == ["list.locked"]
    assert codes(LOCKED, Applicant(date(2020, 1, 1), parent_is_member=True)) == ["list.locked"]


@pytest.mark.parametrize(("end", "expected"), [(date(2026, 9, 2), []), (DAY, ["list.ended"])])
def test_a_list_takes_nobody_from_the_day_it_ends(end, expected):
    assert codes(replace(OPEN, end=end)) == expected


@pytest.mark.parametrize(
    ("birth_date", "expected"),
    [(date(2010, 9, 2), []), (date(2010, 9, 1), ["list.full"]), (date(2026, 8, 31), [])],
)
def test_a_members_child_enters_a_closed_list_until_the_day_it_turns_16(birth_date, expected):
    assert codes(CLOSED, Applicant(birth_date, parent_is_member=True)) == expected


def test_a_child_whose_parents_stand_elsewhere_waits_like_others():
    assert codes(CLOSED, Applicant(date(2020, 1, 1))) == ["list.full"]


@pytest.mark.parametrize(
    ("left", "back", "on", "expected"),
    [
        (date(2023, 9, 1), date(2026, 9, 1), DAY, []),
        (date(2023, 8, 31), date(2026, 9, 1), DAY, ["list.full"]),
        (date(2025, 1, 1), date(2026, 3, 2), DAY, []),
        (date(2025, 1, 1), date(2026, 3, 1), DAY, ["list.full"]),
        (date(2025, 1, 1), date(2026, 9, 2), DAY, ["list.full"]),
        (date(2026, 6, 1), date(2026, 5, 1), DAY, ["list.full"]),
        (date(2025, 1, 1), None, DAY, ["list.full"]),
        (None, date(2026, 9, 1), DAY, ["list.full"]),
    ],
)
def test_one_who_moves_back_within_three_years_and_asks_within_six_months_may_return(left, back, on, expected):
    assert codes(CLOSED, replace(ADULT, left_list_on=left, moved_back_on=back), on) == expected


@pytest.mark.parametrize(("on", "expected"), [(date(2025, 12, 31), []), (date(2026, 1, 1), ["list.removed_by_gp"])])
def test_one_removed_after_violence_cannot_choose_that_gp(on, expected):
    assert codes(OPEN, replace(ADULT, removed_by_gp=True), on) == expected


def test_all_violations_are_told_together():
    assert codes(CLOSED, replace(ADULT, removed_by_gp=True)) == ["list.removed_by_gp", "list.full"]

"""Caps, notice of a reduction, closing and opening (FOR-2012-08-29-842 sections 34-35, FOR-2025-12-02-2405 10-11)."""

from datetime import date

import pytest

from fastlege.kernel.errors import DataError, Violation
from fastlege.kernel.vocabulary import ListStatus, PersonStatus
from fastlege.rules.caps import check_cap, check_reduction_notice, status_after
from fastlege.rules.parameters import ParameterRow, load_rulebook
from fastlege.rules.rights import check_opt_in, check_opt_out, check_right_to_list

BOOK = load_rulebook()
DAYS = [date(2025, 12, 31), date(2026, 1, 1)]
OPEN, CLOSED, LOCKED = ListStatus.OPEN, ListStatus.CLOSED, ListStatus.LOCKED


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize(("cap", "expected"), [
    (2500, []),
    (2501, [Violation("list.cap_max", {"max": 2500, "cap": 2501})]),
    (500, []),
    (499, [Violation("list.cap_needs_agreement", {"min": 500, "cap": 499})]),
    (1, [Violation("list.cap_needs_agreement", {"min": 500, "cap": 1})]),
    (0, [Violation("list.cap_not_positive", {"cap": 0})]),
])  # fmt: skip
def test_a_cap_lies_between_its_limits_under_both_regulations(cap, expected, on):
    assert check_cap(cap, on=on, book=BOOK) == expected


@pytest.mark.parametrize(("cap", "expected"), [(499, []), (2501, ["list.cap_max"]), (-1, ["list.cap_not_positive"])])
def test_the_municipality_may_agree_to_a_low_cap_only(cap, expected):
    found = check_cap(cap, municipality_agrees=True, on=DAYS[1], book=BOOK)
    assert [each.rule for each in found] == expected


@pytest.mark.parametrize(("effective", "agreed", "expected"), [
    (date(2026, 7, 1), False, []),
    (date(2026, 6, 30), False, [Violation("list.reduction_notice", {"earliest": date(2026, 7, 1)})]),
    (date(2026, 2, 1), True, []),
])  # fmt: skip
def test_a_reduction_needs_six_months_notice_unless_agreed(effective, agreed, expected):
    assert check_reduction_notice(effective, shorter_agreed=agreed, on=DAYS[1], book=BOOK) == expected


def test_notice_from_the_last_day_of_august_runs_to_the_last_of_february():
    assert check_reduction_notice(date(2027, 2, 28), on=date(2026, 8, 31), book=BOOK) == []


@pytest.mark.parametrize(("status", "length", "expected"), [
    (OPEN, 999, OPEN),
    (OPEN, 1000, CLOSED),
    (OPEN, 1001, CLOSED),
    (CLOSED, 991, CLOSED),
    (CLOSED, 990, OPEN),
    (LOCKED, 500, LOCKED),
    (LOCKED, 1000, LOCKED),
])  # fmt: skip
def test_a_list_closes_at_its_cap_and_opens_at_ten_free_places(status, length, expected):
    assert status_after(status, cap=1000, length=length, on=DAYS[1], book=BOOK) == expected


def test_another_rule_of_closing_is_not_silently_ignored():
    book = BOOK.with_rows([ParameterRow("list.closed_when", "length > cap", "rule", None, None, "scenario", "assumed")])
    with pytest.raises(DataError, match="length > cap"):
        status_after(OPEN, cap=1000, length=1000, on=DAYS[1], book=book)


@pytest.mark.parametrize(("status", "stand", "leave", "back"), [
    (PersonStatus.RESIDENT, [], [], ["right.not_opted_out"]),
    (PersonStatus.OPTED_OUT, ["right.already_opted_out"], ["right.already_opted_out"], []),
    (PersonStatus.EMIGRATED, ["right.resident"], ["right.resident"], ["right.resident"]),
    (PersonStatus.DEAD, ["right.resident"], ["right.resident"], ["right.resident"]),
])  # fmt: skip
def test_residents_stand_on_lists_leave_the_scheme_and_come_back(status, stand, leave, back):
    checks = (check_right_to_list, check_opt_out, check_opt_in)
    found = [[each.rule for each in check(status, on=DAYS[1], book=BOOK)] for check in checks]
    assert found == [stand, leave, back]


def test_a_scenario_may_take_away_the_right_to_leave():
    book = BOOK.with_rows([ParameterRow("right.opt_out", False, "bool", None, None, "scenario", "assumed")])
    assert check_opt_out(PersonStatus.RESIDENT, on=DAYS[1], book=book) == [Violation("right.opt_out")]

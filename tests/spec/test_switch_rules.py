"""Switching GP: the yearly quota, what does not count, and from which day (FOR-2012-08-29-843 section 6)."""

from datetime import date

import pytest

from fastlege.kernel.errors import DataError, Violation
from fastlege.rules.parameters import ParameterRow, load_rulebook
from fastlege.rules.switching import Switch, SwitchCause, check_other_list, check_switch, effective_day

BOOK = load_rulebook()
SEPTEMBER = date(2026, 9, 1)
FEBRUARY, MAY, JUNE = date(2026, 2, 1), date(2026, 5, 1), date(2026, 6, 1)


def with_value(parameter, value, unit):
    return BOOK.with_rows([ParameterRow(parameter, value, unit, None, None, "a scenario", "assumed")])


def test_a_second_switch_in_a_calendar_year_is_allowed():
    assert check_switch([Switch(FEBRUARY)], on=SEPTEMBER, book=BOOK) == []


def test_a_third_switch_in_a_calendar_year_is_refused():
    assert check_switch([Switch(FEBRUARY), Switch(MAY)], on=SEPTEMBER, book=BOOK) == [
        Violation("switch.max_per_year", {"max": 2, "used": 2, "year": 2026})
    ]


def test_switches_of_another_year_do_not_count():
    earlier = [Switch(date(2025, 12, 1)), Switch(date(2027, 1, 1)), Switch(MAY)]
    assert check_switch(earlier, on=SEPTEMBER, book=BOOK) == []


@pytest.mark.parametrize("cause", [cause for cause in SwitchCause if cause != SwitchCause.OWN_CHOICE])
def test_a_change_that_is_not_ones_own_choice_does_not_count(cause):
    assert check_switch([Switch(FEBRUARY), Switch(JUNE, cause)], on=SEPTEMBER, book=BOOK) == []


@pytest.mark.parametrize("cause", [cause for cause in SwitchCause if cause != SwitchCause.OWN_CHOICE])
def test_a_change_that_is_not_ones_own_choice_is_never_refused(cause):
    assert check_switch([Switch(FEBRUARY), Switch(MAY)], cause=cause, on=SEPTEMBER, book=BOOK) == []


def test_every_word_of_the_rulebook_has_a_cause():
    causes = {str(cause) for cause in SwitchCause} - {"own choice"}
    assert set(BOOK.words("switch.excluded_from_count", on=SEPTEMBER)) == causes


def test_a_scenario_changes_the_quota_without_a_change_of_code():
    assert check_switch([Switch(FEBRUARY)], on=SEPTEMBER, book=with_value("switch.max_per_year", 1, "switches")) != []


def test_a_switch_leads_to_another_list():
    assert check_other_list(7, 8) == []
    assert check_other_list(None, 8) == []
    assert check_other_list(8, 8) == [Violation("switch.same_list")]


@pytest.mark.parametrize(
    ("requested", "effective"),
    [
        (date(2026, 4, 1), date(2026, 5, 1)),
        (date(2026, 4, 30), date(2026, 5, 1)),
        (date(2026, 5, 1), date(2026, 6, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2028, 2, 29), date(2028, 3, 1)),
    ],
)
def test_a_switch_takes_effect_on_the_first_of_the_next_month(requested, effective):
    assert effective_day(requested, book=BOOK) == effective


@pytest.mark.parametrize(
    ("requested", "effective"), [(date(2026, 4, 15), date(2026, 5, 1)), (date(2026, 4, 16), date(2026, 6, 1))]
)
def test_a_request_past_the_cut_off_waits_one_month_more(requested, effective):
    assert effective_day(requested, book=with_value("switch.cutoff_day", 15, "day_of_month")) == effective


def test_lists_that_do_not_change_on_the_first_are_not_silently_taken_to():
    with pytest.raises(DataError, match="Lists change on the first"):
        effective_day(date(2026, 4, 1), book=with_value("switch.effective_day", 15, "day_of_month"))

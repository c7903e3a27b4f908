"""Periods, months and ages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastlege.kernel.periods import (
    Period,
    age_on,
    days_in_month,
    days_in_year,
    next_month,
    years_before,
)

DAY = date(2026, 6, 15)
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))


def test_a_period_holds_its_first_day_and_not_its_end():
    period = Period(date(2026, 1, 1), date(2026, 7, 1))
    assert [period.contains(day) for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30))] == [
        False,
        True,
        True,
    ]
    assert not period.contains(date(2026, 7, 1))
    assert period.last_day == date(2026, 6, 30)


def test_an_open_period_has_no_last_day_and_holds_all_later_days():
    period = Period.through(DAY, None)
    assert period.last_day is None
    assert period.contains(date(2200, 1, 1))


def test_a_period_through_a_last_day_holds_that_day():
    assert Period.through(DAY, DAY) == Period(DAY, date(2026, 6, 16))


def test_a_period_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="must end after"):
        Period(DAY, DAY)


@given(days, days, days, days)
def test_periods_overlap_exactly_when_they_share_a_day(a, b, c, d):
    one, other = Period.through(min(a, b), max(a, b)), Period.through(min(c, d), max(c, d))
    shared = max(one.start, other.start) < min(one.end, other.end)
    assert one.overlaps(other) == other.overlaps(one) == shared


def test_periods_that_only_touch_do_not_overlap():
    assert not Period(date(2026, 1, 1), DAY).overlaps(Period(DAY))


@given(days)
def test_the_next_month_is_the_first_first_day_after(day):
    following = next_month(day)
    assert following.day == 1
    assert following > day
    assert (following - day.replace(day=1)).days == days_in_month(day)


@pytest.mark.parametrize(("year", "length"), [(2024, 366), (2025, 365), (2000, 366), (1900, 365)])
def test_leap_years_have_366_days(year, length):
    assert days_in_year(date(year, 5, 1)) == length


def test_three_years_before_a_leap_day_is_the_28th():
    assert years_before(date(2024, 2, 29), 3) == date(2021, 2, 28)
    assert years_before(DAY, 3) == date(2023, 6, 15)


@pytest.mark.parametrize(("day", "age"), [(date(2026, 6, 14), 15), (date(2026, 6, 15), 16), (date(2027, 6, 14), 16)])
def test_age_rises_on_the_birthday(day, age):
    assert age_on(date(2010, 6, 15), day) == age


def test_one_born_on_a_leap_day_has_the_birthday_on_1_march():
    assert age_on(date(2008, 2, 29), date(2024, 2, 28)) == 15
    assert age_on(date(2008, 2, 29), date(2025, 2, 28)) == 16
    assert age_on(date(2008, 2, 29), date(2025, 3, 1)) == 17

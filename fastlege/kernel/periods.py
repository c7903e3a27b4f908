"""Half-open periods of days, and the months the scheme is run by."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Period:
    """The days from `start` up to, and not including, `end`; no `end` means that it is still running."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"A period must end after it starts: {self.start} to {self.end}")

    @property
    def last_day(self) -> date | None:
        """The last day within the period ("til og med"), as sources, letters and FHIR state it."""
        return None if self.end is None else self.end - timedelta(days=1)

    @classmethod
    def through(cls, first: date, last: date | None) -> Period:
        """The period from a first to a last day, both within it."""
        return cls(first, None if last is None else last + timedelta(days=1))

    def contains(self, day: date) -> bool:
        """Whether the day lies within the period."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: Period) -> bool:
        """Whether the two periods share at least one day."""
        return (self.end is None or other.start < self.end) and (other.end is None or self.start < other.end)


def next_month(day: date) -> date:
    """The first of the month after the one that the day lies in."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def days_in_month(day: date) -> int:
    """Number of days in the month of `day`."""
    return monthrange(day.year, day.month)[1]


def days_in_year(day: date) -> int:
    """Number of days in the year of `day`."""
    return 366 if monthrange(day.year, 2)[1] == 29 else 365


def years_before(day: date, years: int) -> date:
    """The same day a number of years earlier; 29 February becomes 28 February in other years."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def months_later(day: date, months: int) -> date:
    """The same day a number of months on, or the last day of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def age_on(birth_date: date, day: date) -> int:
    """Age in whole years on a day; one born on 29 February has the birthday on 1 March in other years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))

"""When evening codes may be used: outside ordinary hours, and around Sundays and public holidays.

The rule says: within the hours given on weekdays, and from the day before Sundays and public holidays until the morning
of the next working day. A Saturday is the day before a Sunday, so all of it counts. On a working day before a public
holiday the ordinary hours are taken to hold until the evening begins (`docs/decisions/0180-...`): the text can also be
read as freeing the whole day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache

from holidays import country_holidays

_SATURDAY = 5
_HOURS = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d) weekdays; .+")


@dataclass(frozen=True)
class EveningWindow:
    """Ordinary hours begin at `until` and end at `since` on working days."""

    since: time
    until: time

    def contains(self, moment: datetime) -> bool:
        """Whether a moment (the clock in Norway) lies outside ordinary hours."""
        if not is_working_day(moment.date()):
            return True
        return moment.time() < self.until or moment.time() >= self.since


def parse_evening_window(text: str) -> EveningWindow:
    """The window that a rule's argument gives; a `ValueError` says what was expected."""
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError("hours such as 16:00-08:00 weekdays; and what holds on other days")
    return EveningWindow(time.fromisoformat(found[1]), time.fromisoformat(found[2]))


def is_working_day(day: date) -> bool:
    """Monday to Friday, and not a public holiday."""
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of a year in Norway other than Sundays."""
    return frozenset(country_holidays("NO", years=year))

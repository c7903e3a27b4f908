"""Bills, what went before them, and what is found, as arrays for the loop over bills."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.money import to_ore
from fastlege.rules.claims.checks import limits
from fastlege.rules.claims.checks.evenings import is_working_day
from fastlege.rules.claims.columns.instructions import LACKING, counted_codes
from fastlege.rules.parameters import load_rulebook

NOTHING = -1
"""In place of minutes, a size of a group, a distance or a municipality that the bill does not give."""

NOT_EXEMPT, BY_FREE_CARD, OTHERWISE_EXEMPT = 0, 1, 2

_EPOCH = date(1970, 1, 1)
_FIRST_YEAR, _YEARS = 1850, 300


BILL = np.dtype(
    [
        *(("person", np.int64), ("doctor", np.int64), ("gp_list", np.int64), ("first", np.int64)),
        *(("circumstances", np.int64), ("at", np.int32), ("lines", np.int32), ("day", np.int32)),
        *(("distance_m", np.int32), ("minute", np.int16), ("minutes", np.int16), ("group_size", np.int16)),
        ("municipality", np.int16),
        *(("setting", np.int8), ("exempt", np.int8), ("nurse", np.bool_)),
    ],
    align=True,
)
"""A bill: its place `at` among those of a part, and its lines, so many from `first` on. `minutes`, `group_size`,
`distance_m` and `municipality` (its four digits as a number) may be `NOTHING`; `circumstances` has a bit for each."""

LINE = np.dtype(
    [("amount", np.int32), ("patient_share", np.int32), ("code", np.int16), ("times", np.int16)], align=True
)
"""A line: a code by its number, how often it is used, and øre."""

BREACH = np.dtype(
    [("bill", np.int32), ("code", np.int16), ("other", np.int16), ("line", np.int16), ("kind", np.int8)], align=True
)
"""A breach: the bill's place, the codes (-1 for none), the line of the rule, and the kind."""

_LAST = np.dtype([("moment", np.int64), ("doctor", np.int64)])

Records = NDArray[np.void]


class Bills(NamedTuple):
    """Bills in order of time, and their lines."""

    bills: Records
    lines: Records


class Before(NamedTuple):
    """What approved bills have left behind: shares paid in the year, codes counted, and who billed a list last."""

    paid: NDArray[np.int32]
    of_patient: NDArray[np.int16]
    of_list: NDArray[np.int16]
    last: Records
    ceiling: NDArray[np.int64]


class Found(NamedTuple):
    """Breaches, how often a rule (by line) lacked a fact and a code its fee, which bills are approved, and about which
    something was lacking."""

    breaches: Records
    lacking: NDArray[np.int64]
    unpriced: NDArray[np.int64]
    approved: NDArray[np.bool_]
    unsure: NDArray[np.bool_]


class Calendar(NamedTuple):
    """Days as columns hold them: the date as one number (20251224), and whether it is a working day."""

    dates: NDArray[np.int32]
    working: NDArray[np.bool_]
    first_day: int


def calendar() -> Calendar:
    """The calendar of the years in which people are born and treated."""
    first = np.datetime64(f"{_FIRST_YEAR}-01-01", "D")
    days = np.arange(first, np.datetime64(f"{_FIRST_YEAR + _YEARS}-01-01", "D"))
    years, months = days.astype("datetime64[Y]"), days.astype("datetime64[M]")
    parts = (
        years.astype(np.int32) + 1970,
        (months - years).astype(np.int32) + 1,
        (days - months).astype(np.int32) + 1,
    )
    working = np.array([is_working_day(day) for day in days[_worked(days)].astype(date)], np.bool_)
    all_working = np.zeros(len(days), np.bool_)
    all_working[_worked(days)] = working
    dates = parts[0] * 10_000 + parts[1] * 100 + parts[2]
    return Calendar(dates.astype(np.int32), all_working, int(first.astype(np.int64)))


def nothing_before(people: int, lists: int) -> Before:
    """The start of a year; people and lists by number below these."""
    return Before(
        np.zeros(people, np.int32),
        np.zeros((len(counted_codes(limits.OF_PATIENT)), people), np.int16),
        np.zeros((len(counted_codes(limits.OF_LIST)), lists), np.int16),
        np.full(lists, NOTHING, _LAST),
        np.zeros(1, np.int64),
    )


def turn_to(before: Before, day: date) -> None:
    """Begin a period: counts of the year start anew in January, those of the half-year in January and July."""
    if (day.month, day.day) == (1, 1):
        before.paid[:] = 0
        before.of_patient[:] = 0
    if day.day == 1 and day.month in (1, 7):
        before.of_list[:] = 0
    before.ceiling[0] = to_ore(load_rulebook().decimal("fee.ceiling", on=day))


def nothing_found(bills: int, room: int, codes: int, lines: int) -> Found:
    """Empty columns with room for so many breaches."""
    return Found(
        np.empty(room, BREACH),
        np.zeros((lines, len(LACKING)), np.int64),
        np.zeros(codes, np.int64),
        np.ones(bills, np.bool_),
        np.zeros(bills, np.bool_),
    )


def with_any_line(bills: Records, hit: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which bills have any of the lines that are hit."""
    upto = np.concatenate([[0], np.cumsum(hit)])
    found: NDArray[np.bool_] = upto[bills["first"] + bills["lines"]] > upto[bills["first"]]
    return found


def day_number(day: date) -> int:
    """A day as columns hold it."""
    return (day - _EPOCH).days


def _worked(days: NDArray[Any]) -> slice:
    """The days on which bills may be: public holidays are only asked for those."""
    first = int(days[0].astype(np.int64))
    return slice(day_number(date(2015, 1, 1)) - first, day_number(date(2041, 1, 1)) - first)

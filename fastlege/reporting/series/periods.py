"""What a period is called, and which day it stands for, as the sources have it.

A figure of the register is a state on a day. Lists are updated on the first of each month, and the sources take the
first: `2023-10` is the state on 1 October 2023, and a quarter is the first of its last month, so that `2023Q3` is
1 September 2023 (tables 1.1 and 1.3 of the status report print the same residents for both). A year is its fourth
quarter, as in table 11.1. A figure of claims counts the whole calendar year, and is called by it.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from fastlege.figures.catalogue import Definition
from fastlege.figures.engine import of_claims
from fastlege.figures.prices import year_of_claims
from fastlege.kernel.snapshot import Snapshot

_MONTHS_OF_A_QUARTER = 3


class Period(StrEnum):
    """How the points of a series are named."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def name_of(day: date, period: Period) -> str:
    """The period that a day lies in: `2023-10`, `2023Q4` or `2023`."""
    if period is Period.MONTH:
        return f"{day:%Y-%m}"
    return f"{day.year}Q{_quarter(day)}" if period is Period.QUARTER else str(day.year)


def usual_day(day: date, period: Period) -> date:
    """The day whose state the sources print for the period of a day."""
    if period is Period.MONTH:
        return day.replace(day=1)
    quarter = _quarter(day) if period is Period.QUARTER else 4
    return date(day.year, quarter * _MONTHS_OF_A_QUARTER, 1)


def period_of(each: Definition, snapshot: Snapshot, period: Period) -> str:
    """The period that a figure of a snapshot holds for: the year of its claims, or the period of its day."""
    return str(year_of_claims(snapshot)) if of_claims(each.id) else name_of(snapshot.as_of, period)


def until(each: Definition, snapshot: Snapshot) -> date:
    """The last day that a figure of a snapshot is about, by which breaks are laid between two points."""
    return date(year_of_claims(snapshot), 12, 31) if of_claims(each.id) else snapshot.as_of


def _quarter(day: date) -> int:
    return (day.month - 1) // _MONTHS_OF_A_QUARTER + 1

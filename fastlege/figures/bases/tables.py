"""What the base tables share: snapshot tables by name, periods that run on a day, ages, working days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import holidays
import ibis
from ibis import Table
from ibis.expr.types import BooleanValue, DateValue, IntegerValue, StringValue

from fastlege.figures.dimensions import AGE_BANDS, Band
from fastlege.figures.given import GIVEN_TABLES
from fastlege.kernel.periods import years_before
from fastlege.kernel.snapshot_tables import DERIVED_TABLES, SNAPSHOT_TABLES
from fastlege.kernel.vocabulary import Sex

_MONDAY = date(1970, 1, 5)


@dataclass(frozen=True)
class Base:
    """A base table: how it is made for a day, the columns that it reads, and the dimensions that divide it.

    `reads` names tables of the snapshot, and tables that those above the figures give (`given.GIVEN_TABLES`).
    """

    make: Callable[[date], Table]
    reads: Mapping[str, tuple[str, ...]]
    dimensions: tuple[str, ...] = ()
    cube: bool = field(default=False)
    """Whether the rows are counts by many columns, made once and then added up for every figure."""


def snapshot_table(name: str) -> Table:
    """A table by name, not bound to any engine."""
    contracts = SNAPSHOT_TABLES | DERIVED_TABLES
    schema = contracts[name].schema if name in contracts else GIVEN_TABLES[name]
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)


def runs(table: Table, on: date) -> BooleanValue:
    """Whether the period of a row runs on a day."""
    day = ibis.date(on)
    # Half as dear as "is null or later", with the same meaning.
    return (table.start <= day) & (table.end > day).fill_null(ibis.literal(True))


def running(table: Table, on: date) -> Table:
    """The rows whose period runs on a day."""
    return table.filter(runs(table, on))


def beside(rows: Table, others: Table, *key: str) -> Table:
    """Rows with the columns of others that have the same key, or nulls where there are none."""
    return rows.left_join(others, list(key), rname="other_{name}").drop(*(f"other_{name}" for name in key))


def in_the_year_to(day: DateValue, on: date) -> BooleanValue:
    """Whether something happened in the twelve months up to and with a day."""
    return (day > ibis.date(years_before(on, 1))) & (day <= ibis.date(on))


def days_between(first: DateValue, last: DateValue) -> IntegerValue:
    """The days from one day up to another, none when the other is not later."""
    return ibis.greatest(last.delta(first, unit="day"), ibis.literal(0)).cast("int64")


def age(birth: DateValue, on: date) -> IntegerValue:
    """Whole years of age on a day."""
    not_yet = birth.month().cast("int32") * 100 + birth.day().cast("int32") > on.month * 100 + on.day
    return ibis.literal(on.year) - birth.year().cast("int32") - not_yet.cast("int32")


def age_band(birth: DateValue, on: date, bands: Sequence[Band] = AGE_BANDS) -> StringValue:
    """The code of the band that an age lies in."""
    return band(age(birth, on), bands)


def band(value: IntegerValue, bands: Sequence[Band]) -> StringValue:
    """The code of the first band that reaches a number; the last band reaches any."""
    *bounded, last = bands
    return ibis.cases(*((value <= each.last, each.code) for each in bounded), else_=last.code)


def sex_code(sex: IntegerValue) -> StringValue:
    """Legal sex in words, as a dimension has it."""
    return ibis.ifelse(sex == Sex.FEMALE.value, "female", "male")


def working_days_between(first: DateValue, last: DateValue, free: Sequence[date]) -> IntegerValue:
    """The working days from one day up to another, which is not earlier; `free` are the holidays on weekdays."""
    count = _weekdays_before(last) - _weekdays_before(first)
    for day in free:
        count = count - ((first <= ibis.date(day)) & (last > ibis.date(day))).cast("int64")
    return count


def _weekdays_before(day: DateValue) -> IntegerValue:
    days = day.delta(ibis.date(_MONDAY), unit="day").cast("int64")
    return (days // 7) * 5 + ibis.least(days % 7, ibis.literal(5)).cast("int64")


@cache
def weekday_holidays(first: date, last: date) -> tuple[date, ...]:
    """Public holidays in Norway from Monday to Friday, from one day up to another."""
    found = holidays.country_holidays("NO", years=range(first.year, last.year + 1))
    return tuple(sorted(day for day in found if first <= day < last and day.weekday() < 5))


def working_days(first: date, last: date) -> int:
    """The working days from one day up to another."""
    days = (first + timedelta(days=each) for each in range((last - first).days))
    return sum(day.weekday() < 5 for day in days) - len(weekday_holidays(first, last))

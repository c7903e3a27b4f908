"""The base tables that all figures count: one row a list, a GP on a list, a substitute, a queue place, an unplaced.

Each is an Ibis expression over the snapshot tables of one day, so that it runs on DuckDB here and on other engines
elsewhere. They are computed once for a snapshot and serve every figure at every level.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import ibis
from ibis import Table, _
from ibis.expr.types import BooleanValue

from fastlege.kernel.periods import years_before
from fastlege.kernel.snapshot_tables import TABLES
from fastlege.kernel.vocabulary import ListStatus, Relationship, Sex


def snapshot_table(name: str) -> Table:
    """A snapshot table by name, not bound to any engine."""
    return ibis.table(ibis.Schema.from_pyarrow(TABLES[name].schema), name=name)


def list_facts(on: date) -> Table:
    """One row a list in force.

    Columns: list_id, municipality, cap, salaried, open (takes new members), length (members on the day), has_gp (a
    regular GP on the day), vacant_over_year (without one since more than a year before; a list that never had one
    counts from its start).
    """
    lists = _running(snapshot_table("lists"), on)
    joined = lists.left_join(_lengths(on), "list_id").left_join(_regular_gp(on), "list_id")
    has_gp = _.has_gp.fill_null(ibis.literal(False))
    vacant_since = _.last_end.fill_null(_.start)
    return joined.select(
        "list_id",
        "municipality",
        "cap",
        "salaried",
        open=_.status == ListStatus.OPEN.value,
        length=_.length.fill_null(0),
        has_gp=has_gp,
        vacant_over_year=~has_gp & (vacant_since < ibis.date(years_before(on, 1))),
    )


def gp_facts(on: date) -> Table:
    """One row a regular GP and list: doctor_id, municipality of the list, specialist (on the day), woman."""
    doctors = snapshot_table("doctors")
    return (
        _doctors_on_lists(Relationship.REGULAR, on)
        .join(doctors, "doctor_id")
        .select(
            "doctor_id",
            "municipality",
            specialist=_.specialist_since.notnull() & (_.specialist_since <= ibis.date(on)),
            woman=_.sex == Sex.FEMALE.value,
        )
    )


def substitute_facts(on: date) -> Table:
    """One row a substitute and list: doctor_id, municipality of the list."""
    return _doctors_on_lists(Relationship.SUBSTITUTE, on).select("doctor_id", "municipality")


def waiting_facts(on: date) -> Table:
    """One row a queue place: person_id, municipality of the list waited for."""
    lists = _running(snapshot_table("lists"), on).select("list_id", "municipality")
    return snapshot_table("queue").join(lists, "list_id").select("person_id", "municipality")


def unplaced_facts(on: date) -> Table:
    """One row a person without any list: person_id, municipality the person lives in."""
    persons = snapshot_table("persons").select("person_id", "municipality")
    unplaced = snapshot_table("unplaced").filter(_.since <= ibis.date(on))
    return unplaced.join(persons, "person_id").select("person_id", "municipality")


@dataclass(frozen=True)
class Base:
    """A base table: how it is made for a day, and the snapshot columns that it reads."""

    make: Callable[[date], Table]
    reads: dict[str, tuple[str, ...]]


_LIST_PERIOD = ("list_id", "municipality", "start", "end")
_DOCTOR_PERIOD = ("list_id", "doctor_id", "relationship", "start", "end")

BASES: dict[str, Base] = {
    "lists": Base(
        list_facts,
        {
            "lists": (*_LIST_PERIOD, "cap", "salaried", "status"),
            "memberships": ("list_id", "start", "end"),
            "doctor_periods": ("list_id", "relationship", "start", "end"),
        },
    ),
    "gps": Base(
        gp_facts,
        {
            "lists": _LIST_PERIOD,
            "doctor_periods": _DOCTOR_PERIOD,
            "doctors": ("doctor_id", "specialist_since", "sex"),
        },
    ),
    "substitutes": Base(substitute_facts, {"lists": _LIST_PERIOD, "doctor_periods": _DOCTOR_PERIOD}),
    "waiting": Base(waiting_facts, {"lists": _LIST_PERIOD, "queue": ("person_id", "list_id")}),
    "unplaced": Base(unplaced_facts, {"unplaced": ("person_id", "since"), "persons": ("person_id", "municipality")}),
}


def _runs(table: Table, on: date) -> BooleanValue:
    day = ibis.date(on)
    # Half as dear as "is null or later", with the same meaning.
    return (table.start <= day) & (table.end > day).fill_null(ibis.literal(True))


def _running(table: Table, on: date) -> Table:
    return table.filter(_runs(table, on))


def _lengths(on: date) -> Table:
    return _running(snapshot_table("memberships"), on).group_by("list_id").aggregate(length=_.count())


def _regular_gp(on: date) -> Table:
    periods = snapshot_table("doctor_periods")
    begun = periods.filter((periods.relationship == Relationship.REGULAR.value) & (periods.start <= ibis.date(on)))
    return begun.group_by("list_id").aggregate(has_gp=_runs(begun, on).any(), last_end=begun.end.max())


def _doctors_on_lists(relationship: Relationship, on: date) -> Table:
    periods = _running(snapshot_table("doctor_periods"), on)
    lists = _running(snapshot_table("lists"), on).select("list_id", "municipality")
    return (
        periods.filter(periods.relationship == relationship.value).select("list_id", "doctor_id").join(lists, "list_id")
    )

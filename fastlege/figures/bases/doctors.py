"""Doctors: GPs on their lists, those who came and left, substitutes and their time."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table, _

from fastlege.figures.bases.lists import LIST_PERIOD
from fastlege.figures.bases.tables import (
    Base,
    age,
    band,
    beside,
    days_between,
    in_the_year_to,
    running,
    sex_code,
    snapshot_table,
    weekday_holidays,
    working_days_between,
)
from fastlege.figures.dimensions import GP_AGE_BANDS
from fastlege.kernel.periods import years_before
from fastlege.kernel.vocabulary import Relationship, Sex

_PERIOD = ("list_id", "doctor_id", "relationship", "start", "end")
_DOCTOR = ("doctor_id", "birth_date", "sex", "specialist_since")
_KINDS = ("gp_age", "gp_sex", "specialist")


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


def gp_kind_facts(on: date) -> Table:
    """One row a regular GP and list, with the GP's age, sex and specialty on the day."""
    return _with_kinds(_doctors_on_lists(Relationship.REGULAR, on), on)


def gp_entry_facts(on: date) -> Table:
    """One row a GP who first became one in the year up to the day, and list: doctor_id, municipality, kinds."""
    regular = _regular()
    first = regular.group_by("doctor_id").aggregate(first_start=_.start.min())
    met = regular.join(first, "doctor_id")
    new = met.filter((met.start == met.first_start) & in_the_year_to(met.start, on))
    return _with_kinds(_with_municipality(new), on)


def gp_exit_facts(on: date) -> Table:
    """One row a GP who had the last list in the year up to the day, and list: doctor_id, municipality, kinds."""
    regular = _regular().mutate(until=_.end.fill_null(ibis.date(9999, 12, 31)))
    last = regular.group_by("doctor_id").aggregate(last_end=_.until.max())
    met = regular.join(last, "doctor_id")
    gone = met.filter((met.until == met.last_end) & in_the_year_to(met.until, on))
    return _with_kinds(_with_municipality(gone), on)


def gp_tenure_facts(on: date) -> Table:
    """One row a regular GP and list: municipality, and the days that the GP has had the list."""
    lists = running(snapshot_table("lists"), on).select("list_id", "municipality")
    periods = running(_regular(), on).join(lists, "list_id")
    return periods.select("municipality", days=days_between(periods.start, ibis.date(on)))


def substitute_facts(on: date) -> Table:
    """One row a substitute and list: doctor_id, municipality of the list."""
    return _doctors_on_lists(Relationship.SUBSTITUTE, on).select("doctor_id", "municipality")


def substitute_time_facts(on: date) -> Table:
    """One row a substitute's period within the year up to the day, cut at the year's ends.

    Columns: doctor_id, municipality; days; weighted_days (working days times working percentage); vacant_days (while
    the list had no GP); overlap_days (while another substitute, with a lower number, was on the same list).
    """
    since = years_before(on, 1)
    periods = snapshot_table("doctor_periods")
    cut = periods.mutate(
        begins=ibis.greatest(periods.start, ibis.date(since)),
        ends=ibis.least(periods.end.fill_null(ibis.date(on)), ibis.date(on)),
    ).filter(_.begins < _.ends)
    substitutes = cut.filter(cut.relationship == Relationship.SUBSTITUTE.value)
    regular = cut.filter(cut.relationship == Relationship.REGULAR.value)
    covered = _shared_days(substitutes, regular, "gp_days", earlier_only=False)
    overlap = _shared_days(substitutes, substitutes.view(), "overlap_days", earlier_only=True)
    key = ("list_id", "doctor_id", "begins")
    joined = beside(beside(substitutes, covered, *key), overlap, *key)
    days = days_between(joined.begins, joined.ends)
    worked = working_days_between(joined.begins, joined.ends, weekday_holidays(since, on))
    return _with_municipality(
        joined.select(
            "list_id",
            "doctor_id",
            days=days,
            weighted_days=worked * joined.working_percentage.cast("int64"),
            vacant_days=days - joined.gp_days.fill_null(0),
            overlap_days=joined.overlap_days.fill_null(0),
        )
    )


def _shared_days(periods: Table, others: Table, name: str, *, earlier_only: bool) -> Table:
    """For each period, the days that it has in common with other periods on the same list."""
    other = others.select("list_id", other=others.doctor_id, other_begins=others.begins, other_ends=others.ends)
    met = periods.join(other, "list_id")
    if earlier_only:
        met = met.filter(met.other < met.doctor_id)
    first = ibis.greatest(met.begins, met.other_begins)
    shared = met.select(
        "list_id", "doctor_id", "begins", shared=days_between(first, ibis.least(met.ends, met.other_ends))
    )
    return shared.group_by(["list_id", "doctor_id", "begins"]).aggregate(**{name: _.shared.sum().cast("int64")})


def _regular() -> Table:
    periods = snapshot_table("doctor_periods")
    return periods.filter(periods.relationship == Relationship.REGULAR.value).select(
        "list_id", "doctor_id", "start", "end"
    )


def _with_municipality(rows: Table) -> Table:
    return rows.join(snapshot_table("lists").select("list_id", "municipality"), "list_id")


def _with_kinds(rows: Table, on: date) -> Table:
    joined = rows.join(snapshot_table("doctors").select(*_DOCTOR), "doctor_id")
    specialist = (joined.specialist_since <= ibis.date(on)).fill_null(ibis.literal(False))
    return joined.select(
        "doctor_id",
        "municipality",
        gp_age=band(age(joined.birth_date, on), GP_AGE_BANDS),
        gp_sex=sex_code(joined.sex),
        specialist=ibis.ifelse(specialist, "yes", "no"),
    )


def _doctors_on_lists(relationship: Relationship, on: date) -> Table:
    periods = running(snapshot_table("doctor_periods"), on)
    lists = running(snapshot_table("lists"), on).select("list_id", "municipality")
    return (
        periods.filter(periods.relationship == relationship.value).select("list_id", "doctor_id").join(lists, "list_id")
    )


_ANY_DAY = ("list_id", "municipality")
DOCTOR_BASES: dict[str, Base] = {
    "gps": Base(
        gp_facts,
        {"lists": LIST_PERIOD, "doctor_periods": _PERIOD, "doctors": ("doctor_id", "specialist_since", "sex")},
    ),
    "gp_kinds": Base(gp_kind_facts, {"lists": LIST_PERIOD, "doctor_periods": _PERIOD, "doctors": _DOCTOR}, _KINDS),
    "gp_entries": Base(
        gp_entry_facts,
        {"lists": _ANY_DAY, "doctor_periods": ("list_id", "doctor_id", "relationship", "start"), "doctors": _DOCTOR},
        _KINDS,
    ),
    "gp_exits": Base(
        gp_exit_facts,
        {"lists": _ANY_DAY, "doctor_periods": ("list_id", "doctor_id", "relationship", "end"), "doctors": _DOCTOR},
        _KINDS,
    ),
    "gp_tenure": Base(
        gp_tenure_facts,
        {"lists": LIST_PERIOD, "doctor_periods": ("list_id", "relationship", "start", "end")},
    ),
    "substitutes": Base(substitute_facts, {"lists": LIST_PERIOD, "doctor_periods": _PERIOD}),
    "substitute_time": Base(
        substitute_time_facts, {"lists": _ANY_DAY, "doctor_periods": (*_PERIOD, "working_percentage")}
    ),
}
"""Base tables with a row a doctor on a list."""

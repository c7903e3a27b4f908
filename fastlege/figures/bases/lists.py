"""Lists on a day: one row a list in force, and one row a list with its GP."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table, _

from fastlege.figures.bases.tables import (
    Base,
    age,
    band,
    beside,
    days_between,
    running,
    runs,
    sex_code,
    snapshot_table,
)
from fastlege.figures.dimensions import GP_AGE_GROUPS, LENGTH_BANDS, VACANCY_BANDS
from fastlege.kernel.periods import years_before
from fastlege.kernel.vocabulary import ListStatus, Relationship

LIST_PERIOD = ("list_id", "municipality", "start", "end")


def list_facts(on: date) -> Table:
    """One row a list in force.

    Columns: list_id, municipality, cap, salaried, open (takes new members), length (members on the day), has_gp (a
    regular GP on the day), vacant_over_year (without one since more than a year before; a list that never had one
    counts from its start).
    """
    lists = running(snapshot_table("lists"), on)
    joined = lists.left_join(lengths(on), "list_id").left_join(regular_gp(on), "list_id")
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


def vacant_list_facts(on: date) -> Table:
    """One row a list without a GP: list_id, municipality, how long it has been so, and whether it has a substitute."""
    lists = running(snapshot_table("lists"), on)
    periods = running(snapshot_table("doctor_periods"), on)
    substitutes = periods.filter(periods.relationship == Relationship.SUBSTITUTE.value)
    covered = substitutes.select("list_id").distinct().mutate(covered=ibis.literal(True))
    joined = beside(beside(lists, regular_gp(on), "list_id"), covered, "list_id")
    vacant = joined.filter(~_.has_gp.fill_null(ibis.literal(False)))
    days = days_between(vacant.last_end.fill_null(vacant.start), ibis.date(on))
    return vacant.select(
        "list_id",
        "municipality",
        vacancy=band(days, VACANCY_BANDS),
        substitute=ibis.ifelse(_.covered.fill_null(ibis.literal(False)), "yes", "no"),
    )


def gp_list_facts(on: date) -> Table:
    """One row a list with a GP, for lengths by kinds of GPs.

    Columns: list_id, municipality, members, woman, and the bands of length, age and sex of the GP, specialty, pay form.
    Should a list have two regular GPs, it has the one with the lower number here.
    """
    lists = running(snapshot_table("lists"), on)
    periods = running(snapshot_table("doctor_periods"), on)
    regular = periods.filter(periods.relationship == Relationship.REGULAR.value)
    gp = regular.group_by("list_id").aggregate(doctor_id=_.doctor_id.min())
    doctors = snapshot_table("doctors").select("doctor_id", "birth_date", "sex", "specialist_since")
    joined = beside(lists.join(gp, "list_id").join(doctors, "doctor_id"), lengths(on), "list_id")
    members = joined.length.fill_null(0)
    specialist = (joined.specialist_since <= ibis.date(on)).fill_null(ibis.literal(False))
    return joined.select(
        "list_id",
        "municipality",
        members=members,
        woman=sex_code(joined.sex) == "female",
        length=band(members, LENGTH_BANDS),
        gp_age_group=band(age(joined.birth_date, on), GP_AGE_GROUPS),
        gp_sex=sex_code(joined.sex),
        specialist=ibis.ifelse(specialist, "yes", "no"),
        pay_form=ibis.ifelse(joined.salaried, "salaried", "self_employed"),
    )


def lengths(on: date) -> Table:
    """The members of each list on a day: list_id, length."""
    return running(snapshot_table("memberships"), on).group_by("list_id").aggregate(length=_.count())


def regular_gp(on: date) -> Table:
    """Each list that has had a GP: list_id, has_gp (on the day), last_end."""
    periods = snapshot_table("doctor_periods")
    begun = periods.filter((periods.relationship == Relationship.REGULAR.value) & (periods.start <= ibis.date(on)))
    return begun.group_by("list_id").aggregate(has_gp=runs(begun, on).any(), last_end=begun.end.max())


LIST_BASES: dict[str, Base] = {
    "lists": Base(
        list_facts,
        {
            "lists": (*LIST_PERIOD, "cap", "salaried", "status"),
            "memberships": ("list_id", "start", "end"),
            "doctor_periods": ("list_id", "relationship", "start", "end"),
        },
    ),
    "vacant_lists": Base(
        vacant_list_facts,
        {"lists": LIST_PERIOD, "doctor_periods": ("list_id", "relationship", "start", "end")},
        ("vacancy", "substitute"),
    ),
    "gp_lists": Base(
        gp_list_facts,
        {
            "lists": (*LIST_PERIOD, "salaried"),
            "memberships": ("list_id", "start", "end"),
            "doctor_periods": ("list_id", "doctor_id", "relationship", "start", "end"),
            "doctors": ("doctor_id", "birth_date", "sex", "specialist_since"),
        },
        ("length", "gp_age_group", "gp_sex", "specialist", "pay_form"),
    ),
}
"""Base tables with a row a list."""

"""People: those who wait, those without a list, all who live here, and how long they have had their GP."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table, _

from fastlege.figures.bases.lists import LIST_PERIOD
from fastlege.figures.bases.tables import (
    Base,
    age_band,
    band,
    beside,
    days_between,
    in_the_year_to,
    running,
    sex_code,
    snapshot_table,
)
from fastlege.figures.dimensions import WAIT_BANDS
from fastlege.kernel.vocabulary import PersonStatus, Reason, Relationship

_CAUSES: dict[str, tuple[Reason, ...]] = {
    "chosen_direct": (Reason.CHOSEN_DIRECT, Reason.CHILD_OF_MEMBER, Reason.RETURNED_WITHIN_3_YEARS),
    "chosen_queue": (Reason.CHOSEN_QUEUE, Reason.SWAP, Reason.CYCLE),
    "gp_left": (Reason.PRACTICE_CLOSED, Reason.TAKEOVER),
    "list_reduction": (Reason.LIST_REDUCTION,),
}
_MEMBER_PERIOD = ("person_id", "list_id", "start", "end")


def waiting_facts(on: date) -> Table:
    """One row a queue place: person_id, municipality of the list waited for."""
    lists = running(snapshot_table("lists"), on).select("list_id", "municipality")
    return snapshot_table("queue").join(lists, "list_id").select("person_id", "municipality")


def waiting_relation_facts(on: date) -> Table:
    """One row a queue place: person_id, municipality of the list waited for, and whether it lies elsewhere.

    Elsewhere than the list that the person is on (`other_than_gp`; not for one without a list), and elsewhere than the
    person lives (`other_than_home`).
    """
    lists = running(snapshot_table("lists"), on).select("list_id", "municipality")
    own = lists.select("list_id", own_municipality=lists.municipality)
    members = running(snapshot_table("memberships"), on).select("person_id", "list_id")
    persons = snapshot_table("persons")
    homes = persons.select("person_id", home=persons.municipality)
    places = snapshot_table("queue").select("person_id", "list_id").join(lists, "list_id")
    own_lists = members.join(own, "list_id").select("person_id", "own_municipality")
    joined = beside(places.join(homes, "person_id"), own_lists, "person_id")
    return joined.select(
        "person_id",
        "municipality",
        other_than_gp=(_.own_municipality != _.municipality).fill_null(ibis.literal(False)),
        other_than_home=_.home != _.municipality,
    )


def unplaced_facts(on: date) -> Table:
    """One row a person without any list: person_id, municipality the person lives in."""
    persons = snapshot_table("persons").select("person_id", "municipality")
    unplaced = snapshot_table("unplaced").filter(_.since <= ibis.date(on))
    return unplaced.join(persons, "person_id").select("person_id", "municipality")


def population_facts(on: date) -> Table:
    """People who live here, in the scheme or out of it, by home municipality, age on the day, and sex."""
    persons = snapshot_table("persons")
    here = persons.filter(persons.status.isin([PersonStatus.RESIDENT.value, PersonStatus.OPTED_OUT.value]))
    kinds = here.select("municipality", age=age_band(here.birth_date, on), sex=sex_code(here.sex))
    return kinds.group_by(["municipality", "age", "sex"]).aggregate(persons=_.count())


def relation_facts(on: date) -> Table:
    """How long members have had their GP: municipality of the list, days, and how many persons.

    The later of the day that the person came to the list and the day that the GP did.
    """
    lists = running(snapshot_table("lists"), on).select("list_id", "municipality")
    periods = running(snapshot_table("doctor_periods"), on)
    regular = periods.filter(periods.relationship == Relationship.REGULAR.value)
    gp = regular.group_by("list_id").aggregate(gp_since=_.start.min())
    members = running(snapshot_table("memberships"), on).group_by(["list_id", "start"]).aggregate(persons=_.count())
    joined = members.join(gp, "list_id").join(lists, "list_id")
    since = ibis.greatest(joined.start, joined.gp_since)
    rows = joined.select("municipality", "persons", days=days_between(since, ibis.date(on)))
    return rows.group_by(["municipality", "days"]).aggregate(persons=_.persons.sum().cast("int64"))


def switch_facts(on: date) -> Table:
    """Switches in the year up to the day: municipality of the new list, cause, days and band of the wait; how many."""
    lists = snapshot_table("lists").select("list_id", "municipality")
    switches = snapshot_table("switches").filter(lambda table: in_the_year_to(table.on, on))
    rows = switches.join(lists, switches.to_list == lists.list_id)
    waited = days_between(rows.queued_since.fill_null(rows.on), rows.on)
    causes = ((rows.reason.isin([reason.value for reason in reasons]), cause) for cause, reasons in _CAUSES.items())
    kinds = rows.select("municipality", cause=ibis.cases(*causes, else_="other"), days=waited,
                        wait=band(waited, WAIT_BANDS), queued=rows.queued_since.notnull())  # fmt: skip
    return kinds.group_by(["municipality", "cause", "days", "wait", "queued"]).aggregate(switches=_.count())


PEOPLE_BASES: dict[str, Base] = {
    "waiting": Base(waiting_facts, {"lists": LIST_PERIOD, "queue": ("person_id", "list_id")}),
    "waiting_relations": Base(
        waiting_relation_facts,
        {
            "lists": LIST_PERIOD,
            "queue": ("person_id", "list_id"),
            "memberships": _MEMBER_PERIOD,
            "persons": ("person_id", "municipality"),
        },
    ),
    "unplaced": Base(unplaced_facts, {"unplaced": ("person_id", "since"), "persons": ("person_id", "municipality")}),
    "population": Base(
        population_facts, {"persons": ("municipality", "birth_date", "sex", "status")}, ("age", "sex"), cube=True
    ),
    "relations": Base(
        relation_facts,
        {
            "lists": LIST_PERIOD,
            "memberships": ("list_id", "start", "end"),
            "doctor_periods": ("list_id", "relationship", "start", "end"),
        },
        cube=True,
    ),
    "switches": Base(
        switch_facts,
        {"lists": ("list_id", "municipality"), "switches": ("to_list", "on", "reason", "queued_since")},
        ("cause", "wait"),
        cube=True,
    ),
}
"""Base tables with a row a person, or counts of them."""

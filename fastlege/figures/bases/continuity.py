"""Continuity of care: how consultations of one person, or of the members of one list, are spread over doctors.

All indices are whole numbers: an index of one person or one list is counted in millionths, rounded down, so that every
engine adds up to the same. Counted are consultations at a GP's that the doctor did (not delegated, not out of hours).
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table, _

from fastlege.figures.bases.contacts import CONSULTATIONS, GP, NOWHERE
from fastlege.figures.bases.lists import LIST_PERIOD
from fastlege.figures.bases.tables import Base, age_band, running, sex_code, snapshot_table
from fastlege.kernel.vocabulary import Relationship

MILLION = 1_000_000
ENOUGH = 3
"""Consultations in the year that a person must have had: with fewer, an index of spread says little."""


def consultations() -> Table:
    """The consultations that continuity is about: claim_id, person_id, doctor_id, date, contact_type."""
    contacts = snapshot_table("contacts")
    counted = contacts.contact_type.isin(CONSULTATIONS) & (contacts.place == GP) & ~contacts.delegated
    return contacts.filter(counted).select("claim_id", "person_id", "doctor_id", "date", "contact_type")


def person_facts(on: date) -> Table:
    """One row a person with enough consultations: municipality of home, age, sex, and three indices in millionths.

    `upc`: the share of consultations with the doctor who was used most. `coc`: the share of pairs of consultations
    that were with one doctor. `secon`: the share of consultations that were with the same doctor as the one before.
    """
    rows = consultations()
    by_doctor = rows.group_by(["person_id", "doctor_id"]).aggregate(n=_.count())
    spread = by_doctor.group_by("person_id").aggregate(
        n=_.n.sum().cast("int64"), most=_.n.max().cast("int64"), squares=(_.n * _.n).sum().cast("int64")
    )
    order = ibis.window(group_by="person_id", order_by=["date", "claim_id"])
    follows = rows.select("person_id", same=(rows.doctor_id == rows.doctor_id.lag().over(order)).cast("int64"))
    kept = follows.group_by("person_id").aggregate(same=_.same.fill_null(0).sum().cast("int64"))
    persons = snapshot_table("persons")
    people = persons.select(
        "person_id", "municipality", age=age_band(persons.birth_date, on), sex=sex_code(persons.sex)
    )
    enough = spread.filter(spread.n >= ENOUGH).join(kept, "person_id").left_join(people, "person_id")
    return enough.select(
        "age",
        "sex",
        municipality=_.municipality.fill_null(NOWHERE),
        upc=(_.most * MILLION // _.n).cast("int64"),
        coc=((_.squares - _.n) * MILLION // (_.n * (_.n - 1))).cast("int64"),
        secon=(_.same * MILLION // (_.n - 1)).cast("int64"),
    )


def list_facts(on: date) -> Table:
    """One row a list with a GP whose members came: municipality of the list, and the index of the list in millionths.

    `slicc`: of the consultations in person that members of the day had in the year, the share with the list's own GP.
    """
    lists = running(snapshot_table("lists"), on).select("list_id", "municipality")
    periods = running(snapshot_table("doctor_periods"), on)
    regular = periods.filter(periods.relationship == Relationship.REGULAR.value)
    gp = regular.group_by("list_id").aggregate(gp=_.doctor_id.min()).join(lists, "list_id")
    members = running(snapshot_table("memberships"), on).select("person_id", "list_id").join(gp, "list_id")
    met = consultations().filter(_.contact_type == "physical_consultation").join(members, "person_id")
    by_list = met.group_by(["list_id", "municipality"]).aggregate(
        n=_.count(), own=(_.doctor_id == _.gp).cast("int64").sum().cast("int64")
    )
    return by_list.select("municipality", slicc=(_.own * MILLION // _.n).cast("int64"))


_READ = ("claim_id", "person_id", "doctor_id", "date", "contact_type", "place", "delegated")
CONTINUITY_BASES: dict[str, Base] = {
    "person_continuity": Base(
        person_facts,
        {"contacts": _READ, "persons": ("person_id", "municipality", "birth_date", "sex")},
        ("age", "sex"),
        cube=True,
    ),
    "list_continuity": Base(
        list_facts,
        {
            "contacts": ("person_id", "doctor_id", "contact_type", "place", "delegated"),
            "lists": LIST_PERIOD,
            "memberships": ("person_id", "list_id", "start", "end"),
            "doctor_periods": ("list_id", "doctor_id", "relationship", "start", "end"),
        },
        cube=True,
    ),
}
"""Base tables of continuity."""

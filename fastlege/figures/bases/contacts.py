"""Contacts of a year: how many of each kind by who came and when, and by diagnosis.

A contact lies in the municipality where the patient lives; ages are those of the snapshot's day, as the population's.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table, _

from fastlege.figures.bases.tables import Base, age_band, sex_code, snapshot_table

CONSULTATIONS = ("physical_consultation", "e_consultation", "home_visit")
"""The types of contact that are consultations with a doctor."""

GP, OUT_OF_HOURS = "gp", "out_of_hours_service"
NOWHERE = "unknown"
"""Municipality of a contact with somebody who is not among the persons: no area, so the count is refused."""

KINDS = ("contact_type", "medium", "time_of_day", "service", "relation", "delegated")
CUBE = ("municipality", "age", "sex", "month", *KINDS)
DIAGNOSES = ("municipality", "contact_type", "medium", "service", "diagnosis")


def contact_facts(on: date) -> Table:
    """How many contacts there were, by home municipality, age, sex, month and the kind of contact."""
    contacts = snapshot_table("contacts")
    rows = contacts.left_join(_people(on), "person_id").select(
        "contact_type",
        "medium",
        "relation",
        "delegated",
        service=contacts.place,
        municipality=_.municipality.fill_null(NOWHERE),
        age=_.age,
        sex=_.sex,
        month=_two_digits(contacts.date.month()),
        time_of_day=ibis.ifelse(contacts.evening, "evening", "day"),
    )
    counted = rows.group_by(list(CUBE)).aggregate(contacts=_.count())
    return counted.mutate(half_year=ibis.ifelse(counted.month <= "06", "H1", "H2"))


def diagnosis_facts(on: date) -> Table:
    """How many consultations there were, by home municipality, kind and main diagnosis."""
    contacts = snapshot_table("contacts").filter(_.contact_type.isin(CONSULTATIONS))
    rows = contacts.left_join(_people(on), "person_id").select(
        "contact_type",
        "medium",
        "diagnosis",
        service=contacts.place,
        municipality=_.municipality.fill_null(NOWHERE),
    )
    return rows.group_by(list(DIAGNOSES)).aggregate(contacts=_.count())


def _people(on: date) -> Table:
    persons = snapshot_table("persons")
    return persons.select("person_id", "municipality", age=age_band(persons.birth_date, on), sex=sex_code(persons.sex))


def _two_digits(number: ibis.expr.types.IntegerValue) -> ibis.expr.types.StringValue:
    text = number.cast("string")
    return ibis.ifelse(number < 10, ibis.literal("0") + text, text)


_PERSON = ("person_id", "municipality")
CONTACT_BASES: dict[str, Base] = {
    "contacts": Base(
        contact_facts,
        {
            "contacts": (
                *("person_id", "date", "contact_type", "medium", "evening", "delegated", "place", "relation"),
            ),
            "persons": (*_PERSON, "birth_date", "sex"),
        },
        ("age", "sex", "month", "half_year", "contact_type", "medium", "time_of_day", "service", "relation"),
        cube=True,
    ),
    "diagnoses": Base(
        diagnosis_facts,
        {"contacts": ("person_id", "contact_type", "medium", "place", "diagnosis"), "persons": _PERSON},
        ("contact_type", "medium", "service", "diagnosis"),
        cube=True,
    ),
}
"""Base tables that count contacts."""

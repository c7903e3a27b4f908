"""A small register made by hand: one municipality, three lists, a family. Each test changes what it is about."""

from datetime import date

from django.db import connection

from fastlege.registry.journal import on_day
from fastlege.registry.models import (
    BasicUnit,
    Custody,
    Doctor,
    DoctorPeriod,
    GPContract,
    Membership,
    Municipality,
    Office,
    Person,
    RegisterState,
    Unplaced,
)

BEGINS = date(2026, 6, 1)
FULL, ROOMY, LOCKED = 1, 2, 3
MOTHER, CHILD, MAN, UNPLACED = 11, 12, 13, 14


def make_register() -> None:
    """The register as loaded on 1 June 2026: mother and child on ROOMY, a man on FULL, one person without a list."""
    with on_day(BEGINS):
        RegisterState.objects.create(begins=BEGINS, meta={"recipe": "by hand"})
        Municipality.objects.create(
            municipality="4204", name="Kristiansand", county="42", county_name="Agder", size_group="50000_plus",
            centrality=2, population=115000, latitude=58.15, longitude=8.0,
        )  # fmt: skip
        BasicUnit.objects.create(
            basic_unit="42040101", name="Kvadraturen", municipality_id="4204", population=5000,
            latitude=58.15, longitude=8.0,
        )  # fmt: skip
        Office.objects.create(
            office_id=1, name="Torvet legesenter", organisation_number="810034882", municipality_id="4204",
            latitude=58.15, longitude=8.0, services=["travel_vaccination"], known_on=None,
        )  # fmt: skip
        for number in (1, 2):
            Doctor.objects.create(
                doctor_id=number, hpr=f"900000{number}", name=f"Lege {number}", birth_date=date(1975, 5, number),
                sex=number, languages=["nb", "en"], specialist_since=None, training_since=None, known_on=None,
            )  # fmt: skip
        add_list(FULL, cap=1, status="closed", member_count=1)
        add_list(ROOMY, cap=500, status="open", member_count=2)
        add_list(LOCKED, cap=500, status="locked", member_count=0)
        for number in (FULL, ROOMY):
            add_period(number, doctor=number, start=date(2015, 1, 1), known_on=None)
        add_person(MOTHER, birth_date=date(1990, 3, 1), sex=2)
        add_person(CHILD, birth_date=date(2019, 3, 1), mother_id=MOTHER)
        add_person(MAN, birth_date=date(1960, 3, 1), household_id=2)
        add_person(UNPLACED, birth_date=date(2000, 3, 1), household_id=3)
        add_membership(MOTHER, ROOMY, start=date(2018, 1, 1))
        add_membership(CHILD, ROOMY, start=date(2019, 3, 1), begin_reason="birth")
        add_membership(MAN, FULL, start=date(2010, 1, 1))
        add_custody(CHILD, MOTHER, kind="sole")
        Unplaced.objects.create(person_id=UNPLACED, since=date(2026, 5, 1), known_on=None)
    connection.cursor().execute("set constraints all immediate; set constraints all deferred")
    for table, column in [("persons", "person_id"), ("lists", "list_id")]:
        connection.cursor().execute(f"select setval(pg_get_serial_sequence('{table}', '{column}'), 1000)")


def add_list(number: int, **different: object) -> GPContract:
    """A list with a cap of 1 000 in the one municipality."""
    usual = {
        "name": f"Liste {number}", "municipality_id": "4204", "office_id": 1, "cap": 1000, "status": "open",
        "salaried": False, "agreement_date": date(2015, 1, 1), "start": date(2010, 1, 1), "known_on": None,
    }  # fmt: skip
    return GPContract.objects.create(list_id=number, **{**usual, **different})


def add_person(number: int, **different: object) -> Person:
    """A resident."""
    usual = {
        "birth_date": date(1980, 1, 1), "sex": 1, "municipality_id": "4204", "basic_unit_id": "42040101",
        "household_id": 1, "status": "resident", "gp_use": 2, "known_on": None,
    }  # fmt: skip
    return Person.objects.create(person_id=number, **{**usual, **different})


def add_membership(person: int, gp_list: int, **different: object) -> Membership:
    """An open membership."""
    return Membership.objects.create(
        person_id=person, list_id=gp_list, **{"begin_reason": "chosen_direct", **different}
    )


def add_period(gp_list: int, **different: object) -> DoctorPeriod:
    """A regular GP's period without end."""
    usual = {"doctor_id": different.pop("doctor", 1), "relationship": "regular", "working_percentage": 100}
    return DoctorPeriod.objects.create(list_id=gp_list, **{**usual, **different})


def add_custody(child: int, adult: int, **different: object) -> Custody:
    """Shared custody since long ago."""
    usual = {"kind": "joint", "start": date(2019, 3, 1), "known_on": None}
    return Custody.objects.create(child_id=child, adult_id=adult, **{**usual, **different})

"""Who looks or acts, in which role, and what that role may see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """In which capacity someone uses the system."""

    PUBLIC = "public"
    RESIDENT = "resident"
    OFFICE = "office"
    MUNICIPALITY = "municipality"
    CASE_WORKER = "case_worker"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Viewer:
    """One who looks or acts: a name for the log, a role, the purpose, and who or where they are.

    Residents are a person; health personnel are a doctor in the offices where they have a period now.
    """

    name: str
    role: Role
    purpose: str = ""
    person_id: int | None = None
    doctor_id: int | None = None
    office_ids: tuple[int, ...] = ()


ANYONE = Viewer("anyone", Role.PUBLIC)
"""A visitor who has not logged in."""


def resident(person_id: int) -> Viewer:
    """The viewer that a resident is, with the name that the register's events know them by."""
    return Viewer(f"resident {person_id}", Role.RESIDENT, person_id=person_id)


def employee(person_id: int) -> Viewer:
    """The viewer that somebody is at work in a municipality. Which municipality is for those who let them in to say."""
    return Viewer(f"employee {person_id}", Role.MUNICIPALITY, person_id=person_id)

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
    """One who looks or acts: a name for the log, a role, the purpose, and for residents who they are."""

    name: str
    role: Role
    purpose: str = ""
    person_id: int | None = None


def may_see_person(viewer: Viewer, person_id: int, *, parents: tuple[int | None, int | None] = (None, None)) -> bool:
    """Residents see themselves and the children that they are a parent of; case workers see the persons of a case."""
    if viewer.role == Role.CASE_WORKER:
        return bool(viewer.purpose)
    return viewer.role == Role.RESIDENT and viewer.person_id is not None and viewer.person_id in {person_id, *parents}

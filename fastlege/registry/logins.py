"""What login asks of the register before there is a viewer: whether it knows the one who comes, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from fastlege.kernel.vocabulary import PersonStatus
from fastlege.registry.models import Doctor, DoctorPeriod, Person


@dataclass(frozen=True)
class DoctorAtWork:
    """A doctor, and the offices of the lists that the doctor serves on a day."""

    doctor_id: int
    office_ids: Sequence[int]


@dataclass(frozen=True)
class KnownPerson:
    """When a person of the register was born, and whether they live."""

    birth_date: date
    is_dead: bool


def person_known(person_id: int) -> KnownPerson | None:
    """A person of the register; none when there is no such person."""
    found = Person.objects.filter(pk=person_id).values_list("birth_date", "status").first()
    return KnownPerson(found[0], found[1] == PersonStatus.DEAD) if found else None


def doctor_at_work(hpr: str, on: date) -> DoctorAtWork | None:
    """The doctor with an HPR number; none when there is no such doctor."""
    doctor_id = Doctor.objects.filter(hpr=hpr).values_list("doctor_id", flat=True).first()
    if doctor_id is None:
        return None
    holds = Q(start__lte=on) & (Q(end__isnull=True) | Q(end__gt=on))
    offices = DoctorPeriod.objects.filter(holds, doctor_id=doctor_id, list__office__isnull=False)
    return DoctorAtWork(doctor_id, sorted(set(offices.values_list("list__office_id", flat=True))))

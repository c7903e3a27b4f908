"""What the population register and the courts tell of who chooses for whom, and of protected addresses."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from fastlege.access.viewers import Role, Viewer
from fastlege.kernel.errors import DataError
from fastlege.kernel.vocabulary import CustodyKind, ProtectionGrade
from fastlege.registry.actions import writing
from fastlege.registry.journal import EventKind, on_day, record
from fastlege.registry.models import CareOrder, Custody, Event, ProtectedAddress


def register_custody(child_id: int, *, adults: dict[int, CustodyKind], on: date, by: Viewer) -> None:
    """Register who has custody of a child, or is its guardian, from a day: everybody else's ends that day.

    Nothing is written for an adult whose custody is of the same kind already.
    """
    _refuse_others(by)
    kinds = list(adults.values())
    if CustodyKind.SOLE in kinds and len([kind for kind in kinds if kind != CustodyKind.GUARDIAN]) > 1:
        raise DataError("one who has custody alone does not share it.", remedy="Give one adult, or say joint.")
    if child_id in adults:
        raise DataError("nobody has custody of themselves.", remedy="Check the ids.")
    with on_day(on):
        writing.lock_person(child_id)
        held = {row.adult_id: row for row in Custody.objects.filter(child_id=child_id, end__isnull=True)}
        new = {adult: kind for adult, kind in adults.items() if adult not in held or held[adult].kind != kind}
        for adult, row in held.items():
            if adult in new and row.start == on:
                Custody.objects.filter(child_id=child_id, adult_id=adult, start=on).update(kind=new.pop(adult).value)
            elif adults.get(adult) != row.kind:
                _end(row, on)
        Custody.objects.bulk_create(
            [Custody(child_id=child_id, adult_id=adult, kind=kind.value, start=on) for adult, kind in new.items()]
        )
        record(Event(kind=EventKind.CUSTODY_CHANGED, on=on, by=by.name, person_id=child_id))


def register_care_order(child_id: int, *, on: date, by: Viewer, ends: bool = False) -> None:
    """Register that the child welfare service decides for a child from a day, or no longer does."""
    _refuse_others(by)
    with on_day(on):
        writing.lock_person(child_id)
        running = CareOrder.objects.filter(child_id=child_id, end__isnull=True)
        if running.exists() != ends:
            raise DataError(
                "the child is under a care order already." if not ends else "the child is under no care order.",
                remedy="Check the id.",
            )
        if ends:
            running.update(end=on)
        else:
            CareOrder.objects.create(child_id=child_id, start=on)
        record(Event(kind=EventKind.CUSTODY_CHANGED, on=on, by=by.name, person_id=child_id))


def protect_address(person_id: int, *, grade: ProtectionGrade | None, on: date, by: Viewer) -> None:
    """Register that a person's address is kept from others, or with no grade that it no longer is."""
    _refuse_others(by)
    with on_day(on):
        writing.lock_person(person_id)
        if grade is None:
            ProtectedAddress.objects.filter(person_id=person_id).delete()
        else:
            ProtectedAddress.objects.update_or_create(
                person_id=person_id, defaults={"grade": grade.value}, create_defaults={"grade": grade, "since": on}
            )
        record(Event(kind=EventKind.PROTECTION_CHANGED, on=on, by=by.name, person_id=person_id))


def end_custody_of(person_id: int, *, on: date) -> None:
    """End all custody by or of a person who has died, within the caller's transaction."""
    for row in Custody.objects.filter(Q(child_id=person_id) | Q(adult_id=person_id), end__isnull=True):
        _end(row, on)


def _end(row: Custody, on: date) -> None:
    # What began the same day ends with that day, so that it stays on record.
    end = max(on, date.fromordinal(row.start.toordinal() + 1))
    Custody.objects.filter(child_id=row.child_id, adult_id=row.adult_id, start=row.start).update(end=end)


def _refuse_others(by: Viewer) -> None:
    if by.role != Role.CASE_WORKER or not by.purpose:
        raise PermissionDenied

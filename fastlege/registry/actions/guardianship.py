"""What the population register and the courts tell of who chooses for whom, and of protected addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from fastlege.access.actions import log_lookup
from fastlege.access.viewers import Role, Viewer
from fastlege.kernel.errors import DataError
from fastlege.kernel.vocabulary import CustodyKind, PersonStatus, ProtectionGrade
from fastlege.registry.actions import writing
from fastlege.registry.journal import EventKind, on_day, record
from fastlege.registry.models import CareOrder, Custody, Event, Person, ProtectedAddress


def register_custody(child_id: int, *, adults: Mapping[int, CustodyKind], on: date, by: Viewer) -> None:
    """Register who has custody of a child, or is its guardian, from a day: everybody else's ends that day.

    Nothing is written for an adult whose custody is of the same kind already.
    """
    with _changing(child_id, on=on, by=by):
        _set(child_id, dict(adults), on)


def register_parents(child_id: int, *, parents: Sequence[int], on: date, by: Viewer) -> None:
    """Register which adults have custody of a child from a day, alone or shared; guardians stay as they are."""
    kind = CustodyKind.SOLE if len(parents) == 1 else CustodyKind.JOINT
    with _changing(child_id, on=on, by=by):
        guardians = {adult: held for adult, held in _held(child_id).items() if held == CustodyKind.GUARDIAN}
        _set(child_id, dict.fromkeys(parents, kind) | guardians, on)


def appoint_guardian(ward_id: int, *, guardian_id: int, on: date, by: Viewer) -> None:
    """Register that a guardian has been appointed for a person of any age."""
    with _changing(ward_id, on=on, by=by):
        held = _held(ward_id)
        if guardian_id in held:
            raise DataError(
                f"person {guardian_id} chooses for person {ward_id} already ({held[guardian_id]}).",
                remedy="End that first, or check the ids.",
            )
        _set(ward_id, held | {guardian_id: CustodyKind.GUARDIAN}, on)


def end_custody(child_id: int, *, adult_id: int, kinds: Collection[CustodyKind], on: date, by: Viewer) -> None:
    """Register that an adult's custody, or appointment as guardian, ends. One who is left of two has it alone."""
    with _changing(child_id, on=on, by=by):
        held = _held(child_id)
        if held.get(adult_id) not in kinds:
            raise DataError(
                f"person {adult_id} has no such right for person {child_id} to be ended.", remedy="Check the ids."
            )
        left = {adult: kind for adult, kind in held.items() if adult != adult_id}
        parents = [adult for adult, kind in left.items() if kind != CustodyKind.GUARDIAN]
        if held[adult_id] != CustodyKind.GUARDIAN and len(parents) == 1:
            left[parents[0]] = CustodyKind.SOLE
        _set(child_id, left, on)


def custody_of(viewer: Viewer, child_id: int) -> dict[int, CustodyKind]:
    """Who chooses for a person now, and by what right, for a case worker; the look is logged."""
    _refuse_others(viewer)
    if not Person.objects.filter(pk=child_id).exists():
        raise DataError(f"there is no person {child_id} in the register.", remedy="Check the id.")
    log_lookup(viewer, person_id=child_id)
    return _held(child_id)


@contextmanager
def _changing(child_id: int, *, on: date, by: Viewer) -> Iterator[None]:
    """The frame of every change of custody: one transaction, the child locked, the look logged and the event kept."""
    _refuse_others(by)
    with on_day(on):
        child = writing.lock_person(child_id)
        if child.status == PersonStatus.DEAD:
            raise DataError(f"person {child_id} is registered as dead.", remedy="Check the id.")
        log_lookup(by, person_id=child_id)
        yield
        record(Event(kind=EventKind.CUSTODY_CHANGED, on=on, by=by.name, person_id=child_id))


def _held(child_id: int) -> dict[int, CustodyKind]:
    rows = Custody.objects.filter(child_id=child_id, end__isnull=True).order_by("adult_id")
    return {row.adult_id: CustodyKind(row.kind) for row in rows}


def _set(child_id: int, adults: dict[int, CustodyKind], on: date) -> None:
    kinds = list(adults.values())
    if CustodyKind.SOLE in kinds and len([kind for kind in kinds if kind != CustodyKind.GUARDIAN]) > 1:
        raise DataError("one who has custody alone does not share it.", remedy="Give one adult, or say joint.")
    if child_id in adults:
        raise DataError("nobody has custody of themselves.", remedy="Check the ids.")
    _refuse_the_dead(adults)
    held = {row.adult_id: row for row in Custody.objects.filter(child_id=child_id, end__isnull=True)}
    if any(row.start > on for row in held.values()):
        raise DataError(f"custody of person {child_id} changes on a later day already.", remedy="Give a later day.")
    new = {adult: kind for adult, kind in adults.items() if adult not in held or held[adult].kind != kind}
    for adult, row in held.items():
        if adult in new and row.start == on:
            Custody.objects.filter(child_id=child_id, adult_id=adult, start=on).update(kind=new.pop(adult).value)
        elif adults.get(adult) != row.kind:
            _end(row, on)
    Custody.objects.bulk_create(
        [Custody(child_id=child_id, adult_id=adult, kind=kind.value, start=on) for adult, kind in new.items()]
    )


def _refuse_the_dead(adults: Collection[int]) -> None:
    """An adult may be somebody whom the register does not hold, but not one who is dead."""
    dead = Person.objects.filter(pk__in=adults, status=PersonStatus.DEAD).order_by("pk").first()
    if dead is not None:
        raise DataError(f"person {dead.pk} is registered as dead.", remedy="Check the ids.")


def register_care_order(child_id: int, *, on: date, by: Viewer, ends: bool = False) -> None:
    """Register that the child welfare service decides for a child from a day, or no longer does."""
    _refuse_others(by)
    with on_day(on):
        writing.lock_person(child_id)
        log_lookup(by, person_id=child_id)
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
        log_lookup(by, person_id=person_id)
        protected = ProtectedAddress.objects.filter(person_id=person_id)
        if grade is None and not protected.exists():
            raise DataError(f"the address of person {person_id} is not protected.", remedy="Check the id.")
        if grade is None:
            protected.delete()
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

"""What the population register tells: births, deaths, moves, emigration and immigration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from fastlege.access.viewers import Viewer, resident
from fastlege.kernel.errors import DataError
from fastlege.kernel.vocabulary import CustodyKind, ListStatus, PersonStatus, Reason, Sex
from fastlege.messages.actions import remove_contact
from fastlege.registry.actions import writing
from fastlege.registry.actions.guardianship import end_custody_of
from fastlege.registry.actions.writing import Case
from fastlege.registry.journal import EventKind, on_day
from fastlege.registry.models import BasicUnit, Custody, Person
from fastlege.rules.custody import Parent, ParentFacts, parent_to_follow
from fastlege.rules.parameters import load_rulebook


@dataclass(frozen=True)
class Home:
    """Where a person is registered: a basic unit, which lies in a municipality, and a household."""

    basic_unit: str
    household_id: int


def register_birth(*, mother_id: int, father_id: int | None, sex: Sex, born_on: date, on: date, by: Viewer) -> int:
    """Register a child at the mother's home and give it a place on a parent's list from birth; returns its id.

    A closed list takes a member's child; where no parent has a list, or it is locked, the child has no list yet. The
    parents share custody; a mother alone has it alone.
    """
    case = Case(on, by, load_rulebook())
    _refuse_coming(born_on, case)
    with on_day(on):
        numbers = sorted({mother_id} if father_id is None else {mother_id, father_id})
        parents = {number: writing.lock_person(number) for number in numbers}
        mother = parents[mother_id]
        child = Person.objects.create(
            birth_date=born_on,
            sex=sex.value,
            municipality_id=mother.municipality_id,
            basic_unit_id=mother.basic_unit_id,
            household_id=mother.household_id,
            mother_id=mother_id,
            father_id=father_id,
            status=PersonStatus.RESIDENT.value,
            gp_use=0,
        )
        kind = CustodyKind.SOLE if father_id is None else CustodyKind.JOINT
        Custody.objects.bulk_create(
            [Custody(child_id=child.pk, adult_id=adult, kind=kind.value, start=born_on) for adult in numbers]
        )
        gp_list = _list_of_parent(mother, parents.get(father_id or -1), case)
        case.record(EventKind.BORN, child, to_list_id=gp_list, reason=Reason.BIRTH)
        if gp_list is None:
            writing.note_unplaced(child, since=born_on)
        else:
            writing.start_membership(child, gp_list=gp_list, start=born_on, reason=Reason.BIRTH, case=case)
    return child.person_id


def register_death(person_id: int, *, died_on: date, on: date, by: Viewer) -> None:
    """Register a death: the day of death is the last day on the list.

    What was pending falls, custody by or of the person ends, and no notice is sent to the person's address any more.
    """
    case = Case(on, by, load_rulebook())
    _refuse_coming(died_on, case)
    _leave(person_id, PersonStatus.DEAD, end=died_on + timedelta(days=1), case=case)


def register_emigration(person_id: int, *, left_on: date, on: date, by: Viewer) -> None:
    """Register that a person has left the country: the day of leaving is the last day on the list."""
    case = Case(on, by, load_rulebook())
    _refuse_coming(left_on, case)
    _leave(person_id, PersonStatus.EMIGRATED, end=left_on + timedelta(days=1), case=case)


def register_immigration(*, birth_date: date, sex: Sex, home: Home, on: date, by: Viewer) -> int:
    """Register a newcomer, who has a right to a list and none yet; returns the person's id."""
    case = Case(on, by, load_rulebook())
    with on_day(on):
        newcomer = Person.objects.create(
            birth_date=birth_date,
            sex=sex.value,
            municipality_id=_municipality_of(home),
            basic_unit_id=home.basic_unit,
            household_id=home.household_id,
            status=PersonStatus.RESIDENT.value,
            gp_use=0,
        )
        _arrive(newcomer, home, case)
    return newcomer.person_id


def register_return(person_id: int, *, home: Home, on: date, by: Viewer) -> None:
    """Register that a person has come back to the country, with a right to a list and none yet."""
    case = Case(on, by, load_rulebook())
    with on_day(on):
        person = writing.lock_person(person_id)
        if person.status != PersonStatus.EMIGRATED:
            raise DataError(f"person {person_id} is not registered as abroad.", remedy="Check the id.")
        _settle(person, home)
        writing.set_status(person, PersonStatus.RESIDENT)
        _arrive(person, home, case)


def move_residence(person_id: int, *, home: Home, on: date, by: Viewer) -> None:
    """Register that a person has moved; the place on the list stays until the person chooses another."""
    case = Case(on, by, load_rulebook())
    with on_day(on):
        person = writing.lock_person(person_id)
        details = {"from": person.municipality_id, "to": _municipality_of(home)}
        _settle(person, home)
        case.record(EventKind.MOVED, person, details=details)


def _leave(person_id: int, status: PersonStatus, *, end: date, case: Case) -> None:
    kind, reason = {
        PersonStatus.DEAD: (EventKind.DIED, Reason.DEATH),
        PersonStatus.EMIGRATED: (EventKind.EMIGRATED, Reason.EMIGRATION),
    }[status]
    with on_day(case.on):
        person = writing.lock_person(person_id)
        if person.status in {PersonStatus.DEAD, status}:
            raise DataError(f"person {person_id} is already registered as {person.status}.", remedy="Check the id.")
        current = writing.open_membership(person_id)
        writing.lock_lists(current.list_id if current else None)
        writing.end_membership(person, end=end, reason=reason, case=case)
        writing.leave(person, status, case=case)
        if status == PersonStatus.DEAD:
            end_custody_of(person_id, on=end)
            remove_contact(resident(person_id))
        case.record(kind, person, from_list_id=current.list_id if current else None, reason=reason)


def _arrive(person: Person, home: Home, case: Case) -> None:
    writing.note_unplaced(person, since=case.on)
    case.record(EventKind.IMMIGRATED, person, reason=Reason.IMMIGRATION, details={"to": _municipality_of(home)})


def _settle(person: Person, home: Home) -> None:
    Person.objects.filter(pk=person.pk).update(
        municipality_id=_municipality_of(home), basic_unit_id=home.basic_unit, household_id=home.household_id
    )


def _municipality_of(home: Home) -> str:
    found = BasicUnit.objects.filter(pk=home.basic_unit).values_list("municipality_id", flat=True).first()
    if found is None:
        raise DataError(f"there is no basic unit {home.basic_unit}.", remedy="Give the eight digits of its code.")
    return found


def _list_of_parent(mother: Person, father: Person | None, case: Case) -> int | None:
    """The list that a newborn follows a parent to; both have custody of it."""
    lists = {Parent.MOTHER: writing.open_membership(mother.person_id)}
    if father is not None:
        lists[Parent.FATHER] = writing.open_membership(father.person_id)
    home = mother.household_id
    known = {
        parent: ParentFacts(has_custody=True, same_address=person.household_id == home)
        for parent, person in ((Parent.MOTHER, mother), (Parent.FATHER, father))
        if person is not None and lists[parent] is not None
    }
    if not known:
        return None
    followed = parent_to_follow(known.get(Parent.MOTHER), known.get(Parent.FATHER), on=case.on, book=case.book)
    membership = lists[followed]
    gp_list = writing.lock_lists(membership.list_id if membership else None)
    takes = [number for number, row in gp_list.items() if row.status != ListStatus.LOCKED.value and row.end is None]
    return takes[0] if takes else None


def _refuse_coming(day: date, case: Case) -> None:
    if day > case.on:
        raise DataError(f"{day} lies after the day of recording, {case.on}.", remedy="Check the dates.")

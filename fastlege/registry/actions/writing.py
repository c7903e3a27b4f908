"""Locking and writing rows, once the rules have said yes: memberships, lengths, statuses, queue places, events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import F

from fastlege.access.viewers import Viewer
from fastlege.kernel.errors import DataError
from fastlege.kernel.vocabulary import ListStatus, PersonStatus, Reason
from fastlege.registry.journal import EventKind, record
from fastlege.registry.models import Event, GPContract, Membership, OfferState, Person, QueuePlace, Unplaced
from fastlege.rules.caps import status_after
from fastlege.rules.parameters import Rulebook

_CLOSE_OFFERS = """
with closed as (
    update offers set state = %s, answered_on = %s where person_id = any(%s) and state = 'open'
    returning person_id, list_id)
insert into events ("on", kind, by, person_id, to_list_id) select %s, %s, %s, person_id, list_id from closed
"""


@dataclass(frozen=True)
class Case:
    """What every step of an action needs to know: the day, who does it, and the rules."""

    on: date
    by: Viewer
    book: Rulebook

    def record(self, kind: EventKind, person: Person, **facts: object) -> None:
        """Append an event about a person."""
        record(Event(kind=kind, on=self.on, by=self.by.name, person_id=person.person_id, **facts))


def lock_person(person_id: int) -> Person:
    """Lock a person's row. Persons are locked before lists, so that no two actions wait for each other."""
    found = Person.objects.select_for_update().filter(pk=person_id).first()
    if found is None:
        raise DataError(f"there is no person {person_id} in the register.", remedy="Check the id.")
    return found


def lock_lists(*numbers: int | None) -> dict[int, GPContract]:
    """Lock lists in the order of their ids, before anything reads how full they are."""
    wanted = sorted({number for number in numbers if number is not None})
    locked = GPContract.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    found = {gp_list.pk: gp_list for gp_list in locked}
    missing = [number for number in wanted if number not in found]
    if missing:
        raise DataError(f"there is no list {missing[0]} in the register.", remedy="Check the id.")
    return found


def open_membership(person_id: int) -> Membership | None:
    """The membership without end: the list that a person stands on, or has been given for a coming day."""
    return Membership.objects.filter(person_id=person_id, end__isnull=True).first()


def end_membership(person: Person, *, end: date, reason: Reason, case: Case) -> Membership | None:
    """End a person's membership on a day; one that would begin on that day or later is taken back.

    Returns the membership that was without end. The list's row must be locked.
    """
    current = open_membership(person.person_id)
    if current is None:
        return None
    if current.start < end:
        _set_end(current, end, reason)
    else:
        _take_back(current, end, reason, case)
    _change_length(current.list_id, -1, case)
    return current


def start_membership(person: Person, *, gp_list: int, start: date, reason: Reason, case: Case) -> None:
    """Put a person on a list from a day; the person has no open membership. The list's row must be locked."""
    last = Membership.objects.filter(person_id=person.person_id).order_by("-start").first()
    Membership.objects.create(
        person_id=person.person_id,
        list_id=gp_list,
        start=start,
        begin_reason=reason.value,
        previous_end=last.end if last else None,
    )
    _change_length(gp_list, 1, case)
    Unplaced.objects.filter(person_id=person.person_id).delete()
    leave_queue([person.person_id], gp_list)


def leave_queue(ids: Sequence[int], from_list: int) -> int:
    """Take persons out of a queue; their later wishes move up. Returns how many had a place."""
    with connection.cursor() as cursor:
        cursor.execute("select leave_queue(%s, %s)", [list(ids), from_list])
        (count,) = cursor.fetchone() or (0,)
    return int(count)


def leave(person: Person, status: PersonStatus, *, case: Case) -> None:
    """Note that a person has no place or does not want one any more: on no list, in no queue, with nothing offered."""
    set_status(person, status)
    close_offers([person.person_id], OfferState.LAPSED, case=case, kind=EventKind.OFFER_LAPSED)
    QueuePlace.objects.filter(person_id=person.person_id).delete()
    Unplaced.objects.filter(person_id=person.person_id).delete()


def close_offers(ids: Sequence[int], state: OfferState, *, case: Case, kind: EventKind) -> None:
    """Close the open offers of some persons."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE_OFFERS, [state.value, case.on, list(ids), case.on, kind.value, case.by.name])


def set_status(person: Person, status: PersonStatus) -> None:
    """Change whether a person has a right to a list and uses it."""
    Person.objects.filter(pk=person.pk).update(status=status.value)


def note_unplaced(person: Person, *, since: date) -> None:
    """Note that a person has a right to a list and has none."""
    Unplaced.objects.create(person_id=person.person_id, since=since)


def _set_end(membership: Membership, end: date, reason: Reason) -> None:
    Membership.objects.filter(person_id=membership.person_id, start=membership.start).update(
        end=end, end_reason=reason.value, end_known_on=None
    )


def _take_back(coming: Membership, end: date, reason: Reason, case: Case) -> None:
    if coming.start <= case.on:
        raise DataError(
            f"a membership that began on {coming.start} cannot end on {end}.",
            remedy="It has begun on the day of recording; correct it as a case of its own.",
        )
    Membership.objects.filter(person_id=coming.person_id, start=coming.start).delete()
    before = Membership.objects.filter(person_id=coming.person_id).order_by("-start").first()
    if before is not None and before.end is not None and before.end > end:
        _set_end(before, end, reason)


def _change_length(list_id: int, by: int, case: Case) -> None:
    GPContract.objects.filter(pk=list_id).update(member_count=F("member_count") + by)
    gp_list = GPContract.objects.get(pk=list_id)
    status = ListStatus(gp_list.status)
    after = status_after(status, cap=gp_list.cap, length=gp_list.member_count, on=case.on, book=case.book)
    if after != status:
        GPContract.objects.filter(pk=list_id).update(status=after.value)
        kind = EventKind.LIST_OPENED if after == ListStatus.OPEN else EventKind.LIST_CLOSED
        record(Event(kind=kind, on=case.on, by=case.by.name, to_list_id=list_id))

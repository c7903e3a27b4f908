"""Waiting: a place in the queue of a list, alone or as a family; the order of one's wishes; giving a place up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.timezone import localdate

from fastlege.access.viewers import Viewer
from fastlege.kernel.errors import Violation, refuse_if
from fastlege.messages.kinds import MessageKind
from fastlege.registry.actions.choice import NO_CONSENT, NO_FORM, Choice, Consent, Form, Receipt, choosing, keep_receipt
from fastlege.registry.actions.switching import check_choice
from fastlege.registry.actions.telling import tell
from fastlege.registry.actions.writing import leave_queue
from fastlege.registry.journal import EventKind, record
from fastlege.registry.models import Event, QueuePlace
from fastlege.registry.standing import Standing
from fastlege.rules.waiting import Wish, check_may_wait_for, check_queue_place

NOT_WAITING = "waiting.not_waiting"
NOT_ALL_LISTS = "waiting.not_all_lists"
ORDER_CHANGED = "waiting.order_changed"
FAMILY_OR_ALONE = "waiting.family_or_alone"
FAMILY_ACCEPTS = "waiting.family_accepts"


def queue_for_list(person_id: int, *, wish: Wish, at: datetime, by: Viewer, consent: Consent = NO_CONSENT) -> None:
    """Put a person in the queue of a list, with a rank among the person's wishes; the moment decides who is before."""
    with choosing([person_id], lists=[wish.list_id], on=localdate(at), by=by) as choice:
        standing = choice.people[person_id]
        refuse_if(_check_wish(choice, standing, wish, consent) + _check_together(choice))
        _join(choice, standing, _Place(wish, at))


def queue_together(
    ids: Sequence[int], *, list_id: int, at: datetime, by: Viewer, accept_in_advance: bool = True, form: Form = NO_FORM
) -> Receipt:
    """Put one or several persons in the queue of a list, after their other wishes; several move together or not at all.

    A family waits as one: it has the same wishes in the same order, and does not ask to be asked first, since all
    would have to answer. The same key again gives the same receipt.
    """
    with choosing(ids, lists=[list_id], on=localdate(at), by=by, key=form.key) as choice:
        if choice.done:
            return choice.done
        together = len(choice.people) > 1
        found = _check_together(choice)
        found += [Violation(FAMILY_ACCEPTS)] if together and not accept_in_advance else []
        for number, one in sorted(choice.people.items()):
            wish = Wish(list_id, len(one.wishes) + 1)
            found += [wrong for wrong in _check_wish(choice, one, wish, form.consent(number)) if wrong not in found]
        refuse_if(found)
        for one in choice.people.values():
            place = _Place(Wish(list_id, len(one.wishes) + 1), at, min(choice.people) if together else None)
            _join(choice, one, replace(place, accept_in_advance=accept_in_advance))
        facts = {"list": list_id, "people": sorted(choice.people), "accept_in_advance": accept_in_advance}
        return keep_receipt(choice, choice.receipt("queued", facts))


def withdraw_from_queue(person_id: int, *, from_list: int, on: date, by: Viewer, consent: Consent = NO_CONSENT) -> None:
    """Give up a place in a queue; the person's later wishes move up. One of a family then waits alone elsewhere."""
    withdraw_together([person_id], from_list=from_list, on=on, by=by, form=Form({person_id: consent}))


def withdraw_together(ids: Sequence[int], *, from_list: int, on: date, by: Viewer, form: Form = NO_FORM) -> None:
    """Give up the places of several persons in a queue. Raises `Refused` when one of them has none (any more)."""
    with choosing(ids, lists=[from_list], on=on, by=by) as choice:
        found: list[Violation] = []
        for number, one in choice.people.items():
            found += [
                wrong
                for wrong in check_choice(choice, one, form.consent(number), with_right=False)
                if wrong not in found
            ]
        if any(from_list not in {wish.list_id for wish in one.wishes} for one in choice.people.values()):
            found.append(Violation(NOT_WAITING))
        refuse_if(found)
        give_up(choice, from_list)


def give_up(choice: Choice, from_list: int) -> None:
    """Take the persons of a running choice out of a queue, and say so."""
    leave_queue(list(choice.people), from_list)
    for standing in choice.people.values():
        record(_event(choice, EventKind.WITHDRAWN, standing, from_list_id=from_list))
        tell(choice, standing, MessageKind.WITHDRAWN, {"list_name": choice.lists[from_list].called})


def reorder_queue(
    ids: Sequence[int],
    *,
    order: Sequence[int],
    seen: Sequence[int] | None = None,
    on: date,
    by: Viewer,
    form: Form = NO_FORM,
) -> None:
    """Put the wishes of a person, or of a whole family, in another order: all lists, the one wanted most first.

    Places keep the moment they were asked for. Lists that are not those waited for are refused, and so is an order that
    was made from another than the one there is (`seen`: another tab was faster). An order that is there already is left
    as it is.
    """
    with choosing(ids, on=on, by=by) as choice:
        found = _check_together(choice)
        for number, one in choice.people.items():
            found += [
                wrong
                for wrong in check_choice(choice, one, form.consent(number), with_right=False)
                if wrong not in found
            ]
            found += [each for each in _check_order(one, order, seen) if each not in found]
        refuse_if(found)
        for one in choice.people.values():
            if list(order) != [wish.list_id for wish in one.wishes]:
                _reorder(choice, one, order)


def _check_order(standing: Standing, order: Sequence[int], seen: Sequence[int] | None) -> list[Violation]:
    now = [wish.list_id for wish in standing.wishes]
    if sorted(order) != sorted(now):
        return [Violation(NOT_ALL_LISTS)]
    return [Violation(ORDER_CHANGED)] if seen is not None and now not in (list(seen), list(order)) else []


def choose_asking(
    person_id: int, *, list_id: int, accept_in_advance: bool, on: date, by: Viewer, consent: Consent = NO_CONSENT
) -> None:
    """Set whether a place that comes is taken at once, or the person is asked first."""
    with choosing([person_id], on=on, by=by) as choice:
        standing = choice.people[person_id]
        there = any(wish.list_id == list_id for wish in standing.wishes)
        missing = [] if there else [Violation(NOT_WAITING)]
        if standing.family is not None and not accept_in_advance:
            missing.append(Violation(FAMILY_ACCEPTS))
        refuse_if(check_choice(choice, standing, consent, with_right=False) + missing)
        places = QueuePlace.objects.filter(person_id=person_id, list_id=list_id)
        if places.exclude(accept_in_advance=accept_in_advance).update(accept_in_advance=accept_in_advance):
            details = {"accept_in_advance": accept_in_advance}
            record(_event(choice, EventKind.ASKING_CHOSEN, standing, to_list_id=list_id, details=details))


def _check_wish(choice: Choice, standing: Standing, wish: Wish, consent: Consent) -> list[Violation]:
    return (
        check_choice(choice, standing, consent)
        + check_queue_place(
            wish,
            choice.lists[wish.list_id].facts(),
            standing.wishes,
            own_list=standing.list_id,
            on=choice.on,
            book=choice.book,
        )
        + check_may_wait_for(removed_by_gp=standing.removed_by_gp, on=choice.on, book=choice.book)
    )


@dataclass(frozen=True)
class _Place:
    """A place that is to be taken in a queue."""

    wish: Wish
    at: datetime
    family: int | None = None
    accept_in_advance: bool = True


def _join(choice: Choice, standing: Standing, place: _Place) -> None:
    QueuePlace.objects.create(
        person_id=standing.person_id,
        list_id=place.wish.list_id,
        rank=place.wish.rank,
        requested_at=place.at,
        family_id=standing.family or place.family,
        accept_in_advance=place.accept_in_advance,
    )
    details = {"rank": place.wish.rank}
    record(_event(choice, EventKind.QUEUED, standing, to_list_id=place.wish.list_id, details=details))
    tell(choice, standing, MessageKind.QUEUED, {"list_name": choice.lists[place.wish.list_id].called})


def _reorder(choice: Choice, standing: Standing, order: Sequence[int]) -> None:
    for rank, list_id in enumerate(order, 1):
        places = QueuePlace.objects.filter(person_id=standing.person_id, list_id=list_id)
        places.exclude(rank=rank).update(rank=rank)
    record(_event(choice, EventKind.REORDERED, standing, details={"order": list(order)}))
    tell(choice, standing, MessageKind.REORDERED, {})


def _check_together(choice: Choice) -> list[Violation]:
    """One waits alone, or with a family and then always the same one: otherwise its wishes would not be one."""
    families = {one.family for one in choice.people.values()}
    waiting = any(one.wishes for one in choice.people.values())
    if families == {None}:
        return [Violation(FAMILY_OR_ALONE)] if len(choice.people) > 1 and waiting else []
    members = set(QueuePlace.objects.filter(family_id__in=families - {None}).values_list("person_id", flat=True))
    return [] if len(families) == 1 and members == choice.people.keys() else [Violation(FAMILY_OR_ALONE)]


def _event(choice: Choice, kind: EventKind, standing: Standing, **facts: object) -> Event:
    return Event(kind=kind, on=choice.on, by=choice.by.name, person_id=standing.person_id, **facts)

"""Reads of persons, for one viewer: who may not see a person is refused, and who may is noted in the look-up log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from fastlege.access.actions import log_lookup
from fastlege.access.models import Lookup
from fastlege.access.viewers import Role, Viewer
from fastlege.registry.models import Event, GPContract, Membership, Person, QueuePlace, Unplaced
from fastlege.rules.parameters import load_rulebook

# Residents see themselves and those they choose for; a case worker with a purpose sees the persons of a case.
_SEEN = """
select p.* from persons p where p.person_id = %(person)s and (
    %(has_case)s or p.person_id in (select a.person_id from acting_for(%(viewer)s, %(on)s, %(alone_from)s) a))
"""


def person(viewer: Viewer, person_id: int, *, on: date) -> Person:
    """One person. Raises `PermissionDenied` for a viewer who may not see the person, whether or not there is one.

    Who chooses for whom is asked of the day `on`, by the same function that the actions ask.
    """
    values = {
        "person": person_id,
        "has_case": viewer.role == Role.CASE_WORKER and bool(viewer.purpose),
        "viewer": viewer.person_id if viewer.role == Role.RESIDENT else None,
        "on": on,
        "alone_from": load_rulebook().whole("child.decides_alone_from_age", on=on),
    }
    found = next(iter(Person.objects.raw(_SEEN, values)), None)
    if found is None:
        raise PermissionDenied
    log_lookup(viewer, person_id=person_id)
    return found


def membership_on(viewer: Viewer, person_id: int, day: date) -> Membership | None:
    """The membership that holds on a day, past or coming."""
    person(viewer, person_id, on=day)
    return Membership.objects.filter(_holds_on(day), person_id=person_id).select_related("list").first()


def memberships(viewer: Viewer, person_id: int, *, on: date) -> Sequence[Membership]:
    """Every list that a person has stood on, the first one first."""
    person(viewer, person_id, on=on)
    return list(Membership.objects.filter(person_id=person_id).select_related("list").order_by("start"))


def queue_places(viewer: Viewer, person_id: int, *, on: date) -> Sequence[tuple[QueuePlace, int]]:
    """A person's places in queues by rank, each with its number in line."""
    person(viewer, person_id, on=on)
    places = QueuePlace.objects.filter(person_id=person_id).select_related("list").order_by("rank")
    return [(place, 1 + _ahead_of(place)) for place in places]


def unplaced_since(viewer: Viewer, person_id: int, *, on: date) -> date | None:
    """Since when a person has been without a list; none for one who has a list or no right to one."""
    person(viewer, person_id, on=on)
    return Unplaced.objects.filter(person_id=person_id).values_list("since", flat=True).first()


def events_of(viewer: Viewer, person_id: int, *, on: date) -> Sequence[Event]:
    """What has been done with a person's place, the latest first."""
    person(viewer, person_id, on=on)
    return list(Event.objects.filter(person_id=person_id).order_by("-id"))


def lookups_of(viewer: Viewer, person_id: int, *, on: date) -> Sequence[Lookup]:
    """Who has looked at a person, the latest first."""
    person(viewer, person_id, on=on)
    return list(Lookup.objects.filter(person_id=person_id).order_by("-id"))


def members_on(viewer: Viewer, list_id: int, day: date) -> Sequence[int]:
    """Ids of the persons on a list on a day, for a case worker with a purpose."""
    if viewer.role != Role.CASE_WORKER or not viewer.purpose or not GPContract.objects.filter(pk=list_id).exists():
        raise PermissionDenied
    return list(
        Membership.objects.filter(_holds_on(day), list_id=list_id)
        .order_by("person_id")
        .values_list("person_id", flat=True)
    )


def _holds_on(day: date) -> Q:
    return Q(start__lte=day) & (Q(end__isnull=True) | Q(end__gt=day))


def _ahead_of(place: QueuePlace) -> int:
    earlier = Q(requested_at__lt=place.requested_at) | Q(requested_at=place.requested_at, person_id__lt=place.person_id)
    return QueuePlace.objects.filter(earlier, list_id=place.list_id).count()

"""Whether the register has changed since a snapshot was loaded into it or exported from it."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import Max

from fastlege.registry.journal import EventKind
from fastlege.registry.models import Change, Event, RegisterState, SnapshotRecord


def lock_register() -> None:
    """Let every running change of the register finish, and hold new ones back until this transaction ends.

    The first thing in a transaction; one that records on a day calls `journal.on_day(day, alone=True)` instead.
    """
    with connection.cursor() as cursor:
        cursor.execute("lock table changes in share row exclusive mode")


def last_change() -> int:
    """Number of the last change of the register, 0 when there has been none."""
    return Change.objects.order_by("-id").values_list("id", flat=True).first() or 0


def is_current(digest: str) -> bool:
    """Whether the register has not changed since the snapshot with this digest was loaded or exported."""
    known = SnapshotRecord.objects.filter(digest=digest).order_by("-id").values_list("change", flat=True).first()
    return known is not None and known == last_change()


def last_day() -> date | None:
    """The latest day from which anything in the register holds; an export of an earlier one is not its last state."""
    last: date | None = Change.objects.aggregate(last=Max("on"))["last"]
    return last


def begins() -> date | None:
    """The first day that the register can answer for; none while it is empty."""
    return RegisterState.objects.values_list("begins", flat=True).first()


def note_snapshot(digest: str, *, on: date, change: int, made: str) -> None:
    """Remember that a snapshot holds the register as it is after a change."""
    SnapshotRecord.objects.create(digest=digest, on=on, change=change, made=made)


def loaded() -> tuple[str, str] | None:
    """The digest of the snapshot that the register began with, and who loaded it; none while it is empty."""
    event = Event.objects.filter(kind=EventKind.REGISTER_LOADED).order_by("-id").first()
    return (event.details["digest"], event.by) if event and event.details else None

"""Writing in the register: each transaction says on which day it counts, and what is done becomes an event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum

from django.db import connection, transaction

from fastlege.kernel.errors import DataError
from fastlege.registry.models import Event, RegisterState


class EventKind(StrEnum):
    """What an event says was done."""

    REGISTER_LOADED = "register_loaded"
    SWITCHED = "switched"
    QUEUED = "queued"
    WITHDRAWN = "withdrawn"
    REORDERED = "reordered"
    ASKING_CHOSEN = "asking_chosen"
    OFFERED = "offered"
    OFFER_DECLINED = "offer_declined"
    OFFER_EXPIRED = "offer_expired"
    OFFER_LAPSED = "offer_lapsed"
    EXTRA_SWITCH_GRANTED = "extra_switch_granted"
    CUSTODY_CHANGED = "custody_changed"
    PROTECTION_CHANGED = "protection_changed"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    BORN = "born"
    DIED = "died"
    MOVED = "moved"
    EMIGRATED = "emigrated"
    IMMIGRATED = "immigrated"
    PLACED = "placed"
    LIST_OPENED = "list_opened"
    LIST_CLOSED = "list_closed"
    ROUND_APPLIED = "round_applied"
    UNPLACED = "unplaced"
    CAP_CHANGED = "cap_changed"
    LIST_LOCKED = "list_locked"
    LIST_UNLOCKED = "list_unlocked"
    LIST_ENDED = "list_ended"


@contextmanager
def on_day(day: date, *, alone: bool = False) -> Iterator[None]:
    """One transaction whose changes count from a day. Nothing is written in the register outside of one.

    `alone` waits for every running change of the register to finish, and holds new ones back until this one ends.
    Raises `DataError` when the day lies before the register's history begins.
    """
    with transaction.atomic():
        # Before any row is locked: one who works alone waits here, and not for a row while others wait for it.
        with connection.cursor() as cursor:
            cursor.execute(f"lock table changes in {'share row exclusive' if alone else 'row exclusive'} mode")
        begins = RegisterState.objects.values_list("begins", flat=True).first()
        if begins is not None and day < begins:
            raise DataError(
                f"the register's history begins on {begins}; nothing can be recorded on {day}.",
                remedy="Give a later day.",
            )
        before = _set_day(day.isoformat())
        yield
        _set_day(before)


def _set_day(day: str) -> str:
    """Set the day that this transaction records on; gives the one before, empty for none."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(current_setting('fastlege.on', true), '')")
        (before,) = cursor.fetchone() or ("",)
        cursor.execute("select set_config('fastlege.on', %s, true)", [day])
    return str(before)


def record(*events: Event) -> None:
    """Append events."""
    Event.objects.bulk_create(events)

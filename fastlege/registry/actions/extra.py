"""Leave to switch once more than the rules' number."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied

from fastlege.access.viewers import Role, Viewer
from fastlege.registry.actions import writing
from fastlege.registry.journal import EventKind, on_day, record
from fastlege.registry.models import Event, ExtraSwitch


def grant_extra_switch(person_id: int, *, reason: str, on: date, by: Viewer) -> None:
    """Let a person switch once more, whenever the yearly number is used up. A case worker does it, with a reason."""
    if by.role != Role.CASE_WORKER or not by.purpose or not reason.strip():
        raise PermissionDenied
    with on_day(on):
        writing.lock_person(person_id)
        note_extra_switch(person_id, reason=reason.strip(), on=on, by=by)


def note_extra_switch(person_id: int, *, reason: str, on: date, by: Viewer) -> None:
    """Note the leave within the caller's transaction."""
    ExtraSwitch.objects.create(person_id=person_id, granted_on=on, granted_by=by.name, reason=reason)
    record(Event(kind=EventKind.EXTRA_SWITCH_GRANTED, on=on, by=by.name, person_id=person_id))

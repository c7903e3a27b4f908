"""Every read of messages, for one viewer: people and offices read what was written to them, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet

from fastlege.access.viewers import Role, Viewer
from fastlege.messages.kinds import Words, in_words
from fastlege.messages.models import Contact, Message, Notice


@dataclass(frozen=True)
class Letter:
    """A message in words; `concerns_id` is the child whom it is about, none when it is about the reader."""

    id: int
    kind: str
    words: Words
    on: date
    queued_at: datetime
    read_at: datetime | None
    concerns_id: int | None


def inbox(viewer: Viewer, language: str, *, before: int | None = None, at_most: int = 20) -> Sequence[Letter]:
    """The viewer's messages, the latest first; `before` is the id of the last one on the page before."""
    mine = messages_of(viewer) if before is None else messages_of(viewer).filter(pk__lt=before)
    return [_letter(message, language) for message in mine.order_by("-pk")[:at_most]]


def message(viewer: Viewer, message_id: int, language: str) -> Letter:
    """One of the viewer's messages. Raises `PermissionDenied` for others, whether or not there is one."""
    found = messages_of(viewer).filter(pk=message_id).first()
    if found is None:
        raise PermissionDenied
    return _letter(found, language)


def unread(viewer: Viewer) -> int:
    """How many messages the viewer has not read."""
    return messages_of(viewer).filter(read_at__isnull=True).count()


def contact(viewer: Viewer) -> Contact | None:
    """How the viewer wants to be told; none when nothing has been said."""
    if viewer.person_id is None:
        raise PermissionDenied
    return Contact.objects.filter(person_id=viewer.person_id).first()


def notices_by_state(viewer: Viewer) -> dict[str, int]:
    """How many e-mails are in which state, for one who looks after the installation: numbers alone."""
    if viewer.role not in {Role.ADMINISTRATOR, Role.CASE_WORKER}:
        raise PermissionDenied
    counted = Notice.objects.values("state").annotate(count=Count("pk")).order_by("state")
    return {row["state"]: row["count"] for row in counted}


def messages_of(viewer: Viewer) -> QuerySet[Message]:
    """What was written to the viewer, or to the offices where the viewer works. Refuses who can have no messages."""
    if viewer.role == Role.OFFICE and viewer.office_ids:
        return Message.objects.filter(office_id__in=viewer.office_ids)
    if viewer.person_id is None:
        raise PermissionDenied
    return Message.objects.filter(person_id=viewer.person_id)


def _letter(found: Message, language: str) -> Letter:
    return Letter(
        id=found.pk,
        kind=found.kind,
        words=in_words(found.kind, found.facts, language),
        on=found.on,
        queued_at=found.queued_at,
        read_at=found.read_at,
        concerns_id=found.concerns_id,
    )

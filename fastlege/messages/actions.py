"""Every write of messages but their delivery: queue, read, and how one wants to be told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, LiteralString

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import EmailValidator
from django.db import connection
from django.db.models.functions import Now

from fastlege.access.viewers import Role, Viewer
from fastlege.database.prepared import ask
from fastlege.kernel.errors import DataError, Refused, Violation
from fastlege.messages.kinds import LANGUAGES, MessageKind, facts_needed
from fastlege.messages.models import Contact, Message, Notice, NoticeState
from fastlege.messages.queries import messages_of

# What is queued, and in the same statement the notices for those who want one. The same key is told once.
_QUEUE: LiteralString = """
with queued as (
    insert into messages (key, kind, person_id, office_id, concerns_id, facts, "on")
    select key, kind, person_id, office_id, concerns_id, facts, "on" from ({rows}) r where true
    on conflict (key) do nothing
    returning id, person_id, office_id),
noticed as (
    insert into notices (message_id)
    select queued.id from queued join contacts c using (person_id) where c.wants_notice
    union all select queued.id from queued join contacts c using (office_id) where c.wants_notice)
select (select count(*) from queued){beside}
"""

_GIVEN: LiteralString = """
select key, kind, person_id, office_id, concerns_id, facts, "on"
from jsonb_to_recordset(%(messages)s::jsonb)
    as m (key text, kind text, person_id bigint, office_id bigint, concerns_id bigint, facts jsonb, "on" date)
"""


@dataclass(frozen=True)
class NewMessage:
    """A message to one person or one office. `facts` are what its words need: values of JSON, days as texts."""

    kind: MessageKind
    key: str
    on: date
    facts: Mapping[str, object]
    person_id: int | None = None
    office_id: int | None = None
    concerns_id: int | None = None

    def __post_init__(self) -> None:
        if (self.person_id is None) == (self.office_id is None):
            raise DataError(f"a message of kind {self.kind} has one reader, a person or an office.")
        if missing := sorted(facts_needed(self.kind) - self.facts.keys()):
            raise DataError(f"a message of kind {self.kind} lacks the facts {', '.join(missing)}.")


def queue_message(  # noqa: PLR0913 (what a message is)
    kind: MessageKind,
    *,
    key: str,
    on: date,
    facts: Mapping[str, object],
    person_id: int | None = None,
    office_id: int | None = None,
    concerns_id: int | None = None,
) -> bool:
    """Queue a message within the caller's transaction; false when one with the same key is there already."""
    return queue_messages([NewMessage(kind, key, on, facts, person_id, office_id, concerns_id)]) == 1


def queue_messages(
    messages: Sequence[NewMessage], *, beside: LiteralString = "", values: Mapping[str, Any] | None = None
) -> int:
    """Queue messages within the caller's transaction, in one statement; how many were not there already.

    `beside` is a call of a function of the database, with its values, that the same statement makes.
    """
    if not messages and not beside:
        return 0
    rows = [{**vars(message), "facts": dict(message.facts), "on": message.on.isoformat()} for message in messages]
    given = {"messages": json.dumps(rows, default=date.isoformat), **(values or {})}
    ((count, *_),) = ask(queueing(_GIVEN, beside), given)
    return int(count)


def queue_selected(rows: LiteralString, values: Mapping[str, Any]) -> int:
    """Queue all that a query gives: key, kind, person_id, office_id, concerns_id, facts, "on"; how many were new."""
    with connection.cursor() as cursor:
        cursor.execute(queueing(rows), dict(values))
        (count,) = cursor.fetchone() or (0,)
    return int(count)


@cache
def queueing(rows: LiteralString, beside: LiteralString = "") -> LiteralString:
    """The statement that queues all that a query gives, and makes a call beside it."""
    return _QUEUE.replace("{rows}", rows).replace("{beside}", f", {beside}" if beside else "")


def mark_read(viewer: Viewer, message_id: int) -> None:
    """Note that the reader has read a message; the first time stands. Others are refused, also when there is none."""
    if not messages_of(viewer).filter(pk=message_id).exists():
        raise PermissionDenied
    Message.objects.filter(pk=message_id, read_at__isnull=True).update(read_at=Now())


def set_contact(viewer: Viewer, *, email: str, wants_notice: bool, language: str) -> None:
    """Set how the viewer wants to be told that there is a message. Refuses an address that cannot be one."""
    if viewer.person_id is None:
        raise PermissionDenied
    if language not in LANGUAGES:
        raise DataError(f"{language!r} is not a language; there are {', '.join(LANGUAGES)}.")
    try:
        EmailValidator()(email)
    except ValidationError as error:
        raise Refused([Violation("contact.email")]) from error
    values = {"email": email, "wants_notice": wants_notice, "language": language, "changed_at": Now()}
    Contact.objects.update_or_create(person_id=viewer.person_id, defaults=values)


def remove_contact(viewer: Viewer) -> None:
    """Forget the viewer's address. Notices not yet sent are then not wanted."""
    if viewer.person_id is None:
        raise PermissionDenied
    Contact.objects.filter(person_id=viewer.person_id).delete()


def send_unknown_again(viewer: Viewer) -> int:
    """Let notices wait again of which nobody knows whether they were sent; how many. They keep their Message-ID."""
    if viewer.role not in {Role.ADMINISTRATOR, Role.CASE_WORKER}:
        raise PermissionDenied
    unknown = Notice.objects.filter(state=NoticeState.UNKNOWN)
    return unknown.update(state=NoticeState.WAITING, next_at=Now(), changed_at=Now())

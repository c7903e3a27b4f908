"""Messages, the notices that announce them, and how their readers want to be told.

Ids of persons and offices are plain numbers: this room lies below the register, and knows no more of them.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy

TABLES = ("notices", "messages", "contacts")
"""The tables of this room, in the order in which they can be emptied. They speak of the register's persons and
offices: whoever replaces those, empties these."""


class NoticeState(StrEnum):
    """How far an e-mail has come. `handing_over`: the server has been given it, and has not yet answered."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_WANTED = "not_wanted"


def _one_reader(table: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(person_id__isnull=False, office_id__isnull=True)
        | Q(person_id__isnull=True, office_id__isnull=False),
        name=f"{table}_one_reader",
    )


class Message(models.Model):
    """Something that one person or one office is told. Rows stay as they are, but for when they were first read.

    `key` says what the message follows from, so that the same thing is told once, however often it is done.
    `concerns_id` is the person it is about, where that is not the reader: a child, for a parent. The words are made
    when it is read, in the reader's language, from `kind` and `facts`.
    """

    key = models.TextField()
    kind = models.TextField()
    person_id = models.BigIntegerField(null=True)
    office_id = models.BigIntegerField(null=True)
    concerns_id = models.BigIntegerField(null=True)
    facts = models.JSONField()
    on = models.DateField()
    queued_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    privacy = Privacy(
        sensitive=("key", "kind", "facts", "concerns_id", "read_at"),
        plain=("id", "person_id", "office_id", "on", "queued_at"),
    )

    class Meta:
        app_label = "outbox"
        db_table = "messages"
        constraints = [_one_reader("messages"), models.UniqueConstraint(fields=["key"], name="messages_told_once")]
        indexes = [
            models.Index(fields=["person_id", "-id"], name="messages_of_person", condition=Q(person_id__isnull=False)),
            models.Index(fields=["office_id", "-id"], name="messages_of_office", condition=Q(office_id__isnull=False)),
        ]


class Contact(models.Model):
    """Where and how a person or an office wants to be told that there is a message. Without a row: not at all."""

    person_id = models.BigIntegerField(null=True, unique=True)
    office_id = models.BigIntegerField(null=True, unique=True)
    email = models.EmailField(max_length=254)
    wants_notice = models.BooleanField()
    language = models.TextField()
    changed_at = models.DateTimeField(db_default=Now())

    privacy = Privacy(
        identifying=("email",),
        sensitive=("wants_notice", "language"),
        plain=("id", "person_id", "office_id", "changed_at"),
    )

    class Meta:
        app_label = "outbox"
        db_table = "contacts"
        constraints = [
            _one_reader("contacts"),
            models.CheckConstraint(condition=Q(language__in=["nb", "nn", "en"]), name="contacts_language_is_known"),
        ]


class Notice(models.Model):
    """One e-mail that says that there is a message, and nothing of what it holds.

    The address is looked up when it is sent. `worker` is the process that has claimed it.
    """

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True)
    state = models.TextField(db_default=NoticeState.WAITING.value)
    attempts = models.IntegerField(db_default=0)
    next_at = models.DateTimeField(db_default=Now())
    worker = models.IntegerField(null=True)
    answer = models.TextField(null=True)
    changed_at = models.DateTimeField(db_default=Now())

    privacy = Privacy(plain=("message", "state", "attempts", "next_at", "worker", "answer", "changed_at"))

    class Meta:
        app_label = "outbox"
        db_table = "notices"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in NoticeState]), name="notices_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[NoticeState.CLAIMED.value, NoticeState.HANDING_OVER.value], worker__isnull=False)
                | ~Q(state__in=[NoticeState.CLAIMED.value, NoticeState.HANDING_OVER.value]) & Q(worker__isnull=True),
                name="notices_claimed_by_a_worker",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="notices_waiting", condition=Q(state="waiting")),
            models.Index(fields=["worker"], name="notices_claimed", condition=Q(worker__isnull=False)),
        ]

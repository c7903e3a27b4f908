"""What a choice leaves behind: offers to answer, permits for another switch, and receipts."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy
from fastlege.registry.models.columns import known_on, one_of


class OfferState(StrEnum):
    """What has become of an offer."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    """The person may not have the place any more: dead, abroad, out of the scheme, or with another list."""


class Offer(models.Model):
    """A free place for somebody who wanted to be asked first: kept for them until they answer, or the time is up."""

    person_id = models.BigIntegerField()
    list_id = models.BigIntegerField()
    made_on = models.DateField()
    answer_by = models.DateField()
    state = models.TextField(db_default=OfferState.OPEN.value)
    answered_on = models.DateField(null=True)

    privacy = Privacy(
        sensitive=("list_id", "answer_by", "state", "answered_on"),
        plain=("id", "person_id", "made_on"),
    )

    class Meta:
        app_label = "registry"
        db_table = "offers"
        indexes = [models.Index(fields=["list_id"], condition=Q(state="open"), name="offers_open_of_list")]
        constraints = [
            one_of("state", OfferState, table="offers"),
            models.UniqueConstraint(fields=["person_id"], condition=Q(state="open"), name="offers_one_open_a_person"),
            models.UniqueConstraint(fields=["person_id", "made_on"], name="offers_one_a_day"),
            models.CheckConstraint(
                condition=Q(state="open", answered_on__isnull=True) | ~Q(state="open") & Q(answered_on__isnull=False),
                name="offers_answered_on_a_day",
            ),
        ]


class ExtraSwitch(models.Model):
    """Leave to switch once more than the rules' number in a year, granted by a case worker."""

    person_id = models.BigIntegerField()
    granted_on = models.DateField()
    granted_by = models.TextField()
    reason = models.TextField()
    used_on = models.DateField(null=True)
    known_on = known_on()

    privacy = Privacy(
        identifying=("granted_by",),
        sensitive=("granted_on", "reason", "used_on"),
        plain=("id", "person_id", "known_on"),
    )

    class Meta:
        app_label = "registry"
        db_table = "extra_switches"
        indexes = [models.Index(fields=["person_id"], condition=Q(used_on=None), name="extra_switches_left")]


class Receipt(models.Model):
    """What was done for one key: the same key again gives the same receipt, and nothing is done twice."""

    key = models.UUIDField(primary_key=True)
    viewer_id = models.BigIntegerField(db_index=True)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now())
    kind = models.TextField()
    facts = models.JSONField()

    privacy = Privacy(sensitive=("facts",), plain=("key", "viewer_id", "on", "at", "kind"))

    class Meta:
        app_label = "registry"
        db_table = "receipts"

"""What was done, what the rows were before, and whether anything changed since a snapshot was taken."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy
from fastlege.registry.models.columns import RecordingDay


class Event(models.Model):
    """Something that was done in the register, by whom, and on which day it counts. Rows are only added."""

    at = models.DateTimeField(db_default=Now())
    on = models.DateField()
    kind = models.TextField()
    by = models.TextField()
    person_id = models.BigIntegerField(null=True)
    from_list_id = models.BigIntegerField(null=True)
    to_list_id = models.BigIntegerField(null=True)
    reason = models.TextField(null=True)
    details = models.JSONField(null=True)

    privacy = Privacy(
        identifying=("by",),
        sensitive=("from_list_id", "to_list_id", "reason", "details"),
        plain=("id", "at", "on", "kind", "person_id"),
    )

    class Meta:
        app_label = "registry"
        db_table = "events"
        indexes = [models.Index(fields=["person_id"], name="events_of_person", condition=Q(person_id__isnull=False))]


class Change(models.Model):
    """One transaction that changed a table of the register: written by the database itself. Rows are only added."""

    at = models.DateTimeField(db_default=Now())
    on = models.DateField(db_default=RecordingDay())

    privacy = Privacy(plain=("id", "at", "on"))

    class Meta:
        app_label = "registry"
        db_table = "changes"


class History(models.Model):
    """A row as it was before it was changed or removed: written by the database itself. Rows are only added.

    The state on a past day is, for each key, the first of these rows whose day is later, or else the row of today.
    """

    on = models.DateField()
    table_name = models.TextField()
    key = ArrayField(models.TextField())
    old = models.JSONField()

    privacy = Privacy(sensitive=("key", "old"), plain=("id", "on", "table_name"))

    class Meta:
        app_label = "registry"
        db_table = "history"
        indexes = [models.Index(fields=["table_name", "key", "on"], name="history_of_row")]


class RegisterState(models.Model):
    """The one row that says from which snapshot the register was loaded; none while it is empty."""

    id = models.SmallIntegerField(primary_key=True, db_default=1)
    begins = models.DateField()
    loaded_at = models.DateTimeField(db_default=Now())
    meta = models.JSONField()

    privacy = Privacy(plain=("id", "begins", "loaded_at", "meta"))

    class Meta:
        app_label = "registry"
        db_table = "register_state"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="register_state_one_row")]


class SnapshotRecord(models.Model):
    """A snapshot that was loaded or exported, and the last change that it knows."""

    digest = models.TextField()
    on = models.DateField()
    change = models.BigIntegerField()
    made = models.TextField()
    at = models.DateTimeField(db_default=Now())

    privacy = Privacy(plain=("id", "digest", "on", "change", "made", "at"))

    class Meta:
        app_label = "registry"
        db_table = "snapshot_records"
        indexes = [models.Index(fields=["digest"], name="snapshot_records_by_digest")]

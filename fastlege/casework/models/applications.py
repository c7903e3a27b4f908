"""Applications for a switch beyond the yearly number, with their attachments, and requests for records."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy
from fastlege.registry.models import Office, Person


class ApplicationState(StrEnum):
    """How far an application has come."""

    SUBMITTED = "submitted"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """The person may not stand on a list any more: dead, abroad or out of the scheme."""


class Application(models.Model):
    """A resident asks to switch once more in the year, and a case worker decides, with a reason.

    Rows are not removed, and one that has been answered stays as it is: the database refuses.
    """

    person = models.ForeignKey(Person, models.PROTECT)
    asked_by = models.TextField()
    on = models.DateField()
    at = models.DateTimeField(db_default=Now())
    reasons = models.TextField()
    wanted_list = models.BigIntegerField(null=True)
    state = models.TextField(db_default=ApplicationState.SUBMITTED.value)
    answered_by = models.TextField(null=True)
    answered_on = models.DateField(null=True)
    answer = models.TextField(null=True)

    privacy = Privacy(
        identifying=("asked_by", "answered_by"),
        sensitive=("reasons", "wanted_list", "state", "answer"),
        plain=("id", "person", "on", "at", "answered_on"),
    )

    class Meta:
        app_label = "casework"
        db_table = "applications"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ApplicationState]), name="applications_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="submitted", answered_on__isnull=True, answered_by__isnull=True)
                | ~Q(state="submitted") & Q(answered_on__isnull=False, answered_by__isnull=False),
                name="applications_answered_by_someone",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="submitted"), name="applications_one_open_a_person"
            ),
        ]


class Attachment(models.Model):
    """A file with an application, kept in the database: its kind is what its bytes are, whatever its name says."""

    application = models.ForeignKey(Application, models.PROTECT)
    name = models.TextField()
    kind = models.TextField()
    digest = models.TextField()
    content = models.BinaryField()

    privacy = Privacy(identifying=("name",), sensitive=("kind", "digest", "content"), plain=("id", "application"))

    class Meta:
        app_label = "casework"
        db_table = "attachments"
        constraints = [
            models.UniqueConstraint(fields=["application", "digest"], name="attachments_once_an_application")
        ]


class RecordsRequest(models.Model):
    """A person's request to the former office to send the record to the new one, with the consent it rests on."""

    person = models.ForeignKey(Person, models.PROTECT)
    from_office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    to_office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    from_list = models.BigIntegerField()
    on = models.DateField()
    consented_at = models.DateTimeField(db_default=Now())
    consented_by = models.TextField()
    capacity = models.TextField()
    child_agrees = models.BooleanField()

    privacy = Privacy(
        identifying=("consented_by",),
        sensitive=("from_office", "to_office", "from_list", "capacity", "child_agrees"),
        plain=("id", "person", "on", "consented_at"),
    )

    class Meta:
        app_label = "casework"
        db_table = "records_requests"
        constraints = [
            models.UniqueConstraint(fields=["person", "from_office", "to_office"], name="records_requests_once"),
            models.CheckConstraint(condition=~Q(from_office=models.F("to_office")), name="records_requests_to_another"),
        ]

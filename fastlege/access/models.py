"""The look-up log, the numbers that name people, and logins."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy

TABLES = ("access_identitynumber", "access_session", "access_loginattempt")
"""What speaks of the people of one register, and is given up with it. The look-up log is kept."""


class Lookup(models.Model):
    """One look at one person's register. Rows are added and never changed: the database refuses."""

    at = models.DateTimeField(db_default=Now())
    viewer = models.TextField()
    role = models.TextField()
    purpose = models.TextField()
    person_id = models.BigIntegerField(db_index=True)
    viewer_person_id = models.BigIntegerField(null=True)

    privacy = Privacy(
        identifying=("viewer", "person_id", "viewer_person_id"), sensitive=("purpose",), plain=("id", "at", "role")
    )

    class Meta:
        app_label = "access"


class IdentityNumber(models.Model):
    """A birth number or D-number that names a person from a moment on, and until it was replaced.

    The numbers of a synthetic register are computed from the person's id and stand here only once they have changed.
    """

    number = models.TextField(primary_key=True)
    person_id = models.BigIntegerField()
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True)

    privacy = Privacy(identifying=("number", "person_id"), plain=("since", "until"))

    class Meta:
        app_label = "access"
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{11}$"), name="identity_number_eleven_digits"),
            models.UniqueConstraint(
                fields=["person_id"], condition=Q(until__isnull=True), name="identity_number_one_current"
            ),
        ]


class LoginAttempt(models.Model):
    """A visitor sent to an identity provider, until the answer comes back. Taken once: the answer removes the row.

    State and browser are kept as digests: who reads this table cannot finish anybody's login.
    """

    state_digest = models.TextField(primary_key=True)
    browser_digest = models.TextField()
    provider = models.TextField()
    nonce = models.TextField()
    code_verifier = models.TextField()
    return_to = models.TextField()
    started_at = models.DateTimeField(db_default=Now(), db_index=True)

    privacy = Privacy(
        identifying=("browser_digest",),
        sensitive=("state_digest", "nonce", "code_verifier", "return_to"),
        plain=("provider", "started_at"),
    )

    class Meta:
        app_label = "access"


class Session(models.Model):
    """One login: who it is, how surely that is known, and until when. Its key is in the visitor's cookie only."""

    key_digest = models.TextField(primary_key=True)
    role = models.TextField()
    viewer = models.TextField()
    person_id = models.BigIntegerField(null=True)
    doctor_id = models.BigIntegerField(null=True)
    office_ids = ArrayField(models.BigIntegerField(), default=list)
    level = models.TextField()
    provider = models.TextField()
    provider_session = models.TextField(null=True)
    provider_subject = models.TextField()
    logout_address = models.TextField(null=True)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(null=True)

    privacy = Privacy(
        identifying=("viewer", "person_id", "doctor_id", "office_ids", "provider_session", "provider_subject"),
        sensitive=("key_digest", "started_at", "seen_at", "ends_at", "ended_at", "end_reason"),
        plain=("role", "level", "provider", "logout_address"),
    )

    class Meta:
        app_label = "access"
        indexes = [
            models.Index(fields=["provider", "provider_session"], name="sessions_of_provider"),
            models.Index(fields=["provider", "provider_subject"], name="sessions_of_subject"),
            models.Index(fields=["person_id"], condition=Q(ended_at__isnull=True), name="sessions_of_person"),
        ]


class UsedToken(models.Model):
    """A logout token that has been acted on: the same one does nothing a second time."""

    token_id = models.TextField(primary_key=True)
    used_at = models.DateTimeField(db_default=Now(), db_index=True)

    privacy = Privacy(plain=("token_id", "used_at"))

    class Meta:
        app_label = "access"

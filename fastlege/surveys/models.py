"""Surveys, whom they are sent to, the letters, the answers and what was published.

The database refuses to change an answer that was sent in, and anything that was published.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy
from fastlege.surveys.levels import Level


class Survey(models.Model):
    """One time that all municipalities are asked. `previous` names the survey that it is compared with."""

    key = models.TextField(unique=True)
    previous = models.TextField()
    opened_on = models.DateField()
    answer_by = models.DateField()
    closed_at = models.DateTimeField(null=True)
    opened_by = models.TextField()

    privacy = Privacy(
        identifying=("opened_by",), plain=("id", "key", "previous", "opened_on", "answer_by", "closed_at")
    )

    class Meta:
        db_table = "surveys"
        constraints = [
            models.CheckConstraint(condition=Q(answer_by__gte=models.F("opened_on")), name="surveys_end_after_start"),
            models.CheckConstraint(condition=Q(key__regex=r"^[a-z0-9-]{1,40}$"), name="surveys_key_is_short"),
        ]


class Address(models.Model):
    """Where a municipality gets its letters, and in which language."""

    municipality = models.TextField(primary_key=True)
    email = models.EmailField(max_length=254)
    language = models.TextField()

    privacy = Privacy(identifying=("email",), plain=("municipality", "language"))

    class Meta:
        db_table = "survey_addresses"
        constraints = [
            models.CheckConstraint(condition=Q(language__in=["nb", "nn", "en"]), name="survey_addresses_language"),
        ]


class Invitation(models.Model):
    """A municipality that is asked. The personal link follows from `salt` and the installation's secret."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="invitations")
    municipality = models.TextField()
    salt = models.TextField()
    invited_at = models.DateTimeField(db_default=Now())

    privacy = Privacy(sensitive=("salt",), plain=("id", "survey", "municipality", "invited_at"))

    class Meta:
        db_table = "survey_invitations"
        constraints = [
            models.UniqueConstraint(fields=["survey", "municipality"], name="survey_invitations_asked_once"),
        ]


class Letter(models.Model):
    """An e-mail to a municipality: number 0 invites, later ones remind. Sent once, whatever stops on the way."""

    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="letters")
    number = models.SmallIntegerField()
    state = models.TextField(db_default="waiting")
    attempts = models.SmallIntegerField(db_default=0)
    next_at = models.DateTimeField(db_default=Now())
    answer = models.TextField(db_default="")
    changed_at = models.DateTimeField(db_default=Now())

    privacy = Privacy(
        plain=("id", "invitation", "number", "state", "attempts", "next_at", "answer", "changed_at"),
    )

    class Meta:
        db_table = "survey_letters"
        constraints = [
            models.UniqueConstraint(fields=["invitation", "number"], name="survey_letters_written_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "handing_over", "sent", "refused", "unknown"]),
                name="survey_letters_state_is_known",
            ),
        ]


class Answer(models.Model):
    """What a municipality answers. A draft can be changed; sent in, it stands, and a better one is a new version."""

    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="answers")
    version = models.SmallIntegerField()
    level = models.TextField(null=True)
    vacant_posts = models.IntegerField(null=True)
    without_applicants = models.IntegerField(null=True)
    comment = models.TextField(db_default="")
    saved_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    privacy = Privacy(
        sensitive=("comment",),
        plain=("id", "invitation", "version", "level", "vacant_posts", "without_applicants", "saved_at", "sent_at"),
    )

    class Meta:
        db_table = "survey_answers"
        constraints = [
            models.UniqueConstraint(fields=["invitation", "version"], name="survey_answers_versions"),
            models.UniqueConstraint(
                fields=["invitation"], condition=Q(sent_at__isnull=True), name="survey_answers_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__in=list(Level)), name="survey_answers_level_is_known"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(level__isnull=False), name="survey_answers_sent_have_a_level"
            ),
            models.CheckConstraint(
                condition=Q(vacant_posts__isnull=True) | Q(vacant_posts__gte=0), name="survey_answers_vacant_posts"
            ),
            models.CheckConstraint(
                condition=Q(without_applicants__isnull=True)
                | (Q(without_applicants__gte=0) & Q(without_applicants__lte=models.F("vacant_posts"))),
                name="survey_answers_without_applicants",
            ),
        ]


class Publication(models.Model):
    """What was published, as it was. A correction is a new version with a note."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="publications")
    version = models.SmallIntegerField()
    note = models.TextField()
    rows = models.JSONField()
    published_at = models.DateTimeField(db_default=Now())
    published_by = models.TextField()

    privacy = Privacy(identifying=("published_by",), plain=("id", "survey", "version", "note", "rows", "published_at"))

    class Meta:
        db_table = "survey_publications"
        constraints = [
            models.UniqueConstraint(fields=["survey", "version"], name="survey_publications_versions"),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(note=""), name="survey_publications_corrections_have_a_note"
            ),
        ]

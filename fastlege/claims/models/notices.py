"""Early notices to doctors, as they were given."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy
from fastlege.registry.models import Doctor


class NoticeRound(models.Model):
    """All notices on the claims of some days, given at once. `rules_of` is the day of the coming rules that the claims
    were held against, where they were; `digest` is of all that the round says."""

    digest = models.TextField(unique=True)
    first = models.DateField()
    last = models.DateField()
    rules_of = models.DateField(null=True)
    given_on = models.DateField()
    given_by = models.TextField()
    at = models.DateTimeField(db_default=Now())

    privacy = Privacy(identifying=("given_by",), plain=("id", "digest", "first", "last", "rules_of", "given_on", "at"))

    class Meta:
        app_label = "claims"
        db_table = "claim_notice_rounds"
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="claim_notice_rounds_last_after_first"),
        ]


class EarlyNotice(models.Model):
    """One notice to one doctor: its kind, and as facts the evidence that its words are made from."""

    round = models.ForeignKey(NoticeRound, models.PROTECT, db_index=False)
    doctor = models.ForeignKey(Doctor, models.PROTECT, db_index=False)
    kind = models.TextField()
    facts = models.JSONField()

    privacy = Privacy(sensitive=("doctor", "kind", "facts"), plain=("id", "round"))

    class Meta:
        app_label = "claims"
        db_table = "claim_notices"
        indexes = [models.Index(fields=["doctor", "round"], name="claim_notices_of_doctor")]

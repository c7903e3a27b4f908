"""The tables of case work."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy


class Round(models.Model):
    """A plan of moves that was signed, and whether it has been applied.

    The digest is that of the plan and covers every move, so one plan is one row and can be applied once to what the
    register was loaded with. Rows stay: the database refuses to remove one, or to change one that has been applied.
    """

    digest = models.TextField()
    register_loaded_at = models.DateTimeField()
    on = models.DateField()
    input_digest = models.TextField()
    rule_digest = models.TextField()
    header = models.JSONField()
    signed_by = models.TextField()
    signed_at = models.DateTimeField(db_default=Now())
    applied_by = models.TextField(null=True)
    applied_at = models.DateTimeField(null=True)

    privacy = Privacy(
        identifying=("signed_by", "applied_by"),
        plain=(
            *("id", "digest", "register_loaded_at", "on", "input_digest", "rule_digest", "header"),
            *("signed_at", "applied_at"),
        ),
    )

    class Meta:
        app_label = "casework"
        db_table = "rounds"
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True, applied_by__isnull=True)
                | Q(applied_at__isnull=False, applied_by__isnull=False),
                name="rounds_applied_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(applied_at__gte=F("signed_at")),
                name="rounds_applied_after_signed",
            ),
            models.UniqueConstraint(fields=["digest", "register_loaded_at"], name="rounds_one_a_plan"),
            models.UniqueConstraint(
                fields=["input_digest", "register_loaded_at"],
                condition=Q(applied_at__isnull=False),
                name="rounds_one_applied_a_snapshot",
            ),
        ]

"""Who of a municipality may read its statements."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy


class StatementReader(models.Model):
    """That a named employee may read the statements of a municipality, from when it was given until it was ended."""

    viewer = models.TextField()
    municipality = models.TextField()
    given_by = models.TextField()
    given_at = models.DateTimeField(db_default=Now())
    ended_by = models.TextField(null=True)
    ended_at = models.DateTimeField(null=True)

    privacy = Privacy(
        identifying=("viewer", "given_by", "ended_by"), plain=("id", "municipality", "given_at", "ended_at")
    )

    class Meta:
        app_label = "settlement"
        db_table = "statement_readers"
        constraints = [
            models.UniqueConstraint(
                fields=["viewer", "municipality"], condition=Q(ended_at__isnull=True), name="statement_readers_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="statement_readers_ended_by_someone",
            ),
        ]

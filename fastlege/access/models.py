"""The look-up log: who looked at whom, when and why."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy


class Lookup(models.Model):
    """One look at one person's register. Rows are added and never changed: the database refuses."""

    at = models.DateTimeField(db_default=Now())
    viewer = models.TextField()
    role = models.TextField()
    purpose = models.TextField()
    person_id = models.BigIntegerField(db_index=True)

    privacy = Privacy(identifying=("viewer", "person_id"), sensitive=("purpose",), plain=("id", "at", "role"))

    class Meta:
        app_label = "access"

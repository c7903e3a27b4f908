"""What the control decided, once for each bill and each credit note."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy
from fastlege.claims.models.bills import Bill, Credit


class BillResult(models.Model):
    """The control of one bill: approved, or refused with its breaches; and the rules that could not be checked.

    `counted_ore` is what of the patient's share counts towards the ceiling. `rules_digest` says by which files of the
    law.
    """

    bill = models.OneToOneField(Bill, models.PROTECT, primary_key=True, related_name="result")
    approved = models.BooleanField()
    on = models.DateField()
    at = models.DateTimeField(db_default=Now())
    counted_ore = models.BigIntegerField()
    breaches = models.JSONField()
    not_checked = models.JSONField()
    rules_digest = models.TextField()

    privacy = Privacy(
        sensitive=("approved", "counted_ore", "breaches", "not_checked"), plain=("bill", "on", "at", "rules_digest")
    )

    class Meta:
        app_label = "claims"
        db_table = "claim_results"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved=True, breaches=[]) | Q(approved=False, counted_ore=0) & ~Q(breaches=[]),
                name="claim_results_refused_with_reason",
            ),
            models.CheckConstraint(condition=Q(counted_ore__gte=0), name="claim_results_counted_not_negative"),
        ]


class CreditResult(models.Model):
    """What became of one credit note: the bill it takes back, or why it was refused."""

    credit = models.OneToOneField(Credit, models.PROTECT, primary_key=True, related_name="result")
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="credits")
    approved = models.BooleanField()
    on = models.DateField()
    at = models.DateTimeField(db_default=Now())
    breaches = models.JSONField()

    privacy = Privacy(sensitive=("approved", "breaches"), plain=("credit", "bill", "on", "at"))

    class Meta:
        app_label = "claims"
        db_table = "claim_credit_results"
        constraints = [
            models.UniqueConstraint(fields=["bill"], condition=Q(approved=True), name="claim_credits_bill_once"),
            models.CheckConstraint(
                condition=Q(approved=True, breaches=[], bill__isnull=False) | Q(approved=False) & ~Q(breaches=[]),
                name="claim_credit_results_reason",
            ),
        ]

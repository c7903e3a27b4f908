"""Payouts, and which bill was paid in which."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy
from fastlege.claims.models.bills import Bill
from fastlege.registry.models.columns import one_of
from fastlege.rules.claims.messages.statuses import Part, PayoutState


class Payout(models.Model):
    """Bills sent to payment together. `run` is the name that the payment run has for it. Once paid, or withdrawn, it
    stays so: the database refuses anything else."""

    run = models.TextField(unique=True)
    state = models.TextField(db_default=PayoutState.SENT.value)
    sent_on = models.DateField()
    sent_by = models.TextField()
    settled_on = models.DateField(null=True)
    settled_by = models.TextField(null=True)
    at = models.DateTimeField(db_default=Now())

    privacy = Privacy(
        identifying=("sent_by", "settled_by"), plain=("id", "run", "state", "sent_on", "settled_on", "at")
    )

    class Meta:
        app_label = "claims"
        db_table = "claim_payouts"
        constraints = [
            one_of("state", PayoutState, table="claim_payouts"),
            models.CheckConstraint(
                condition=Q(state=PayoutState.SENT.value, settled_on__isnull=True, settled_by__isnull=True)
                | ~Q(state=PayoutState.SENT.value) & Q(settled_on__isnull=False, settled_by__isnull=False),
                name="claim_payouts_settled_by_someone",
            ),
        ]


class Payment(models.Model):
    """The state's part of one bill in one payout, or the same amount taken back when a paid bill was credited.

    A bill is paid once and taken back once: the database refuses a second row that has not been withdrawn.
    """

    bill = models.ForeignKey(Bill, models.PROTECT, db_index=False)
    part = models.TextField()
    payout = models.ForeignKey(Payout, models.PROTECT)
    amount_ore = models.BigIntegerField()
    withdrawn = models.BooleanField(db_default=False)

    privacy = Privacy(sensitive=("part", "amount_ore", "withdrawn"), plain=("id", "bill", "payout"))

    class Meta:
        app_label = "claims"
        db_table = "claim_payments"
        constraints = [
            one_of("part", Part, table="claim_payments"),
            models.UniqueConstraint(fields=["bill", "part"], condition=Q(withdrawn=False), name="claim_payments_once"),
            models.CheckConstraint(
                condition=Q(part=Part.BILL.value, amount_ore__gt=0) | Q(part=Part.CREDIT.value, amount_ore__lt=0),
                name="claim_payments_sign",
            ),
        ]

"""Payment runs, their lines, and the steps that they have taken."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy
from fastlege.registry.models import Doctor, GPContract
from fastlege.rules.capitation.lines import GP, MUNICIPALITY
from fastlege.rules.capitation.terms import Kind


class Stream(StrEnum):
    """Where a run's money comes from: the municipality for each list, or the state for bills."""

    CAPITATION = "capitation"
    CLAIMS = "claims"


class Step(StrEnum):
    """What happens to a run after it was prepared, in this order; withdrawn is instead of approved."""

    REVIEWED = "reviewed"
    APPROVED = "approved"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class PaymentRun(models.Model):
    """Payments as they were prepared. The digest covers the run's header and every line.

    `sequence` is 0 for a month's own run of capitation and counts its corrections from 1; runs of claims are counted
    within their month. `attempt` is 1, and one more each time that the one before was withdrawn. `register_change` is
    the last change of the register that a correction knew.
    """

    digest = models.TextField(db_index=True)
    stream = models.TextField(db_default=Stream.CAPITATION.value)
    month = models.DateField()
    sequence = models.SmallIntegerField(db_default=0)
    attempt = models.SmallIntegerField(db_default=1)
    register_day = models.DateField()
    register_change = models.BigIntegerField(null=True)
    snapshot_digest = models.TextField()
    rules_digest = models.TextField()
    software = models.TextField()
    amount_ore = models.BigIntegerField()
    header = models.JSONField()
    recorded_by = models.TextField()
    recorded_at = models.DateTimeField(db_default=Now())

    privacy = Privacy(
        identifying=("recorded_by",),
        plain=(
            *("id", "digest", "stream", "month", "sequence", "attempt", "register_day", "register_change"),
            *("snapshot_digest", "rules_digest", "software", "amount_ore", "header", "recorded_at"),
        ),
    )

    class Meta:
        app_label = "settlement"
        db_table = "payment_runs"
        constraints = [
            models.UniqueConstraint(fields=["stream", "month", "sequence", "attempt"], name="payment_runs_once"),
            models.CheckConstraint(condition=Q(stream__in=[stream.value for stream in Stream]), name="payment_runs_of"),
            models.CheckConstraint(condition=Q(month__day=1), name="payment_runs_month_is_a_first"),
            models.CheckConstraint(condition=Q(sequence__gte=0, attempt__gte=1), name="payment_runs_counted"),
            # Capitation is counted on the first of its month, and on no other day.
            models.CheckConstraint(
                condition=Q(register_day=F("month")) | ~Q(stream=Stream.CAPITATION.value),
                name="payment_runs_register_day",
            ),
        ]


class PaymentLine(models.Model):
    """What one list is paid for one month and kind, to whom, and why. The columns are those of the payment file.

    A line of a correction is a difference: `amount_ore` is what should have been paid less `before_ore`, which is the
    sum of what the earlier runs of the month give the same payee for the same list and kind; `corrects` names the last
    of those lines, and is empty where there is none.
    """

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="lines")
    sequence = models.SmallIntegerField(db_default=0)
    attempt = models.SmallIntegerField(db_default=1)
    list = models.ForeignKey(GPContract, models.PROTECT, db_index=False)
    municipality = models.TextField()
    month = models.DateField()
    kind = models.TextField()
    persons = models.IntegerField()
    paid_persons = models.TextField()
    rate = models.TextField()
    amount_ore = models.BigIntegerField()
    payee = models.TextField()
    doctor = models.ForeignKey(Doctor, models.PROTECT, null=True)
    share = models.TextField(db_default="1")
    parts = models.JSONField(null=True)
    rule = models.TextField()
    source = models.TextField()
    trace = models.JSONField()
    cells = ArrayField(models.IntegerField(), null=True)
    cell_persons = ArrayField(models.IntegerField(), null=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True)
    before_ore = models.BigIntegerField(db_default=0)

    privacy = Privacy(
        # Counts by age, sex and use can be of one person.
        sensitive=("cells", "cell_persons"),
        plain=(
            *("id", "run", "sequence", "attempt", "list", "municipality", "month", "kind", "persons", "paid_persons"),
            *("rate", "amount_ore", "payee", "doctor", "share", "parts", "rule", "source", "trace", "corrects"),
            "before_ore",
        ),
    )

    class Meta:
        app_label = "settlement"
        db_table = "payment_lines"
        constraints = [
            models.UniqueConstraint(
                fields=["list", "month", "kind", "payee", "doctor", "sequence", "attempt"],
                name="payment_lines_paid_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="payment_lines_kind"),
            models.CheckConstraint(condition=Q(payee__in=[GP, MUNICIPALITY]), name="payment_lines_payee"),
            models.CheckConstraint(
                condition=Q(payee=GP, doctor__isnull=False) | Q(payee=MUNICIPALITY, doctor__isnull=True),
                name="payment_lines_gp_is_named",
            ),
            models.CheckConstraint(
                condition=Q(amount_ore__gte=0, before_ore=0, corrects__isnull=True) | Q(sequence__gt=0),
                name="payment_lines_not_negative",
            ),
            models.CheckConstraint(condition=Q(persons__gte=0), name="payment_lines_persons_not_negative"),
        ]
        indexes = [models.Index(fields=["month", "municipality"], name="payment_lines_of_municipality")]


class ClaimsLine(models.Model):
    """What the state pays one payee in one run of claims, and for how many bills. Which bills, the claims know."""

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="claims_lines")
    payee = models.TextField()
    doctor = models.ForeignKey(Doctor, models.PROTECT, null=True)
    municipality = models.TextField(null=True)
    bills = models.IntegerField()
    credits = models.IntegerField()
    amount_ore = models.BigIntegerField()

    privacy = Privacy(plain=("id", "run", "payee", "doctor", "municipality", "bills", "credits", "amount_ore"))

    class Meta:
        app_label = "settlement"
        db_table = "payment_claims_lines"
        constraints = [
            models.UniqueConstraint(
                fields=["run", "payee", "doctor", "municipality"], name="claims_lines_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(payee=GP, doctor__isnull=False, municipality__isnull=True)
                | Q(payee=MUNICIPALITY, doctor__isnull=True, municipality__isnull=False),
                name="claims_lines_payee",
            ),
            models.CheckConstraint(
                condition=Q(amount_ore__gte=0, bills__gte=0, credits__gte=0), name="claims_lines_not_negative"
            ),
        ]


class PaymentStep(models.Model):
    """One step of a run: who took it, when, and what they said. Each step once, in their order."""

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="steps")
    step = models.TextField()
    by = models.TextField()
    at = models.DateTimeField(db_default=Now())
    note = models.TextField(db_default="")

    privacy = Privacy(identifying=("by",), sensitive=("note",), plain=("id", "run", "step", "at"))

    class Meta:
        app_label = "settlement"
        db_table = "payment_steps"
        constraints = [
            models.UniqueConstraint(fields=["run", "step"], name="payment_steps_once"),
            models.CheckConstraint(condition=Q(step__in=[step.value for step in Step]), name="payment_steps_step"),
            models.CheckConstraint(condition=~Q(by=""), name="payment_steps_signed"),
        ]

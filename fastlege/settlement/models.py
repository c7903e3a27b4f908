"""The tables of payments. Rows are only added: the database refuses to change or remove one."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy
from fastlege.registry.models import GPContract
from fastlege.rules.capitation.lines import GP, MUNICIPALITY
from fastlege.rules.capitation.terms import Kind


class PaymentRun(models.Model):
    """One month's payments as they were recorded. The digest covers the run's header and every line."""

    digest = models.TextField(unique=True)
    month = models.DateField(unique=True)
    register_day = models.DateField()
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
            *("id", "digest", "month", "register_day", "snapshot_digest", "rules_digest", "software"),
            *("amount_ore", "header", "recorded_at"),
        ),
    )

    class Meta:
        app_label = "settlement"
        db_table = "payment_runs"
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="payment_runs_month_is_a_first"),
            # A payment is counted on the first of its month, and on no other day.
            models.CheckConstraint(condition=Q(register_day=models.F("month")), name="payment_runs_register_day"),
        ]


class PaymentLine(models.Model):
    """What one list is paid for one month and kind, to whom, and why. The columns are those of the payment file."""

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="lines")
    list = models.ForeignKey(GPContract, models.PROTECT, db_index=False)
    municipality = models.TextField()
    month = models.DateField()
    kind = models.TextField()
    persons = models.IntegerField()
    paid_persons = models.TextField()
    rate = models.TextField()
    amount_ore = models.BigIntegerField()
    payee = models.TextField()
    rule = models.TextField()
    source = models.TextField()
    trace = models.JSONField()
    cells = ArrayField(models.IntegerField(), null=True)
    cell_persons = ArrayField(models.IntegerField(), null=True)

    privacy = Privacy(
        # Counts by age, sex and use can be of one person.
        sensitive=("cells", "cell_persons"),
        plain=(
            *("id", "run", "list", "municipality", "month", "kind", "persons", "paid_persons", "rate"),
            *("amount_ore", "payee", "rule", "source", "trace"),
        ),
    )

    class Meta:
        app_label = "settlement"
        db_table = "payment_lines"
        constraints = [
            models.UniqueConstraint(fields=["list", "month", "kind"], name="payment_lines_paid_once"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="payment_lines_kind"),
            models.CheckConstraint(condition=Q(payee__in=[GP, MUNICIPALITY]), name="payment_lines_payee"),
            models.CheckConstraint(condition=Q(amount_ore__gte=0), name="payment_lines_not_negative"),
            models.CheckConstraint(condition=Q(persons__gte=0), name="payment_lines_persons_not_negative"),
        ]
        indexes = [models.Index(fields=["month", "municipality"], name="payment_lines_of_municipality")]

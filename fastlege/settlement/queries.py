"""Reading payments."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from fastlege.settlement.models import PaymentLine, PaymentRun


def run_of_month(month: date) -> PaymentRun | None:
    """The run that paid the month starting on this day, if one is recorded."""
    return PaymentRun.objects.filter(month=month).first()


def recorded_runs() -> QuerySet[PaymentRun]:
    """All recorded runs, oldest month first."""
    return PaymentRun.objects.order_by("month")


def lines_of_list(list_id: int) -> QuerySet[PaymentLine]:
    """What one list has been paid, by month and kind. For those who may see the list's money."""
    return PaymentLine.objects.filter(list_id=list_id).order_by("month", "kind")

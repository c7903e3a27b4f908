"""Reading runs, and how far each has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from django.db.models import QuerySet

from fastlege.kernel.errors import DataError
from fastlege.settlement.models import PaymentRun, PaymentStep, Step, Stream


class State(StrEnum):
    """How far a run has come."""

    PREPARED = "prepared"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


# The last of these that has been taken is the state.
_ORDER = (Step.REVIEWED, Step.APPROVED, Step.PAID, Step.WITHDRAWN)


def run_of(run_id: int) -> PaymentRun:
    """The run with a number. Raises `DataError` when there is none."""
    found = PaymentRun.objects.filter(pk=run_id).first()
    if found is None:
        raise DataError(f"there is no payment run {run_id}.", remedy="`fastlege pay runs` lists them.")
    return found


def payment_runs() -> QuerySet[PaymentRun]:
    """All runs with their steps, oldest month first."""
    return PaymentRun.objects.order_by("month", "stream", "sequence", "attempt").prefetch_related("steps")


def steps_of(run: PaymentRun) -> Mapping[Step, PaymentStep]:
    """The steps that a run has taken after it was prepared."""
    return {Step(each.step): each for each in run.steps.all()}


def state_of(run: PaymentRun) -> State:
    """How far a run has come."""
    taken = steps_of(run)
    return next((State(step.value) for step in reversed(_ORDER) if step in taken), State.PREPARED)


def live_runs_of(stream: Stream, month: date) -> Sequence[PaymentRun]:
    """The runs of a month that have not been withdrawn, in their order: its own first, then the corrections."""
    withdrawn = PaymentStep.objects.filter(step=Step.WITHDRAWN.value).values("run")
    runs = PaymentRun.objects.filter(stream=stream.value, month=month).exclude(pk__in=withdrawn)
    return list(runs.order_by("sequence").prefetch_related("steps"))


def newest_attempt(stream: Stream, month: date, sequence: int) -> int:
    """How many times a run has been prepared; nought for never."""
    runs = PaymentRun.objects.filter(stream=stream.value, month=month, sequence=sequence)
    return runs.order_by("-attempt").values_list("attempt", flat=True).first() or 0

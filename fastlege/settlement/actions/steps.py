"""Taking a run through its steps: reviewed, approved by another, paid; or withdrawn before it is approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction

from fastlege.kernel.errors import DataError, Violation, refuse_if
from fastlege.settlement.actions.claims import mark_claims_paid, withdraw_claims
from fastlege.settlement.models import PaymentOrder, PaymentRun, PaymentStep, Step, Stream
from fastlege.settlement.queries import run_of, steps_of
from fastlege.settlement.queries.standing import where_it_stands

# What must have been taken before each step, and what must not.
_NEEDS = {Step.REVIEWED: None, Step.APPROVED: Step.REVIEWED, Step.PAID: Step.APPROVED, Step.WITHDRAWN: None}
_TOO_LATE = {
    Step.REVIEWED: {Step.APPROVED, Step.WITHDRAWN},
    Step.APPROVED: {Step.WITHDRAWN},
    Step.PAID: {Step.WITHDRAWN},
    Step.WITHDRAWN: {Step.APPROVED},
}


@dataclass(frozen=True)
class Taken:
    """A step of a run, and whether it was taken just now or had been before by the same person."""

    run: PaymentRun
    step: PaymentStep
    is_new: bool


def review(run_id: int, *, by: str, note: str = "") -> Taken:
    """Say that somebody has gone through a run."""
    return _take(run_id, Step.REVIEWED, by=by, note=note)


def approve(run_id: int, *, by: str, note: str = "") -> Taken:
    """Approve a run that has been reviewed. Refused for the one who prepared or reviewed it."""
    return _take(run_id, Step.APPROVED, by=by, note=note)


def mark_paid(run_id: int, *, by: str, note: str = "") -> Taken:
    """Say that the bank has carried out the order of an approved run."""
    with transaction.atomic():
        taken = _take(run_id, Step.PAID, by=by, note=note, more=_check_ordered)
        if taken.is_new and taken.run.stream == Stream.CLAIMS:
            mark_claims_paid(taken.run, on=taken.run.order.execution_day, by=by)
    return taken


def withdraw(run_id: int, *, by: str, note: str) -> Taken:
    """Give up a run that has not been approved, and say why. The month can then be prepared anew."""
    if not note.strip():
        raise DataError("a run is not withdrawn without a reason.", remedy="Say why with --note.")
    with transaction.atomic():
        taken = _take(run_id, Step.WITHDRAWN, by=by, note=note)
        if taken.is_new and taken.run.stream == Stream.CLAIMS:
            withdraw_claims(taken.run, by=by)
    return taken


def _take(
    run_id: int,
    step: Step,
    *,
    by: str,
    note: str,
    more: Callable[[PaymentRun], list[Violation]] = lambda _: [],
) -> Taken:
    if not by.strip():
        raise DataError("a step is not taken without a name.", remedy="Say who with --by.")
    with transaction.atomic():
        PaymentRun.objects.select_for_update().filter(pk=run_id).first()
        run = run_of(run_id)
        taken = steps_of(run)
        if step in taken and _same(taken[step].by, by):
            return Taken(run, taken[step], is_new=False)
        refuse_if(_why_not(run, step, taken, by) or more(run))
        return Taken(run, PaymentStep.objects.create(run=run, step=step.value, by=by, note=note), is_new=True)


def _why_not(run: PaymentRun, step: Step, taken: Mapping[Step, PaymentStep], by: str) -> list[Violation]:
    needed = _NEEDS[step]
    if step in taken or _TOO_LATE[step] & taken.keys() or (needed is not None and needed not in taken):
        return [where_it_stands(run)]
    others = [run.recorded_by, *(each.by for each in taken.values())]
    if step is Step.APPROVED and any(_same(other, by) for other in others):
        return [Violation("payment.approved_by_the_same", {"run": run.pk})]
    return []


def _check_ordered(run: PaymentRun) -> list[Violation]:
    if PaymentOrder.objects.filter(run=run).exists():
        return []
    return [Violation("payment.bank_not_told", {"run": run.pk})]


def _same(one: str, other: str) -> bool:
    return one.strip().lower() == other.strip().lower()

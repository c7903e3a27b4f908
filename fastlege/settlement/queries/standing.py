"""Where a run stands and what may be done with it, as the answer to a step that cannot be taken now."""

from __future__ import annotations

from fastlege.kernel.errors import Violation
from fastlege.settlement.models import PaymentOrder, PaymentRun
from fastlege.settlement.queries.runs import State, state_of


def where_it_stands(run: PaymentRun) -> Violation:
    """How far the run has come, and the steps that are open."""
    state, facts = state_of(run), {"run": run.pk}
    if state is State.APPROVED and PaymentOrder.objects.filter(run=run).exists():
        return Violation("payment.run_is_ordered", facts)
    return {
        State.PREPARED: Violation("payment.run_is_prepared", facts),
        State.REVIEWED: Violation("payment.run_is_reviewed", facts),
        State.APPROVED: Violation("payment.run_is_approved", facts),
        State.PAID: Violation("payment.run_is_paid", facts),
        State.WITHDRAWN: Violation("payment.run_is_withdrawn", facts),
    }[state]

"""Sending bills to payment, and noting that they were paid or that the payout was withdrawn."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction

from fastlege.claims.locking import lock_decisions
from fastlege.claims.models import Payment, Payout
from fastlege.claims.paying.due import DUE, PayeeSum, payout_sums
from fastlege.kernel.errors import DataError
from fastlege.rules.claims.messages.statuses import PayoutState

# A bank pays no negative amounts: a payee who owes more than is due waits, bills and credit notes together.
_SEND = f"""
with due as ({DUE}),
ready as (
    select payee, doctor_id, municipality from due group by payee, doctor_id, municipality having sum(amount_ore) >= 0)
insert into claim_payments (bill_id, part, payout_id, amount_ore)
select d.bill_id, d.part, %(payout)s, d.amount_ore
from due d join ready r on r.payee = d.payee and r.doctor_id is not distinct from d.doctor_id
    and r.municipality is not distinct from d.municipality
order by d.bill_id, d.part
"""


@transaction.atomic
def send_to_payment(run: str, *, until: date, on: date, by: str) -> list[PayeeSum]:
    """Put all that `claims.queries.payable` gives up to a day into a payout named `run`, and say what each payee gets.

    The same run again changes nothing. Payees who owe more than is due to them are left for a later payout.
    """
    lock_decisions()
    if not Payout.objects.filter(run=run).exists():
        payout = Payout.objects.create(run=run, sent_on=on, sent_by=by)
        with connection.cursor() as cursor:
            cursor.execute(_SEND, {"until": until, "payout": payout.pk})
    return payout_sums(run)


@transaction.atomic
def mark_paid(run: str, *, on: date, by: str) -> None:
    """Note that a payout has been paid. A second time changes nothing; one that was withdrawn cannot be paid."""
    _settle(run, PayoutState.PAID, on=on, by=by)


@transaction.atomic
def withdraw_payout(run: str, *, on: date, by: str) -> None:
    """Take a payout back that has not been paid: its bills are due again."""
    payout = _settle(run, PayoutState.WITHDRAWN, on=on, by=by)
    Payment.objects.filter(payout=payout, withdrawn=False).update(withdrawn=True)


def _settle(run: str, state: PayoutState, *, on: date, by: str) -> Payout:
    lock_decisions()
    payout = Payout.objects.select_for_update().filter(run=run).first()
    if payout is None:
        raise DataError(f"there is no payout of claims for the run {run}.", remedy="Send the claims to payment first.")
    if payout.state == state.value:
        return payout
    if payout.state != PayoutState.SENT:
        raise DataError(f"the payout of the run {run} is {payout.state} already.", remedy="Make a new run.")
    Payout.objects.filter(pk=payout.pk).update(state=state.value, settled_on=on, settled_by=by)
    return payout

"""Making the order to the bank for an approved run: once, and with what earlier orders left over set off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from fastlege.kernel.errors import DataError, Violation, refuse_if
from fastlege.settlement.models import PaymentOrder, PaymentRun, PaymentTransfer, Step
from fastlege.settlement.queries import run_of, steps_of
from fastlege.settlement.queries.bank import (
    Carried,
    Pair,
    PartyKey,
    accounts_on,
    amounts_of,
    carried_over,
    names_of,
)
from fastlege.settlement.queries.standing import where_it_stands

_BATCH = 1000


@dataclass(frozen=True)
class Ordered:
    """What the bank is to be told about a run, and whether it was made just now or stood there already."""

    order: PaymentOrder
    is_new: bool


def make_order(run_id: int, *, on: date, by: str) -> Ordered:
    """Make the order for an approved run, to be carried out on a day. A second time gives the same order.

    Raises `DataError` when a payer or payee has no account.
    """
    with transaction.atomic():
        _let_one_order_at_a_time()
        run = run_of(run_id)
        standing = PaymentOrder.objects.filter(run=run).first()
        if standing is not None:
            return Ordered(standing, is_new=False)
        refuse_if(_why_not(run))
        transfers = list(_transfers(amounts_of(run), on))
        order = PaymentOrder.objects.create(
            run=run,
            # The run's digest makes it the same whenever it is made, and no other installation's.
            message_id=f"FL-{run.pk}-{run.digest[:16]}",
            execution_day=on,
            amount_ore=sum(each.amount_ore for each in transfers),
            made_by=by,
        )
        for each in transfers:
            each.order = order
        PaymentTransfer.objects.bulk_create(transfers, batch_size=_BATCH)
    return Ordered(order, is_new=True)


def _let_one_order_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("lock table payment_orders in share row exclusive mode")


def _why_not(run: PaymentRun) -> list[Violation]:
    if Step.APPROVED in steps_of(run):
        return []
    return [where_it_stands(run)]


def _transfers(amounts: Mapping[Pair, int], on: date) -> Iterator[PaymentTransfer]:
    parties = list(dict.fromkeys(party for pair in amounts for party in pair))
    accounts, names, carried = accounts_on(on), names_of(parties), carried_over()
    _check_accounts(parties, accounts)
    for (payer, payee), ore in amounts.items():
        last = carried.get((payer, payee), Carried(0, 0))
        owed = last.ore + ore
        yield PaymentTransfer(
            payer=payer[0].value,
            payer_id=payer[1],
            payer_name=names[payer],
            payer_account=accounts[payer],
            payee=payee[0].value,
            payee_id=payee[1],
            payee_name=names[payee],
            payee_account=accounts[payee],
            turn=last.turn + 1,
            brought_ore=last.ore,
            run_ore=ore,
            amount_ore=max(owed, 0),
            carried_ore=min(owed, 0),
        )


def _check_accounts(parties: Iterable[PartyKey], accounts: Mapping[PartyKey, str]) -> None:
    lacking = [f"{party.value} {number}" for party, number in parties if (party, number) not in accounts]
    if lacking:
        raise DataError(
            f"{len(lacking)} have no account, the first is {lacking[0]}.",
            remedy="Nothing was ordered. Record the accounts with `fastlege pay accounts`.",
        )

"""Reading accounts, orders and what is carried over between a payer and a payee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Sum

from fastlege.registry.models import Doctor, Municipality, Office
from fastlege.rules.capitation.lines import GP
from fastlege.settlement.models import (
    BankAccount,
    ClaimsLine,
    PaymentLine,
    PaymentOrder,
    PaymentRun,
    PaymentTransfer,
    Stream,
)
from fastlege.settlement.models.bank import Party

PartyKey = tuple[Party, int]
Pair = tuple[PartyKey, PartyKey]
"""Who pays, and who is paid."""

STATE: PartyKey = (Party.STATE, 0)


@dataclass(frozen=True)
class Carried:
    """The last transfer between a payer and a payee: its turn, and what was left over (nought or less)."""

    turn: int
    ore: int


_LAST = """
select distinct on (payer, payer_id, payee, payee_id) payer, payer_id, payee, payee_id, turn, carried_ore
from payment_transfers order by payer, payer_id, payee, payee_id, turn desc
"""


def accounts_on(day: date) -> dict[PartyKey, str]:
    """The account of every party that has one on a day."""
    rows = BankAccount.objects.filter(since__lte=day).order_by("since", "pk")
    return {
        (Party(party), number): account for party, number, account in rows.values_list("party", "party_id", "account")
    }


def amounts_of(run: PaymentRun) -> dict[Pair, int]:
    """Øre that a run gives each payee from each payer. What a municipality keeps is transferred to nobody."""
    if run.stream == Stream.CLAIMS:
        return {(STATE, _payee_of(line)): line.amount_ore for line in ClaimsLine.objects.filter(run=run).order_by("pk")}
    rows = PaymentLine.objects.filter(run=run, payee=GP).values_list("municipality", "doctor_id")
    return {
        ((Party.MUNICIPALITY, int(code)), (Party.DOCTOR, doctor)): ore
        for code, doctor, ore in rows.annotate(ore=Sum("amount_ore")).order_by("municipality", "doctor_id")
    }


def _payee_of(line: ClaimsLine) -> PartyKey:
    if line.doctor_id is not None:
        return Party.DOCTOR, line.doctor_id
    return Party.MUNICIPALITY, int(line.municipality or 0)


def carried_over() -> dict[Pair, Carried]:
    """What the last transfer between each payer and payee left over."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        rows = cursor.fetchall()
    return {((Party(a), b), (Party(c), d)): Carried(turn, ore) for a, b, c, d, turn, ore in rows}


def names_of(parties: Sequence[PartyKey]) -> Mapping[PartyKey, str]:
    """The names that the bank shows for some parties."""
    wanted = {party: [number for kind, number in parties if kind is party] for party in Party}
    doctors = Doctor.objects.filter(pk__in=wanted[Party.DOCTOR]).values_list("pk", "name")
    offices = Office.objects.filter(pk__in=wanted[Party.OFFICE]).values_list("pk", "name")
    towns = Municipality.objects.filter(pk__in=[f"{code:04}" for code in wanted[Party.MUNICIPALITY]])
    return {
        STATE: "Helfo",
        **{(Party.DOCTOR, number): name for number, name in doctors},
        **{(Party.OFFICE, number): name for number, name in offices},
        **{(Party.MUNICIPALITY, int(code)): f"{name} kommune" for code, name in towns.values_list("pk", "name")},
    }


def transfers_of(order: PaymentOrder) -> Sequence[PaymentTransfer]:
    """The transfers of an order, by payer and payee."""
    return list(PaymentTransfer.objects.filter(order=order).order_by("payer", "payer_id", "payee", "payee_id"))


def outstanding() -> Sequence[PaymentTransfer]:
    """The last transfers between those of whom somebody has had too much that no later payment has covered yet."""
    owing = {pair: each.turn for pair, each in carried_over().items() if each.ore < 0}
    rows = PaymentTransfer.objects.filter(carried_ore__lt=0).order_by("payer_id", "payee_id", "turn")
    return [
        row
        for row in rows
        if owing.get(((Party(row.payer), row.payer_id), (Party(row.payee), row.payee_id))) == row.turn
    ]

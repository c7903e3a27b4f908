"""Preparing a run of claims: what the state owes for all bills that are due, by payee."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from importlib.metadata import version

from django.db import transaction

from fastlege.claims.paying.due import PayeeSum, payable
from fastlege.claims.paying.payouts import mark_paid, send_to_payment, withdraw_payout
from fastlege.kernel.errors import DataError
from fastlege.rules.parameters import Rulebook
from fastlege.settlement.actions.writing import Prepared, let_one_prepare_at_a_time
from fastlege.settlement.models import ClaimsLine, PaymentRun, Stream
from fastlege.settlement.queries import live_runs_of, newest_attempt

# Not by way of `claims.actions`: with the control of bills come libraries that whoever pays by lists would wait for.

_BATCH = 1000


def prepare_claims(*, until: date, by: str, book: Rulebook) -> Prepared:
    """Take all bills and credit notes that are due up to a day into one run for review.

    Raises `DataError` when nothing is due. A payee who owes more than is due waits for a later run.
    """
    month = until.replace(day=1)
    with transaction.atomic():
        let_one_prepare_at_a_time()
        if not any(each.amount_ore >= 0 for each in payable(until)):
            raise DataError(
                f"no bills are due for payment by {until}.",
                remedy="`fastlege pay runs` lists the runs that have taken bills.",
            )
        sequence = _next_sequence(month)
        attempt = newest_attempt(Stream.CLAIMS, month, sequence) + 1
        name = f"{month:%Y-%m}/{sequence}/{attempt}"
        sums = send_to_payment(name, until=until, on=until, by=by)
        facts = {"until": until.isoformat(), "payout": name, "payees": len(sums), "bills": sum(e.bills for e in sums)}
        run = PaymentRun.objects.create(
            digest=_digest(facts, sums),
            stream=Stream.CLAIMS.value,
            month=month,
            sequence=sequence,
            attempt=attempt,
            register_day=until,
            snapshot_digest="",
            rules_digest=book.digest(),
            software=f"fastlege {version('fastlege')}",
            amount_ore=sum(each.amount_ore for each in sums),
            header=facts,
            recorded_by=by,
        )
        ClaimsLine.objects.bulk_create((_line(run, each) for each in sums), batch_size=_BATCH)
    return Prepared(run, is_new=True)


def withdraw_claims(run: PaymentRun, *, by: str) -> None:
    """Let the bills of a withdrawn run be due again."""
    withdraw_payout(run.header["payout"], on=run.register_day, by=by)


def mark_claims_paid(run: PaymentRun, *, on: date, by: str) -> None:
    """Let the bills of a paid run say so."""
    mark_paid(run.header["payout"], on=on, by=by)


def _next_sequence(month: date) -> int:
    standing = live_runs_of(Stream.CLAIMS, month)
    taken = {run.sequence for run in standing}
    return next(number for number in range(len(taken) + 1) if number not in taken)


def _line(run: PaymentRun, each: PayeeSum) -> ClaimsLine:
    return ClaimsLine(
        run=run,
        payee=each.payee,
        doctor_id=each.doctor_id,
        municipality=each.municipality,
        bills=each.bills,
        credits=each.credits,
        amount_ore=each.amount_ore,
    )


def _digest(facts: dict[str, object], sums: list[PayeeSum]) -> str:
    rows = [[each.payee, each.doctor_id, each.municipality, each.bills, each.credits, each.amount_ore] for each in sums]
    return sha256(json.dumps([facts, rows], sort_keys=True).encode()).hexdigest()

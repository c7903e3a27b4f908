"""Recalculating a month that has been approved, and preparing what differs as a correction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction

from fastlege.kernel.errors import DataError, Violation, refuse_if
from fastlege.rules.capitation.lines import run_month
from fastlege.rules.capitation.payment_file import PaymentFile, payment_header
from fastlege.rules.capitation.terms import Kind
from fastlege.rules.parameters import Rulebook
from fastlege.settlement.actions.preparing import rows_of
from fastlege.settlement.actions.writing import (
    Prepared,
    check_lists,
    check_payees,
    let_one_prepare_at_a_time,
    write_lines,
)
from fastlege.settlement.hindsight import known_now
from fastlege.settlement.models import PaymentLine, PaymentRun, Step, Stream
from fastlege.settlement.queries import live_runs_of, newest_attempt, steps_of

Key = tuple[int, str, str, int | None]
"""What is paid once a month: list, kind, payee, and the doctor when that is the payee."""


@dataclass(frozen=True)
class _Given:
    """What the runs of a month give for one thing so far: the sum, and its last line."""

    amount_ore: int
    last: PaymentLine


def recalculate(month: date, *, by: str, book: Rulebook) -> Prepared | None:
    """Count an approved month again on what is known now, and prepare the differences as a correction.

    None when there is no difference. Refused while a run of the month waits for approval, and when rules of the month
    are not known. Raises `DataError` when the month has no run.
    """
    standing = _standing(month)
    with TemporaryDirectory(prefix="fastlege-") as folder:
        snapshot, change = known_now(Path(folder) / "known", on=month)
        run = run_month(snapshot, month, book)
        payments = PaymentFile(payment_header(run, snapshot, book), run.lines)
    refuse_if(
        Violation("payment.rules_not_known", {"month": f"{month:%Y-%m}", "kind": kind})
        for kind in payments.header["not_known"]
    )
    with transaction.atomic():
        let_one_prepare_at_a_time()
        if [run.pk for run in _standing(month)] != [run.pk for run in standing]:
            raise DataError(
                f"another run of {month:%Y-%m} came in meanwhile.", remedy="Nothing was recorded. Recalculate again."
            )
        should_be = {_key(row): row for row in rows_of(payments)}
        differences = list(_differences(_given(standing), should_be))
        if not differences:
            return None
        check_lists(row["list_id"] for row in differences)
        check_payees(differences)
        correction = _create(payments, standing, differences, by=by, change=change)
        write_lines(correction, differences)
    return Prepared(correction, is_new=True)


def check_recalculable(months: Iterable[date]) -> None:
    """Refuse months of which a run waits for approval. Raises `DataError` for a month that has no run."""
    for month in months:
        _standing(month)


def _standing(month: date) -> Sequence[PaymentRun]:
    """The runs of the month, all approved."""
    runs = live_runs_of(Stream.CAPITATION, month)
    if not runs:
        raise DataError(f"{month:%Y-%m} has no payment run to correct.", remedy="Prepare one first.")
    waiting = [run.pk for run in runs if Step.APPROVED not in steps_of(run)]
    refuse_if(Violation("payment.run_waits", {"month": f"{month:%Y-%m}", "run": number}) for number in waiting)
    return runs


def _key(row: Mapping[str, Any]) -> Key:
    return row["list_id"], row["kind"], row["payee"], row["doctor_id"]


def _given(runs: Sequence[PaymentRun]) -> dict[Key, _Given]:
    found: dict[Key, _Given] = {}
    for line in PaymentLine.objects.filter(run__in=[run.pk for run in runs]).order_by("sequence"):
        key = (line.list_id, line.kind, line.payee, line.doctor_id)
        before = found[key].amount_ore if key in found else 0
        found[key] = _Given(before + line.amount_ore, line)
    return found


def _differences(given: Mapping[Key, _Given], should_be: Mapping[Key, Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    for key in sorted(given.keys() | should_be.keys(), key=lambda key: (*key[:3], key[3] or 0)):
        before, now = given.get(key), should_be.get(key)
        before_ore, now_ore = before.amount_ore if before else 0, now["amount_ore"] if now else 0
        if before_ore == now_ore:
            continue
        row = dict(now) if now else _nothing_more(given[key].last)
        yield {
            **row,
            "amount_ore": now_ore - before_ore,
            "before_ore": before_ore,
            "corrects_id": before.last.pk if before else None,
            "trace": {"should_be_ore": now_ore, "before_ore": before_ore, "should_be": row["trace"]},
        }


def _nothing_more(line: PaymentLine) -> dict[str, Any]:
    """What should have been paid where nothing should: the line as it was, for nobody."""
    kept = ("list_id", "municipality", "month", "kind", "rate", "payee", "doctor_id", "share", "rule", "source")
    nobody = {"persons": 0, "paid_persons": "0", "trace": None, "cells": None, "cell_persons": None, "parts": None}
    return {**{name: getattr(line, name) for name in kept}, **nobody}


def _create(
    payments: PaymentFile,
    standing: Sequence[PaymentRun],
    differences: Sequence[Mapping[str, Any]],
    *,
    by: str,
    change: int,
) -> PaymentRun:
    sequence = standing[-1].sequence + 1
    facts = {key: value for key, value in payments.header.items() if key not in {"totals", "digest"}}
    header = {**facts, "corrects": [run.digest for run in standing], "totals": _totals(differences)}
    digest = sha256(json.dumps([header, *differences], sort_keys=True, default=str).encode()).hexdigest()
    return PaymentRun.objects.create(
        digest=digest,
        stream=Stream.CAPITATION.value,
        month=payments.month,
        sequence=sequence,
        attempt=newest_attempt(Stream.CAPITATION, payments.month, sequence) + 1,
        register_day=payments.month,
        register_change=change,
        snapshot_digest=header["snapshot_digest"],
        rules_digest=header["rules_digest"],
        software=header["software"],
        amount_ore=header["totals"]["amount_ore"],
        header={**header, "digest": digest},
        recorded_by=by,
    )


def _totals(differences: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Lines and øre in all and by kind, split by payee, as a payment file has them."""
    by_kind = {kind.value: _sums([row for row in differences if row["kind"] == kind]) for kind in Kind}
    return {**_sums(differences), "kinds": by_kind}


def _sums(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    def paid_to(payee: str) -> int:
        return sum(row["amount_ore"] for row in rows if row["payee"] == payee)

    return {
        "lines": len(rows),
        "amount_ore": sum(row["amount_ore"] for row in rows),
        "gp_ore": paid_to("gp"),
        "municipality_ore": paid_to("municipality"),
    }

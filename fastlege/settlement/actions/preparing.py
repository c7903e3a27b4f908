"""Preparing a month's own run from a payment file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from fastlege.kernel.errors import Violation, refuse_if
from fastlege.registry.models import SnapshotRecord
from fastlege.rules.capitation.adjusted.weights import PARTS
from fastlege.rules.capitation.payment_file import PaymentFile
from fastlege.settlement.actions.writing import (
    Prepared,
    check_lists,
    check_payees,
    let_one_prepare_at_a_time,
    write_lines,
)
from fastlege.settlement.models import PaymentRun, Stream
from fastlege.settlement.queries import live_runs_of, newest_attempt

_LIST_COLUMN = "list_id"
COLUMNS = (
    *(_LIST_COLUMN, "municipality", "month", "kind", "persons", "paid_persons", "rate", "amount_ore"),
    *("payee", "doctor_id", "share", "rule", "source", "trace", "cells", "cell_persons"),
)
"""The columns of a payment file that the register keeps for each line as they are."""


def prepare_run(payments: PaymentFile, *, by: str) -> Prepared:
    """Record a month's payments for review, in one transaction. The same run again changes nothing.

    Refused when another run of the month stands, when the run was not counted on the first of its month or on a
    snapshot of this register, and when some rules of the month are not known.
    """
    with transaction.atomic():
        let_one_prepare_at_a_time()
        standing = live_runs_of(Stream.CAPITATION, payments.month)
        if standing and standing[0].digest == payments.digest:
            return Prepared(standing[0], is_new=False)
        refuse_if(_why_not(payments, standing=bool(standing)))
        check_lists(payments.lines[_LIST_COLUMN].to_pylist())
        rows = list(rows_of(payments))
        check_payees(rows)
        header = payments.header
        run = PaymentRun.objects.create(
            digest=payments.digest,
            stream=Stream.CAPITATION.value,
            month=payments.month,
            attempt=newest_attempt(Stream.CAPITATION, payments.month, 0) + 1,
            register_day=payments.register_day,
            snapshot_digest=header["snapshot_digest"],
            rules_digest=header["rules_digest"],
            software=header["software"],
            amount_ore=header["totals"]["amount_ore"],
            header=dict(header),
            recorded_by=by,
        )
        write_lines(run, rows)
    return Prepared(run, is_new=True)


def rows_of(payments: PaymentFile) -> Iterator[dict[str, Any]]:
    """The lines of a payment file as rows of the register."""
    for batch in payments.lines.to_batches():
        for row in batch.to_pylist():
            parts = {part: ore for part in PARTS if (ore := row[f"{part}_ore"]) is not None}
            kept = {name: row[name] for name in COLUMNS}
            yield {**kept, "trace": json.loads(row["trace"]), "parts": parts or None}


def _why_not(payments: PaymentFile, *, standing: bool) -> list[Violation]:
    month = payments.month.strftime("%Y-%m")
    found = []
    if standing:
        found.append(Violation("payment.month_already_paid", {"month": month}))
    if payments.register_day != payments.month:
        found.append(
            Violation("payment.counted_on_another_day", {"month": month, "register_day": payments.register_day})
        )
    if payments.header["tried"]:
        found.append(Violation("payment.other_rules", {"tried": ", ".join(payments.header["tried"])}))
    if not SnapshotRecord.objects.filter(digest=payments.header["snapshot_digest"]).exists():
        found.append(Violation("payment.snapshot_of_another_register", {}))
    found += [
        Violation("payment.rules_not_known", {"month": month, "kind": kind}) for kind in payments.header["not_known"]
    ]
    return found

"""Recording payments in the register."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db import connection, transaction

from fastlege.kernel.errors import DataError, Violation, refuse_if
from fastlege.registry.models import GPContract, SnapshotRecord
from fastlege.rules.capitation.payment_file import PaymentFile
from fastlege.settlement.models import PaymentLine, PaymentRun
from fastlege.settlement.queries import run_of_month

_BATCH = 1000


@dataclass(frozen=True)
class Recorded:
    """A run in the register, and whether it was recorded just now or stood there already."""

    run: PaymentRun
    is_new: bool


def record_run(payments: PaymentFile, *, by: str) -> Recorded:
    """Record a month's payments, in one transaction. The same run again changes nothing.

    Refused when the month has been paid by another run, when the run was not counted on the first of its month or on a
    snapshot of this register, and when some rules of the month are not known.
    """
    with transaction.atomic():
        _let_one_record_at_a_time()
        earlier = run_of_month(payments.month)
        if earlier and earlier.digest == payments.digest:
            return Recorded(earlier, is_new=False)
        refuse_if(_why_not(payments, earlier))
        _check_lists(payments)
        header = payments.header
        run = PaymentRun.objects.create(
            digest=payments.digest,
            month=payments.month,
            register_day=payments.register_day,
            snapshot_digest=header["snapshot_digest"],
            rules_digest=header["rules_digest"],
            software=header["software"],
            amount_ore=header["totals"]["amount_ore"],
            header=dict(header),
            recorded_by=by,
        )
        for batch in payments.lines.to_batches(_BATCH):
            PaymentLine.objects.bulk_create(
                PaymentLine(run=run, **{**row, "trace": json.loads(row["trace"])}) for row in batch.to_pylist()
            )
    return Recorded(run, is_new=True)


def _let_one_record_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("lock table payment_runs in share row exclusive mode")


def _why_not(payments: PaymentFile, earlier: PaymentRun | None) -> list[Violation]:
    month = payments.month.strftime("%Y-%m")
    found = []
    if earlier:
        found.append(Violation("payment.month_already_paid", {"month": month}))
    if payments.register_day != payments.month:
        found.append(
            Violation("payment.counted_on_another_day", {"month": month, "register_day": payments.register_day})
        )
    if not SnapshotRecord.objects.filter(digest=payments.header["snapshot_digest"]).exists():
        found.append(Violation("payment.snapshot_of_another_register", {}))
    found += [
        Violation("payment.rules_not_known", {"month": month, "kind": kind}) for kind in payments.header["not_known"]
    ]
    return found


def _check_lists(payments: PaymentFile) -> None:
    paid = set(payments.lines["list_id"].to_pylist())
    unknown = sorted(paid - set(GPContract.objects.values_list("list_id", flat=True)))
    if unknown:
        raise DataError(
            f"{len(unknown)} lists of the run are not in the register, the first is {unknown[0]}.",
            remedy="Nothing was recorded. Export a snapshot of this register and make the run from it.",
        )

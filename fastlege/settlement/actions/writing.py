"""Writing a run and its lines, once it is known that they may be written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from fastlege.kernel.errors import DataError
from fastlege.registry.models import Doctor, GPContract
from fastlege.settlement.models import PaymentLine, PaymentRun

_BATCH = 1000


@dataclass(frozen=True)
class Prepared:
    """A run in the register, and whether it was prepared just now or stood there already."""

    run: PaymentRun
    is_new: bool


def let_one_prepare_at_a_time() -> None:
    """Let nobody else prepare a run until this transaction ends. Others read meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("lock table payment_runs in share row exclusive mode")


def write_lines(run: PaymentRun, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add the lines of a run, as rows with the columns of the table."""
    lines = (PaymentLine(run=run, sequence=run.sequence, attempt=run.attempt, **row) for row in rows)
    PaymentLine.objects.bulk_create(lines, batch_size=_BATCH)


def check_payees(rows: Iterable[Mapping[str, Any]]) -> None:
    """Raise `DataError` when a run pays a GP whom the register does not have."""
    paid = {row["doctor_id"] for row in rows} - {None}
    unknown = sorted(paid - set(Doctor.objects.values_list("pk", flat=True)))
    if unknown:
        raise DataError(
            f"{len(unknown)} GPs of the run are not in the register, the first is {unknown[0]}.",
            remedy="Nothing was recorded. Export a snapshot of this register and make the run from it.",
        )


def check_lists(lists: Iterable[int]) -> None:
    """Raise `DataError` when a run pays for lists that the register does not have."""
    unknown = sorted(set(lists) - set(GPContract.objects.values_list("list_id", flat=True)))
    if unknown:
        raise DataError(
            f"{len(unknown)} lists of the run are not in the register, the first is {unknown[0]}.",
            remedy="Nothing was recorded. Export a snapshot of this register and make the run from it.",
        )

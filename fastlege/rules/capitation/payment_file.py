"""Files of payment lines: Parquet with a header that makes any change visible, or CSV for reading elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.capitation.adjusted.weights import PARTS
from fastlege.rules.capitation.lines import GP, LINE_SCHEMA, MUNICIPALITY, MonthRun
from fastlege.rules.capitation.one_list import amount_of_trace
from fastlege.rules.capitation.terms import Kind
from fastlege.rules.parameters import ParameterRow, Rulebook

FORMAT = "fastlege payment run 2"
_KEY = b"fastlege.payment_run"
_REMEDY = "Make it again with `fastlege pay run`."


@dataclass(frozen=True)
class PaymentFile:
    """A payment run as it was read: its header and its lines, checked against each other."""

    header: Mapping[str, Any]
    lines: pa.Table

    @property
    def month(self) -> date:
        """The first day of the month that is paid."""
        return date.fromisoformat(self.header["month"])

    @property
    def register_day(self) -> date:
        """The day whose register was counted."""
        return date.fromisoformat(self.header["register_day"])

    @property
    def digest(self) -> str:
        """SHA-256 over header and lines: equal for equal runs, wherever and whenever they were made."""
        return str(self.header["digest"])


def payment_header(run: MonthRun, snapshot: Snapshot, book: Rulebook, *, tried: Sequence[str] = ()) -> dict[str, Any]:
    """What a run was made of and what it comes to. Sums of the parts are the totals, to the øre.

    `tried` names the scenarios and weights that took the place of rules; such a run is no payment.
    """
    weights = run.terms.capitation.weights
    header = {
        "format": FORMAT,
        "month": run.month.isoformat(),
        "register_day": run.register_day.isoformat(),
        "snapshot_digest": snapshot.digest(),
        "rules_digest": book.digest(),
        "software": f"fastlege {version('fastlege')}",
        "formula": run.terms.formula,
        "tried": list(tried),
        "totals": totals(run.lines),
        "not_known": {kind.value: reason for kind, reason in run.terms.not_known.items()},
        "not_agreed": {name: last.isoformat() for name, last in run.terms.not_agreed.items()},
        "rules": {kind.value: [_row(row) for row in rows] for kind, rows in run.terms.rows.items()},
        "cells": run.scheme.labels(),
        "weights": {row.parameter: str(row.value) for row in (weights.rows if weights else ())},
    }
    return {**header, "digest": _digest(header, run.lines)}


def totals(lines: pa.Table) -> dict[str, Any]:
    """Lines and øre in all and by kind, split by payee, and the parts that capitation with weights is made of."""
    by_kind = {kind.value: _sums(lines.filter(pc.equal(lines["kind"], kind.value))) for kind in Kind}
    return {**_sums(lines), "kinds": by_kind, "parts": {part: _sum(lines[f"{part}_ore"]) for part in PARTS}}


def write_payments(path: Path, lines: pa.Table, header: Mapping[str, Any]) -> None:
    """Write a run whole or not at all: CSV when the name ends in .csv, else Parquet with the header in it."""
    with whole_file(path) as part:
        if path.suffix == ".csv":
            pyarrow.csv.write_csv(_flat(lines), part)
        else:
            text = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
            pq.write_table(lines.replace_schema_metadata({_KEY: text}), part, compression="zstd")


def read_payments(path: Path) -> PaymentFile:
    """Read a run and check it: its form, that nothing was altered, and that each amount follows from its trace."""
    try:
        table = pq.read_table(path, partitioning=None)
    except FileNotFoundError as error:
        raise DataError("there is no such file.", where=str(path), remedy=_REMEDY) from error
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"is not a payment run, or is damaged ({error}).", where=str(path), remedy=_REMEDY) from error
    header = _header(path, table)
    lines = table.replace_schema_metadata(None)
    if header.pop("digest", None) != (digest := _digest(header, lines)):
        raise DataError("was altered after it was made.", where=str(path), remedy=_REMEDY)
    wrong = _wrong_amounts(lines)
    if wrong or header["totals"] != totals(lines):
        raise DataError(
            f"{wrong} amounts do not follow from their traces, or the totals are not the sums.",
            where=str(path),
            remedy=_REMEDY,
        )
    return PaymentFile({**header, "digest": digest}, lines)


def _header(path: Path, table: pa.Table) -> dict[str, Any]:
    try:
        header = json.loads((table.schema.metadata or {})[_KEY])
    except (KeyError, ValueError) as error:
        raise DataError("is not a payment run: it has no header of one.", where=str(path), remedy=_REMEDY) from error
    if header.get("format") != FORMAT or not table.schema.equals(LINE_SCHEMA):
        raise DataError(
            f"is a payment run of another form ({header.get('format')}); expected {FORMAT}.",
            where=str(path),
            remedy=_REMEDY,
        )
    return header


def _wrong_amounts(lines: pa.Table) -> int:
    """How many amounts do not follow from their traces, or are not their parts together."""
    parts = [lines[f"{part}_ore"].fill_null(0).to_numpy() for part in PARTS]
    is_split = lines[f"{PARTS[0]}_ore"].is_valid().to_numpy()
    amounts = lines["amount_ore"].to_numpy()
    wrong = is_split & (sum(parts) != amounts)
    traced = [amount_of_trace(json.loads(trace)) for trace in lines["trace"].to_pylist()]
    return int((wrong | (np.array(traced, dtype=np.int64) != amounts)).sum())


def _digest(header: Mapping[str, Any], lines: pa.Table) -> str:
    total = sha256(json.dumps(header, sort_keys=True).encode())
    for column in lines.columns:
        total.update(json.dumps(column.to_pylist(), default=str).encode() + b"\n")
    return total.hexdigest()


def _sums(lines: pa.Table) -> dict[str, int]:
    paid_to = {payee: lines.filter(pc.equal(lines["payee"], payee)) for payee in (GP, MUNICIPALITY)}
    return {
        "lines": len(lines),
        "amount_ore": _sum(lines["amount_ore"]),
        **{f"{payee}_ore": _sum(own["amount_ore"]) for payee, own in paid_to.items()},
    }


def _sum(column: pa.ChunkedArray) -> int:
    return pc.sum(column).as_py() or 0


def _row(row: ParameterRow) -> dict[str, str]:
    return {
        "parameter": row.parameter,
        "value": str(row.value),
        "unit": row.unit,
        "valid_from": str(row.valid_from or ""),
        "valid_to": str(row.valid_to or ""),
        "source": row.source,
        "confidence": row.confidence,
        "note": row.note,
    }


def _flat(lines: pa.Table) -> pa.Table:
    """CSV has no lists: the cells become one text, "cell:persons cell:persons"."""
    pairs = zip(lines["cells"].to_pylist(), lines["cell_persons"].to_pylist(), strict=True)
    texts = [" ".join(f"{c}:{n}" for c, n in zip(cells or [], persons or [], strict=True)) for cells, persons in pairs]
    return lines.drop_columns(["cell_persons"]).set_column(
        lines.schema.get_field_index("cells"), "cells", pa.array(texts, pa.string())
    )

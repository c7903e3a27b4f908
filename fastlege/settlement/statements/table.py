"""A statement as CSV: one row a line, whole øre, the same columns in every language."""

from __future__ import annotations

import csv
from io import StringIO

from fastlege.settlement.queries.statements import Line, Statement

COLUMNS = (
    *("line", "list_id", "month", "kind", "payee", "run", "sequence", "corrects", "before_ore", "amount_ore"),
    *(
        "persons",
        "paid_persons",
        "rate",
        "part_of_year",
        "share",
        "parts_ore",
        "rule",
        "source",
        "cells",
        "other_cells",
    ),
)


def as_csv(statement: Statement) -> bytes:
    """The lines and bills of a statement. `cells` are "name: persons" with semicolons between."""
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for line in statement.lines:
        writer.writerow(_row(line, statement))
    for each in statement.bills:
        about = {"kind": "claims", "payee": statement.subject, "month": f"{statement.month:%Y-%m}"}
        writer.writerow({**about, "run": each.run, "amount_ore": each.amount_ore})
    return text.getvalue().encode("utf-8-sig")


def _row(line: Line, statement: Statement) -> dict[str, object]:
    shown = line.cells.shown if line.cells else {}
    return {
        "line": line.number,
        "list_id": line.list_id,
        "month": f"{statement.month:%Y-%m}",
        "kind": line.kind,
        "payee": line.payee,
        "run": line.run,
        "sequence": line.sequence,
        "corrects": line.corrects,
        "before_ore": line.before_ore,
        "amount_ore": line.amount_ore,
        "persons": line.persons,
        "paid_persons": line.paid_persons,
        "rate": line.rate,
        "part_of_year": line.part_of_year,
        "share": line.share,
        "parts_ore": "; ".join(f"{name}: {ore}" for name, ore in line.parts.items()),
        "rule": line.rule,
        "source": line.source,
        "cells": "; ".join(f"{statement.labels[line.run][cell]}: {count}" for cell, count in shown.items()),
        "other_cells": line.cells.together if line.cells else None,
    }

"""A series as plain rows, for files and for machines."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO
from typing import Any

from fastlege.figures.catalogue import definition
from fastlege.figures.dimensions import dimension_named
from fastlege.figures.levels import Level
from fastlege.reporting.series.counting import Series
from fastlege.reporting.series.notes import Kind

COLUMNS = (
    *("figure", "unit", "level", "area", "name", "dimension", "group", "group_name", "period", "as_of"),
    *("value", "numerator", "denominator", "suppressed", "break", "notes"),
)
"""`dimension` and `group` are empty where nothing is divided. `break`: whether the value is not alike the one before.
`notes` are numbers in JSON, and texts in CSV."""


def rows_of(series: Series, language: str) -> list[dict[str, Any]]:
    """One row a figure, area, group and period, with columns as `COLUMNS`."""
    return [
        {
            "figure": row["figure"],
            "unit": definition(row["figure"]).unit,
            "level": row["level"],
            "area": row["area"],
            "name": series.areas.name(Level(row["level"]), row["area"]).in_language(language),
            "dimension": row["dimension"],
            "group": row["group"],
            "group_name": group_name(row, language),
            "period": row["period"],
            "as_of": row["as_of"].isoformat(),
            **{name: row[name] for name in ("value", "numerator", "denominator", "suppressed")},
            "break": any(series.notes[number].kind is Kind.BREAK for number in row["notes"]),
            "notes": row["notes"],
        }
        for row in series.table.to_pylist()
    ]


def group_name(row: Mapping[str, Any], language: str) -> str:
    """What the group of a row of a series is called; empty for the whole."""
    return dimension_named(row["dimension"]).name(row["group"]).in_language(language) if row["dimension"] else ""


def as_csv(series: Series, language: str) -> str:
    """The series as CSV, with the notes in words; a value that may not be shown is empty and `suppressed`."""
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows_of(series, language):
        notes = " ".join(series.notes[number].words.in_language(language) for number in row["notes"])
        flags = {name: str(row[name]).lower() for name in ("suppressed", "break")}
        writer.writerow({**row, **flags, "notes": notes})
    return text.getvalue()


def as_json(series: Series, language: str) -> dict[str, Any]:
    """The series as what JSON holds: rows, the words of their notes, and what could not be counted."""
    return {
        "borders_of": series.on.isoformat(),
        "rows": rows_of(series, language),
        "notes": {
            number: {"kind": note.kind.value, "text": note.words.in_language(language)}
            for number, note in series.notes.items()
        },
        "not_counted": {figure: list(periods) for figure, periods in series.lacking.items()},
    }

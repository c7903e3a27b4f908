"""What is wrong with a file of a round, in words: the file, the row, the column and the rule."""

from __future__ import annotations

import json
import re
from pathlib import Path

from fastlege.kernel.errors import DataError

REMEDY = "The columns and formats are described in docs/algorithms.md."

_FIELD = re.compile(
    r"In CSV column #(\d+): Row #(\d+): CSV conversion error to (\w+)[^:]*: invalid value '(.*)'", re.DOTALL
)
_WIDTH = re.compile(r"Row #(\d+): Expected (\d+) columns, got (\d+)")
_KINDS = {"int64": "a whole number of at most 64 bits", "timestamp": "a moment (YYYY-MM-DDTHH:MM:SSZ)"}


def unreadable(path: Path, error: Exception) -> DataError:
    """The refusal of a file of rows that the reader gave up on, from what the reader said."""
    said = str(error)
    field, width = _FIELD.search(said), _WIDTH.search(said)
    if field is not None:
        column, row, kind, value = field.groups()
        what = f"{_column(path, int(column))} is {value!r}, not {_KINDS.get(kind, kind)}."
        return DataError(what, where=f"{path.name}, row {row}", remedy=REMEDY)
    if width is not None:
        row, expected, found = width.groups()
        return DataError(f"the row has {found} fields, not {expected}.", where=f"{path.name}, row {row}", remedy=REMEDY)
    if "Empty CSV file" in said:
        return DataError("the file is empty, without even a header.", where=str(path), remedy=REMEDY)
    return DataError(f"cannot be read ({said}).", where=str(path), remedy=REMEDY)


def not_json(path: Path, error: json.JSONDecodeError) -> DataError:
    """The refusal of a file that is no JSON."""
    return DataError(f"is not JSON from line {error.lineno}, character {error.colno}.", where=str(path), remedy=REMEDY)


def _column(path: Path, number: int) -> str:
    """The name of a column by its number, as the header gives it."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        names = file.readline().rstrip("\r\n").split(",")
    return names[number].strip('"') if number < len(names) else f"column {number + 1}"

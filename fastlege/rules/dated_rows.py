"""Reading the files of the law: CSV with one row per value, period and provision, errors by file and line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from fastlege.kernel.errors import DataError
from fastlege.kernel.periods import Period

CONFIDENCES = ("sourced", "seed", "background", "assumed", "unknown")
"""How sure a row is, surest first; `unknown` declares a period for which nobody has found the value."""

DATA = files("fastlege.rules") / "data"
"""The folder with the files of the law that the package brings."""

_REGULATION = re.compile(r"FOR-(\d{4}-\d{2}-\d{2})-\d+")


Cell = TypeVar("Cell")
Row = TypeVar("Row")


@dataclass(frozen=True)
class Line:
    """One line of a file, with the cells by column."""

    file: str
    number: int
    cells: Mapping[str, str]

    def problem(self, text: str) -> str:
        """A problem with this line, for people: file, line, what."""
        return f"{self.file}, line {self.number}: {text}"

    def whole(self, column: str) -> int:
        """A cell that is a whole number, or a `DataError` that names file, line and column."""
        return self._read(column, int, "a whole number")

    def real(self, column: str) -> float:
        """A cell that is a number."""
        return self._read(column, float, "a number")

    def day(self, column: str) -> date:
        """A cell that is a day."""
        return self._read(column, date.fromisoformat, "a day such as 2026-01-31")

    def _read(self, column: str, read: Callable[[str], Cell], expected: str) -> Cell:
        try:
            return read(self.cells[column])
        except ValueError as error:
            raise DataError(self.problem(f"{column} is {self.cells[column]!r}; expected {expected}.")) from error


def read_lines(path: Traversable, header: Sequence[str]) -> list[Line]:
    """The lines of a CSV file (UTF-8, comma) whose columns are exactly `header`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error}).", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise DataError("is not UTF-8 text.", where=str(path)) from error
    rows = csv.reader(text.splitlines())
    if (found := next(rows, [])) != list(header):
        raise DataError(
            f"has the columns {','.join(found) or '(none)'}; expected {','.join(header)}.", where=f"{path.name}, line 1"
        )
    return [_line(path.name, rows.line_num, header, cells) for cells in rows if cells]


def _line(file: str, number: int, header: Sequence[str], cells: list[str]) -> Line:
    if len(cells) != len(header):
        raise DataError(
            f"has {len(cells)} cells; expected {len(header)}. Put quotes around a text that holds a comma.",
            where=f"{file}, line {number}",
        )
    return Line(file, number, dict(zip(header, (cell.strip() for cell in cells), strict=True)))


def read_each(
    path: Traversable,
    header: Sequence[str],
    read: Callable[[Line], Row],
    label: Callable[[Line], str] = lambda line: "",
) -> tuple[list[Row], list[str]]:
    """Every line of a file through `read`, and the problems of those for which it raised `ValueError`.

    `label` is what names a line besides its number.
    """
    rows: list[Row] = []
    problems: list[str] = []
    for line in read_lines(path, header):
        try:
            rows.append(read(line))
        except ValueError as error:
            problems.append(line.problem(f"{label(line)}{error}."))
    return rows, problems


def refuse_problems(problems: Iterable[str], remedy: str = "") -> None:
    """Raise one `DataError` with all the problems found in a file, or return when there are none."""
    if found := list(problems):
        raise DataError("\n".join(found), remedy=remedy)


@dataclass(frozen=True)
class Validity:
    """The days a row holds, first and last day within it; `None` is open. Read with `read_validity`."""

    first: date | None
    last: date | None

    @property
    def period(self) -> Period:
        """The same as a half-open period; an open start is the first day of the calendar."""
        return Period.through(self.first or date.min, self.last)


def read_validity(line: Line) -> Validity:
    """Columns `valid_from` and `valid_to` (last day) of a line; a `ValueError` says what is wrong with them."""
    first, last = (_day(line, column) for column in ("valid_from", "valid_to"))
    if last is not None and last < (first or date.min):
        raise ValueError(f"it ends ({last}) before it starts ({first})")
    return Validity(first, last)


def _day(line: Line, column: str) -> date | None:
    text = line.cells[column]
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{column} is {text!r}; expected a day such as 2026-01-31, or nothing") from error


def source_problems(line: Line, validity: Validity) -> list[str]:
    """What is wrong with a line's source and confidence: both must be there, and a regulation must be old enough."""
    source, confidence = line.cells["source"], line.cells["confidence"]
    found = []
    if not source:
        found.append("it has no source")
    if confidence not in CONFIDENCES:
        found.append(f"confidence is {confidence!r}; expected one of {', '.join(CONFIDENCES)}")
    made = _REGULATION.match(source)
    if made and validity.first is not None and validity.first < date.fromisoformat(made[1]):
        found.append(f"it holds from {validity.first}, before its source {made[0]} was made")
    return found

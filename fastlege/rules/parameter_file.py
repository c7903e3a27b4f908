"""Reading `parameters.csv`: each row is checked, and all rows of one parameter against each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib.resources.abc import Traversable
from itertools import groupby, pairwise

from fastlege.kernel.periods import Period
from fastlege.rules.dated_rows import Line, Validity, read_lines, read_validity, refuse_problems, source_problems
from fastlege.rules.units import UNITS, Value

HEADER = ("parameter", "value", "unit", "valid_from", "valid_to", "source", "confidence", "note")
UNKNOWN = "unknown"

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_+-]+)+")


@dataclass(frozen=True)
class ParameterRow:
    """One value of one parameter under one provision.

    `valid_from` and `valid_to` are the first and last day, `None` when open. A row of confidence `unknown` has no
    value: it declares that nobody has found what the value was in its period.
    """

    parameter: str
    value: Value | None
    unit: str
    valid_from: date | None
    valid_to: date | None
    source: str
    confidence: str
    note: str = ""
    line: int = field(default=0, compare=False)

    @cached_property
    def period(self) -> Period:
        """The days it holds, half-open; an open start is the first day of the calendar."""
        return Validity(self.valid_from, self.valid_to).period

    @property
    def is_known(self) -> bool:
        """Whether the row has a value, and does not only declare that none was found."""
        return self.confidence != UNKNOWN


def read_parameters(path: Traversable) -> list[ParameterRow]:
    """All rows of a parameter file, checked; otherwise a `DataError` that names file and line of every problem."""
    problems: list[str] = []
    rows: list[ParameterRow] = []
    for line in read_lines(path, HEADER):
        row, found = _read_row(line)
        problems += [line.problem(text) for text in found]
        rows += [row] if row else []
    problems += [f"{path.name}, line {row.line}: {text}" for row, text in row_conflicts(rows)]
    refuse_problems(problems)
    return rows


def _read_row(line: Line) -> tuple[ParameterRow | None, list[str]]:
    cells = line.cells
    try:
        validity = read_validity(line)
        found = source_problems(line, validity)
        value = _read_value(cells["value"], cells["unit"], cells["confidence"])
    except ValueError as error:
        return None, [f"{cells['parameter']}: {error}."]
    if not _NAME.fullmatch(cells["parameter"]):
        found.append("a name is lower-case words joined by dots")
    if found:
        return None, [f"{cells['parameter']}: {text}." for text in found]
    row = ParameterRow(
        cells["parameter"],
        value,
        cells["unit"],
        validity.first,
        validity.last,
        cells["source"],
        cells["confidence"],
        cells["note"],
        line.number,
    )
    return row, []


def _read_value(text: str, unit: str, confidence: str) -> Value | None:
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit!r}; known are {', '.join(sorted(UNITS))}")
    if (confidence == UNKNOWN) != (not text):
        raise ValueError("a row has a value, or is of confidence unknown: it cannot be neither or both")
    if confidence == UNKNOWN:
        return None
    try:
        return UNITS[unit](text)
    except ValueError as error:
        raise ValueError(f"the value {text!r} is not {error}, which the unit {unit} asks for") from error


def row_conflicts(rows: Iterable[ParameterRow]) -> Iterator[tuple[ParameterRow, str]]:
    """Rows that cannot stand beside the others of their parameter: another unit, an overlap, an undeclared gap.

    Two rows may hold on the same days only when they say the same under different provisions.
    """
    for name, group in groupby(sorted(rows, key=_by_name_and_start), key=lambda row: row.parameter):
        of_name = list(group)
        for row in of_name:
            if row.unit != of_name[0].unit:
                yield row, f"{name}: the unit {row.unit} differs from {of_name[0].unit} in line {of_name[0].line}."
        yield from _overlaps(name, of_name)
        yield from _gaps(name, of_name)


def _by_name_and_start(row: ParameterRow) -> tuple[str, date, int]:
    return row.parameter, row.period.start, row.line


def _overlaps(name: str, rows: Sequence[ParameterRow]) -> Iterator[tuple[ParameterRow, str]]:
    for place, row in enumerate(rows):
        for earlier in rows[:place]:
            same_said_twice = row.value == earlier.value and row.source != earlier.source
            if row.period.overlaps(earlier.period) and not (same_said_twice and row.is_known):
                yield row, f"{name}: it overlaps line {earlier.line}, which holds on some of the same days."


def _gaps(name: str, rows: Sequence[ParameterRow]) -> Iterator[tuple[ParameterRow, str]]:
    covered = rows[0].period.end
    for _, row in pairwise(rows):
        if covered is not None and row.period.start > covered:
            yield (
                row,
                f"{name}: nothing is said of the days from {covered} until it starts ({row.period.start}). "
                "Add a row for them, of confidence unknown if the value was not found.",
            )
        end = row.period.end
        covered = None if covered is None or end is None else max(covered, end)

"""The rulebook: which value a rule parameter had on a day, and by which provision."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from importlib.resources.abc import Traversable
from itertools import groupby
from typing import NoReturn, cast

from fastlege.kernel.errors import DataError
from fastlege.rules.dated_rows import DATA, refuse_problems
from fastlege.rules.parameter_file import ParameterRow, read_parameters, row_conflicts
from fastlege.rules.units import Value

__all__ = ["ParameterRow", "Rulebook", "Value", "load_rulebook"]

FILE = "parameters.csv"
WEIGHTS = "capitation/calibrated-2025.csv"
"""The weights of capitation, rows as any others: a fit to what is published, since the official ones are not."""

_MOST_KEPT = 4096
"""Answers that are remembered: a choice asks for some dozen of the same day, and a simulated life for every day."""


class Rulebook:
    """Dated rule parameters. Asking for a day without a value is an error; nothing is guessed."""

    def __init__(self, rows: Iterable[ParameterRow]) -> None:
        ordered = sorted(rows, key=lambda row: (row.parameter, row.period.start, row.line, row.source))
        self._rows: Mapping[str, tuple[ParameterRow, ...]] = {
            name: tuple(group) for name, group in groupby(ordered, key=lambda row: row.parameter)
        }
        self._holding: dict[tuple[str, date], tuple[ParameterRow, ...]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """All parameters, in alphabetical order."""
        return tuple(self._rows)

    def history(self, name: str) -> tuple[ParameterRow, ...]:
        """All rows of one parameter, oldest first."""
        if name not in self._rows:
            raise DataError(f"{name} is not a rule parameter.", remedy=self._suggestion(name))
        return self._rows[name]

    def rows(self, name: str, *, on: date) -> tuple[ParameterRow, ...]:
        """The rows that hold on a day: one, or several when more than one provision says the same."""
        kept = self._holding.get((name, on))
        if kept is not None:
            return kept
        holding = tuple(row for row in self.history(name) if row.period.contains(on))
        if not holding:
            raise DataError(
                f"{name} has no value on {on}: {self._why_none(name, on)}.",
                remedy=f"Add the row, with its source, to {FILE}.",
            )
        if not holding[0].is_known:
            raise DataError(
                f"{name} has no known value on {on}: {holding[0].note or holding[0].source}.",
                remedy=f"Add the row, with its source, to {FILE}.",
            )
        if len(self._holding) >= _MOST_KEPT:
            self._holding.clear()
        self._holding[name, on] = holding
        return holding

    def row(self, name: str, *, on: date) -> ParameterRow:
        """The row that holds on a day; the first of them when several provisions say the same."""
        return self.rows(name, on=on)[0]

    def value(self, name: str, *, on: date) -> Value:
        """The value on a day, typed by its unit."""
        # Rows without a value are of confidence unknown, and `rows` refuses those.
        return cast(Value, self.row(name, on=on).value)

    def whole(self, name: str, *, on: date) -> int:
        """A value that is a whole number."""
        value = self.value(name, on=on)
        return value if isinstance(value, int) and not isinstance(value, bool) else _other_kind(name, "whole number")

    def decimal(self, name: str, *, on: date) -> Decimal:
        """A value that is a number, exact."""
        value = self.value(name, on=on)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return _other_kind(name, "number")
        return Decimal(value)

    def truth(self, name: str, *, on: date) -> bool:
        """A value that is yes or no."""
        value = self.value(name, on=on)
        return value if isinstance(value, bool) else _other_kind(name, "yes or no")

    def text(self, name: str, *, on: date) -> str:
        """A value that is a word or a text."""
        value = self.value(name, on=on)
        return value if isinstance(value, str) else _other_kind(name, "text")

    def words(self, name: str, *, on: date) -> tuple[str, ...]:
        """A value that is several words."""
        value = self.value(name, on=on)
        return value if isinstance(value, tuple) else _other_kind(name, "several words")

    def digest(self) -> str:
        """SHA-256 over all rows: two rulebooks that say the same have the same digest."""
        total = sha256()
        for row in self._all():
            cells = (row.parameter, row.value, row.unit, row.valid_from, row.valid_to, row.source, row.confidence)
            total.update(json.dumps(cells, default=str).encode() + b"\n")
        return total.hexdigest()

    def with_rows(self, rows: Sequence[ParameterRow]) -> Rulebook:
        """A scenario: the same rules, where the given rows take the place of what held on their days."""
        kept = [
            row for row in self._all() for row in _cut(row, [new for new in rows if new.parameter == row.parameter])
        ]
        combined = [*kept, *rows]
        refuse_problems(text for _, text in row_conflicts(combined))
        return Rulebook(combined)

    def _all(self) -> list[ParameterRow]:
        return [row for group in self._rows.values() for row in group]

    def _why_none(self, name: str, on: date) -> str:
        rows = self._rows[name]
        first = rows[0].period.start
        if on < first:
            return f"its first row starts {first}"
        return f"its last row ended {max(row.valid_to for row in rows if row.valid_to)}"

    def _suggestion(self, name: str) -> str:
        near = get_close_matches(name, self.names, n=3, cutoff=0.6)
        near += [known for known in self.names if name and name in known and known not in near][:3]
        return f"Did you mean {', '.join(near[:3])}?" if near else "`fastlege rules list` shows all names."


def _other_kind(name: str, expected: str) -> NoReturn:
    raise DataError(f"{name} is not a {expected}.", remedy="Ask for it by the kind that its unit has.")


def _cut(row: ParameterRow, news: Sequence[ParameterRow]) -> list[ParameterRow]:
    """What is left of a row outside the days of the new rows."""
    left = [row]
    for new in news:
        left = [piece for old in left for piece in _without(old, new)]
    return left


def _without(old: ParameterRow, new: ParameterRow) -> list[ParameterRow]:
    if not old.period.overlaps(new.period):
        return [old]
    pieces = []
    if new.valid_from is not None and old.period.start < new.valid_from:
        pieces.append(replace(old, valid_to=new.valid_from - timedelta(days=1)))
    if new.valid_to is not None and (old.valid_to is None or old.valid_to > new.valid_to):
        pieces.append(replace(old, valid_from=new.valid_to + timedelta(days=1)))
    return pieces


@cache
def load_rulebook(path: Traversable | None = None) -> Rulebook:
    """The rulebook of a file, or without one the rulebook that the package brings, weights of capitation included."""
    if path is not None:
        return Rulebook(read_parameters(path))
    return Rulebook([*read_parameters(DATA / FILE), *read_parameters(DATA / WEIGHTS)])

"""Which values a program asks for, and a page of them that a next page continues without gap or repeat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from math import isnan

import numpy as np
from numpy.typing import NDArray

from fastlege.figures.catalogue import definitions
from fastlege.web.open_data.reading.cursors import Cursor, Key
from fastlege.web.open_data.reading.store import NO_COUNT, TEXTS, Columns

COLUMNS = ("edition", "as_of", *TEXTS, "value", "numerator", "denominator", "unit", "suppressed", "reason")
FEW_PERSONS, NOTHING_TO_COUNT = "few_persons", "nothing_to_count"
_TOGETHER = 2_000
Rows = NDArray[np.intp]


class WithdrawnError(Exception):
    """An edition that a program was in the middle of is no longer there."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for: in each column one of the texts, or any where the column is not named."""

    texts: Mapping[str, frozenset[str]]

    @property
    def digest(self) -> bytes:
        """The same for the same question, so that a cursor is not used for another one."""
        said = repr([(name, sorted(self.texts[name])) for name in TEXTS if name in self.texts])
        return sha256(said.encode()).digest()[:8]

    def rows(self, columns: Columns, first: int = 0) -> Rows:
        """The rows of an edition that are asked for, from the row `first` on."""
        found = np.ones(columns.rows, np.bool_)
        found[:first] = False
        for name, texts in self.texts.items():
            found &= columns.texts[name].among(texts)
        return np.flatnonzero(found)


@dataclass(frozen=True)
class Page:
    """Some rows of each of some editions, and where the next page begins; no `next` after the last one."""

    parts: tuple[tuple[Columns, Rows], ...]
    editions: tuple[Key, ...]
    """The editions of the whole reading: those that were there when it began."""
    next: Cursor | None


def page_of(
    installed: Sequence[Columns], wanted: Wanted, limit: int, *, editions: Sequence[Key], cursor: Cursor | None
) -> Page:
    """The page that begins at the cursor, or the first page of a reading of `editions`, in their order.

    An edition that is no longer installed is a `WithdrawnError`.
    """
    keys = cursor.editions if cursor else tuple(editions)
    place, first = (cursor.place, cursor.row) if cursor else (0, 0)
    by_key = {columns.key: columns for columns in installed}
    parts: list[tuple[Columns, Rows]] = []
    left = limit
    for at in range(place, len(keys)):
        if keys[at] not in by_key:
            raise WithdrawnError
        columns = by_key[keys[at]]
        rows = wanted.rows(columns, first if at == place else 0)
        if len(rows) > left:
            parts.append((columns, rows[:left]))
            return Page(tuple(parts), keys, Cursor(wanted.digest, keys, at, int(rows[left])))
        parts.append((columns, rows))
        left -= len(rows)
    return Page(tuple(parts), keys, None)


def records(page: Page) -> Iterator[tuple[object, ...]]:
    """The rows of a page, with columns as `COLUMNS`; only some of them are in memory at a time."""
    for columns, rows in page.parts:
        for first in range(0, len(rows), _TOGETHER):
            yield from _some(columns, rows[first : first + _TOGETHER])


def _some(columns: Columns, rows: Rows) -> Iterator[tuple[object, ...]]:
    edition, as_of = str(columns.key), columns.as_of.isoformat()
    texts = [_texts(columns, name, rows) for name in TEXTS]
    values = [_plain(value) for value in columns.value[rows].tolist()]
    counts = [_counts(column[rows]) for column in (columns.numerator, columns.denominator)]
    units = _units(columns, rows)
    hidden = columns.suppressed[rows].tolist()
    reasons = [_reason(value, masked) for value, masked in zip(values, hidden, strict=True)]
    for found in zip(*texts, values, *counts, units, hidden, reasons, strict=True):
        yield (edition, as_of, *found)


def as_objects(page: Page) -> list[dict[str, object]]:
    """The rows of a page by the names of their columns. Written out, since it is where most of the time goes."""
    return [
        {
            "edition": edition,
            "as_of": as_of,
            "figure": figure,
            "level": level,
            "area": area,
            "dimension": dimension,
            "group": group,
            "value": value,
            "numerator": over,
            "denominator": under,
            "unit": unit,
            "suppressed": hidden,
            "reason": reason,
        }
        for edition, as_of, figure, level, area, dimension, group, value, over, under, unit, hidden, reason in records(
            page
        )
    ]


def _plain(value: float) -> float | int | None:
    """A value as people write it: whole numbers without a point."""
    if isnan(value):
        return None
    return int(value) if value.is_integer() else value


def _texts(columns: Columns, name: str, rows: Rows) -> list[str | None]:
    known = [text or None for text in columns.texts[name].texts]
    return [known[number] for number in columns.texts[name].codes[rows].tolist()]


def _units(columns: Columns, rows: Rows) -> list[str]:
    figures = columns.texts["figure"]
    unit = _unit_of_each()
    known = [unit[figure] for figure in figures.texts]
    return [known[number] for number in figures.codes[rows].tolist()]


@cache
def _unit_of_each() -> dict[str, str]:
    return {each.id: each.unit for each in definitions()}


def _counts(found: NDArray[np.int64]) -> list[int | None]:
    return [None if count == NO_COUNT else count for count in found.tolist()]


def _reason(value: float | None, suppressed: bool) -> str | None:
    if suppressed:
        return FEW_PERSONS
    return NOTHING_TO_COUNT if value is None else None

"""Counting the members of every list by cell: the audit trail that every amount is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.periods import years_before
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.capitation.cells import CellScheme

_EPOCH = date(1970, 1, 1)
MEMBERSHIP_COLUMNS = ("person_id", "list_id", "start", "end")
PERSON_COLUMNS = ("person_id", "birth_date", "sex", "gp_use", "municipality")
"""The columns that the counts are made of; the benchmark's limit is to read them."""


@dataclass(frozen=True)
class CellCounts:
    """Members of each list by cell on one day: `counts[i, j]` persons of cell j on `list_ids[i]`."""

    scheme: CellScheme
    list_ids: NDArray[np.int64]
    counts: NDArray[np.int64]

    @property
    def members(self) -> NDArray[np.int64]:
        """Length of each list."""
        return self.counts.sum(axis=1)


def count_members(snapshot: Snapshot, list_ids: NDArray[np.int64], scheme: CellScheme, *, on: date) -> CellCounts:
    """Count the memberships in force on a day by list and cell.

    `list_ids` are the lists in force, in rising order. A member who is not among the persons, stands on a list that
    is not in force, or has a value outside every class is an error: nobody is paid for by guess.
    """
    persons = snapshot.table("persons", PERSON_COLUMNS, as_dictionary=["municipality"])
    towns = snapshot.table("municipalities", ["municipality", "centrality"]).to_pydict()
    centrality = dict(zip(towns["municipality"], towns["centrality"], strict=True))
    memberships = in_force(snapshot.table("memberships", MEMBERSHIP_COLUMNS), on)
    person_ids, outside, unknown = _column(persons, "person_id"), scheme.size, scheme.size + 1
    cells = np.append(cells_of(persons, centrality, scheme, on=on), unknown)
    cells = cells[places(person_ids, _column(memberships, "person_id"))]
    lists = places(list_ids, _column(memberships, "list_id"))
    width = scheme.size + 2
    found = np.bincount(lists.astype(np.int64) * width + cells, minlength=(len(list_ids) + 1) * width)
    table = found.reshape(len(list_ids) + 1, width)
    _refuse(table[:, unknown].sum(), "memberships name persons who are not in the table persons", snapshot)
    _refuse(table[-1].sum(), f"memberships stand on lists that are not in force on {on}", snapshot)
    _refuse(table[:, outside].sum(), "members have an age, sex, use or municipality outside every class", snapshot)
    return CellCounts(scheme, list_ids, table[:-1, : scheme.size])


def in_force(table: pa.Table, on: date) -> pa.Table:
    """The rows whose half-open period (`start`, `end`) contains the day."""
    day = pa.scalar(on, pa.date32())
    end = table["end"]
    if end.null_count == len(end) and not pc.any(pc.greater(table["start"], day)).as_py():
        return table
    running = pc.fill_null(pc.greater(end, day), True)
    return table.filter(pc.and_(pc.less_equal(table["start"], day), running))


def cells_of(
    persons: pa.Table, centrality: Mapping[str, int], scheme: CellScheme, *, on: date
) -> NDArray[np.signedinteger]:
    """The cell of each person on a day; `scheme.size` for one with a value outside every class."""
    # Every part outside adds the whole size, so that the sum cannot fall back among the cells.
    kind: type[np.signedinteger] = np.int16 if scheme.size * (len(scheme.dimensions) + 1) < 2**15 else np.int32
    if not len(persons):
        return np.empty(0, dtype=kind)
    born = _column(persons, "birth_date")
    towns = persons["municipality"].combine_chunks()
    if not pa.types.is_dictionary(towns.type):
        towns = towns.dictionary_encode()
    town_classes = np.array([centrality.get(code, -1) for code in towns.dictionary.to_pylist()], dtype=np.int64)
    parts = {dimension.name: dimension for dimension in scheme.dimensions}

    def add(name: str, values: NDArray[np.int64]) -> NDArray[np.signedinteger]:
        number = parts[name].class_numbers(values)
        return np.where(number < 0, scheme.size, number * scheme.stride(name)).astype(kind)

    first_born = int(born.min())
    cells = add("age", _ages(first_born, int(born.max()), on))[born - first_born]
    for name, column in (("sex", "sex"), ("use", "gp_use")):
        values = _column(persons, column)
        low = int(values.min())
        cells += add(name, np.arange(low, int(values.max()) + 1))[values.astype(np.int32) - low]
    cells += add("centrality", town_classes)[towns.indices.to_numpy()]
    return np.minimum(cells, scheme.size, out=cells)


def places(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int32]:
    """The place of each wanted id among the ids, which rise; `len(ids)` for one that is not among them."""
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.int32)
    first, span = int(ids[0]), int(ids[-1]) - int(ids[0]) + 1
    if span > 4 * len(ids) + 1_000_000 or not len(wanted):
        found = np.searchsorted(ids, wanted).astype(np.int32)
        return np.where(ids[np.minimum(found, len(ids) - 1)] == wanted, found, np.int32(len(ids)))
    table = np.full(span + 1, len(ids), dtype=np.int32)
    table[ids - first] = np.arange(len(ids), dtype=np.int32)
    offset = wanted - first
    if int(offset.min()) < 0 or int(offset.max()) >= span:
        offset = np.where((offset < 0) | (offset >= span), span, offset)
    return table[offset]


def _ages(first: int, last: int, on: date) -> NDArray[np.int64]:
    """The age on a day of those born on each day from `first` to `last` (days since 1970); -1 for the unborn."""
    oldest = on.year - date.fromordinal(_EPOCH.toordinal() + first).year + 1
    # Who is at least n years was born on this day n years ago, or earlier.
    birthdays = [(years_before(on, n) - _EPOCH).days for n in range(max(oldest, 0), -1, -1)]
    later_birthdays = np.searchsorted(birthdays, np.arange(first, last + 1), side="left")
    return len(birthdays) - 1 - later_birthdays


def _column(table: pa.Table, name: str) -> NDArray:
    column = table[name].combine_chunks()
    return (column.cast(pa.int32()) if pa.types.is_date32(column.type) else column).to_numpy()


def _refuse(number: int, what: str, snapshot: Snapshot) -> None:
    if number:
        raise DataError(
            f"{number} {what}.", where=str(snapshot.folder), remedy="Nothing was paid. Correct the snapshot first."
        )

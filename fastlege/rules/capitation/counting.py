"""Counting the members of every list by cell: the audit trail that every amount is made of.

The work goes block by block, so that what is being worked on stays in the processor's cache, on all processors.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.periods import years_before
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import Reason
from fastlege.rules.capitation.cells import CellScheme
from fastlege.rules.capitation.lookup import Ints, Lookup

_EPOCH = date(1970, 1, 1)
_BLOCK = 1 << 17
MEMBERSHIP_COLUMNS = ("person_id", "list_id", "start", "end")
PERSON_COLUMNS = ("person_id", "birth_date", "sex", "gp_use", "municipality", "basic_unit")
"""The columns that the counts are made of; the benchmark's limit is to read them."""


@dataclass(frozen=True)
class ClassesOfUnits:
    """The class of each basic unit, from 1 to `number`: what is told of a resident by where they live."""

    number: int
    by_unit: Mapping[str, int]


@dataclass(frozen=True)
class CellCounts:
    """Members of each list by cell on one day: `counts[i, j]` persons of cell j on `list_ids[i]`.

    `by_class[i, k]` are those of class k + 1 of the basic units, where the units have classes, and `newcomers[i]`
    those who came to the country within a number of months, where that is asked for.
    """

    scheme: CellScheme
    list_ids: NDArray[np.int64]
    counts: NDArray[np.int64]
    by_class: NDArray[np.int64] | None = None
    newcomers: NDArray[np.int64] | None = None

    @property
    def members(self) -> NDArray[np.int64]:
        """Length of each list."""
        return self.counts.sum(axis=1)


def count_members(
    snapshot: Snapshot,
    list_ids: NDArray[np.int64],
    scheme: CellScheme,
    *,
    on: date,
    classes: ClassesOfUnits | None = None,
    newcomers_since: date | None = None,
) -> CellCounts:
    """Count the memberships in force on a day by list and cell, and by the class of the members' basic units.

    `list_ids` are the lists in force, in rising order. A member who is not among the persons, stands on a list that
    is not in force, or has a value outside every class is an error: nobody is paid for by guess.
    """
    persons = snapshot.table(
        "persons", PERSON_COLUMNS if classes else PERSON_COLUMNS[:-1], as_dictionary=["municipality", "basic_unit"]
    )
    towns = snapshot.table("municipalities", ["municipality", "centrality"]).to_pydict()
    centrality = dict(zip(towns["municipality"], towns["centrality"], strict=True))
    # After the cells come one for values outside every class, and one for persons who are not there.
    outside, unknown, width = scheme.size, scheme.size + 1, scheme.size + 2
    person_ids = persons["person_id"].to_numpy()
    cell_of = Lookup(person_ids, cells_of(persons, centrality, scheme, on=on), missing=unknown)
    memberships = snapshot.table("memberships", [*MEMBERSHIP_COLUMNS, *(["begin_reason"] if newcomers_since else [])])
    # Row 0 takes what is not in force, the last row what is on an unknown list.
    rows = len(list_ids) + 2
    row_of = Lookup(list_ids, np.arange(1, rows - 1), missing=rows - 1)
    row_of_member = _rows(memberships, row_of, on=on)
    table = _counted(memberships, row_of_member, cell_of, rows, width)[1:]
    _refuse(table[:, unknown].sum(), "memberships name persons who are not in the table persons", snapshot)
    _refuse(table[-1].sum(), f"memberships stand on lists that are not in force on {on}", snapshot)
    _refuse(table[:, outside].sum(), "members have an age, sex, use or municipality outside every class", snapshot)
    by_class = newcomers = None
    if classes:
        # Class 0 is none.
        class_of = Lookup(person_ids, _classes_of(persons, classes), missing=0)
        found = _counted(memberships, row_of_member, class_of, rows, classes.number + 1)[1:-1]
        _refuse(found[:, 0].sum(), "members live in basic units without a socio-economic class", snapshot)
        by_class = found[:, 1:]
    if newcomers_since:
        newcomers = np.bincount(row_of_member[_came_since(memberships, newcomers_since)], minlength=rows)[1:-1]
    return CellCounts(scheme, list_ids, table[:-1, : scheme.size], by_class, newcomers)


def in_force(table: pa.Table, on: date) -> pa.Table:
    """The rows whose half-open period (`start`, `end`) contains the day."""
    return table.filter(pa.array(_is_in_force(table["start"], table["end"], on)))


def cells_of(persons: pa.Table, centrality: Mapping[str, int], scheme: CellScheme, *, on: date) -> Ints:
    """The cell of each person on a day; `scheme.size` for one with a value outside every class."""
    # Every part outside adds the whole size, so that the sum cannot fall back among the cells.
    kind: type[np.signedinteger] = np.int16 if scheme.size * (len(scheme.dimensions) + 1) < 2**15 else np.int32
    parts = {dimension.name: dimension for dimension in scheme.dimensions}

    def part(name: str, values: NDArray[np.integer]) -> Ints:
        number = parts[name].class_numbers(values)
        return np.where(number < 0, scheme.size, number * scheme.stride(name)).astype(kind)

    # A table for each dimension: age by birth day, sex and use by every value that their columns can hold.
    first, last = _birth_days(persons)
    by_birth_day = part("age", _ages(first, last, on))
    by_sex = part("sex", np.arange(2**8, dtype=np.uint8).view(np.int8))
    by_use = part("use", np.arange(2**16, dtype=np.uint16).view(np.int16))
    cells = np.empty(len(persons), dtype=kind)

    def fill(block: pa.RecordBatch, own: slice) -> None:
        town = block["municipality"].dictionary_encode()
        by_town = part("centrality", np.array([centrality.get(code, -1) for code in town.dictionary.to_pylist()]))
        found = _taken(by_birth_day, block["birth_date"].cast(pa.int32()).to_numpy() - first)
        found += _taken(by_sex, block["sex"].to_numpy().view(np.uint8))
        found += _taken(by_use, block["gp_use"].to_numpy().view(np.uint16))
        found += _taken(by_town, town.indices.to_numpy())
        np.minimum(found, scheme.size, out=cells[own])

    _each_block(persons, fill)
    return cells


def _rows(memberships: pa.Table, row_of: Lookup, *, on: date) -> NDArray[np.int32]:
    """For each membership the row of its list in the tables of counts; 0 when it is not in force."""
    rows = np.empty(len(memberships), dtype=np.int32)

    def fill(block: pa.RecordBatch, own: slice) -> None:
        rows[own] = row_of(block["list_id"].to_numpy()) * _is_in_force(block["start"], block["end"], on)

    _each_block(memberships, fill)
    return rows


def _counted(
    memberships: pa.Table, row_of_member: NDArray[np.int32], value_of: Lookup, rows: int, width: int
) -> NDArray[np.int64]:
    """How many memberships there are by row and the value, below `width`, that their person has."""
    keys = np.empty(len(memberships), dtype=np.int64)

    def fill(block: pa.RecordBatch, own: slice) -> None:
        np.multiply(row_of_member[own], width, out=keys[own], dtype=np.int64)
        keys[own] += value_of(block["person_id"].to_numpy())

    _each_block(memberships, fill)
    return np.bincount(keys, minlength=rows * width).reshape(rows, width)


def _classes_of(persons: pa.Table, classes: ClassesOfUnits) -> NDArray[np.int8]:
    """The class of each person's basic unit; 0 for a unit without one."""
    found = np.empty(len(persons), dtype=np.int8)

    def fill(block: pa.RecordBatch, own: slice) -> None:
        units = block["basic_unit"]
        by_place = np.array([classes.by_unit.get(unit, 0) for unit in units.dictionary.to_pylist()], dtype=np.int8)
        found[own] = _taken(by_place, units.indices.to_numpy())

    _each_block(persons, fill)
    return found


def _came_since(memberships: pa.Table, since: date) -> NDArray[np.bool_]:
    came = pc.and_(
        pc.equal(memberships["begin_reason"], Reason.IMMIGRATION.value), pc.greater(memberships["start"], since)
    )
    return came.to_numpy()


def _each_block(table: pa.Table, work: Callable[[pa.RecordBatch, slice], None]) -> None:
    """Do the work for each block and the rows it has in the whole, on all processors: NumPy lets them run at once."""
    blocks = table.to_batches(_BLOCK)
    ends = np.cumsum([0] + [len(block) for block in blocks]).tolist()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(work, blocks, map(slice, ends, ends[1:])):
            pass


def _taken(table: Ints, places: NDArray[np.integer]) -> Ints:
    # The places are known to lie in the table; clipping them is faster than checking them.
    return table.take(places, mode="clip")


def _is_in_force(start: pa.Array, end: pa.Array, on: date) -> NDArray[np.bool_]:
    # Three times as fast as comparing in Arrow, where most rows have no end.
    day, never = (on - _EPOCH).days, np.iinfo(np.int32).max
    ends = end.cast(pa.int32()).fill_null(never).to_numpy()
    return (start.cast(pa.int32()).to_numpy() <= day) & (ends > day)


def _birth_days(persons: pa.Table) -> tuple[int, int]:
    """The first and last birth day, in days since 1970."""
    ends = pc.min_max(persons["birth_date"]).as_py()
    return ((ends["min"] or _EPOCH) - _EPOCH).days, ((ends["max"] or _EPOCH) - _EPOCH).days


def _ages(first: int, last: int, on: date) -> NDArray[np.int64]:
    """The age on a day of those born on each day from `first` to `last` (days since 1970); -1 for the unborn."""
    oldest = on.year - date.fromordinal(_EPOCH.toordinal() + first).year + 1
    # Who is at least n years was born on this day n years ago, or earlier.
    birthdays = [(years_before(on, n) - _EPOCH).days for n in range(max(oldest, 0), -1, -1)]
    later_birthdays = np.searchsorted(birthdays, np.arange(first, last + 1), side="left")
    return len(birthdays) - 1 - later_birthdays


def _refuse(number: int, what: str, snapshot: Snapshot) -> None:
    if number:
        raise DataError(
            f"{number} {what}.", where=str(snapshot.folder), remedy="Nothing was paid. Correct the snapshot first."
        )

"""Parts of expressions that are made sooner from the columns than by DuckDB: the same rows, as a table in their place.

Their definition is the Ibis expression in `bases`; tests hold the two against each other. An engine that is given runs
the expressions as they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.expr.operations import Relation
from numpy.typing import NDArray

from fastlege.figures.bases.lists import lengths
from fastlege.figures.bases.people import unplaced_facts
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot

_LISTS, _PERSONS = 1 << 22, 1 << 26
"""Numbers of lists and persons below these are positions in a column; wider ones are left to the engine."""
_THREADS = 2


@lru_cache(maxsize=256)
def shortened(operation: Relation, on: date, name: str) -> Relation:
    """An expression with a table of a shortcut's name in the place of the part that it stands for."""
    part = SHORTCUTS[name].part(on)
    return operation.replace({part.op(): ibis.table(part.schema(), name=name).op()})


def lengths_of_lists(snapshot: Snapshot) -> pa.Table | None:
    """The members of each list on the day, as the expression counts them; None where lists are numbered too widely."""
    path = snapshot.path("memberships")
    with _damage_told(path):
        metadata = pq.read_metadata(path)
        groups = _groups(metadata)
        size = _size(metadata, groups, "list_id", _LISTS)
        if size is None:
            return None

        def counted(group: int) -> NDArray[np.int64]:
            return _of_group(_opened(path, metadata), group, snapshot.as_of, size)

        # The reading lets go of the interpreter, so that two threads share the work.
        with ThreadPoolExecutor(_THREADS) as pool:
            found = sum(pool.map(counted, groups), np.zeros(size, np.int64))
    some = np.flatnonzero(found)
    return pa.table({"list_id": some, "length": found[some]})


def homes_of_unplaced(snapshot: Snapshot) -> pa.Table | None:
    """Where the unplaced live, as the expression finds it; None where persons are numbered too widely.

    Few are unplaced: the others need not be joined, only passed over.
    """
    path = snapshot.path("persons")
    unplaced = snapshot.table("unplaced", ["person_id", "since"])
    numbers = unplaced["person_id"].filter(pc.less_equal(unplaced["since"], snapshot.as_of)).to_numpy()
    with _damage_told(path):
        metadata = pq.read_metadata(path)
        groups = _groups(metadata)
        size = _size(metadata, groups, "person_id", _PERSONS)
        if size is None:
            return None
        wanted = np.zeros(size, np.bool_)
        wanted[numbers[(numbers >= 0) & (numbers < size)]] = True

        def found(group: int) -> pa.Table:
            return _rows_of(_opened(path, metadata), group, wanted)

        with ThreadPoolExecutor(_THREADS) as pool:
            return pa.concat_tables([_NOBODY, *pool.map(found, groups)])


_NOBODY = pa.table({"person_id": pa.array([], pa.int64()), "municipality": pa.array([], pa.string())})


def _rows_of(file: pq.ParquetFile, group: int, wanted: NDArray[np.bool_]) -> pa.Table:
    rows, numbers = _found(file, group, wanted)
    if not len(rows):
        return _NOBODY
    municipality = file.read_row_group(group, columns=["municipality"], use_threads=False)["municipality"]
    return pa.table({"person_id": numbers, "municipality": municipality.take(rows).cast(pa.string())})


def _found(file: pq.ParquetFile, group: int, wanted: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """The rows of a group with wanted persons, and their numbers."""
    told = _statistics(file.metadata, group, "person_id")
    # By the contract of snapshots numbers are unique and sorted: where none is left out, each is in its place unread.
    if told.max - told.min + 1 == file.metadata.row_group(group).num_rows:
        rows = np.flatnonzero(wanted[told.min : told.max + 1])
        return rows, rows + told.min
    numbers = file.read_row_group(group, columns=["person_id"], use_threads=False)["person_id"].to_numpy()
    rows = np.flatnonzero(wanted[numbers])
    return rows, numbers[rows]


@dataclass(frozen=True)
class Shortcut:
    """A part of expressions, and the same rows from the columns; None where they cannot be had so."""

    part: Callable[[date], ibis.Table]
    made: Callable[[Snapshot], pa.Table | None]


SHORTCUTS = {
    "lengths_of_lists": Shortcut(lengths, lengths_of_lists),
    "homes_of_unplaced": Shortcut(unplaced_facts, homes_of_unplaced),
}
"""All of them by the name of the table that stands for the part."""


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(
            f"cannot be counted ({' '.join(str(error).split())}).",
            where=str(path),
            remedy="Build or export the snapshot again.",
        ) from error


def _groups(metadata: pq.FileMetaData) -> list[int]:
    return [group for group in range(metadata.num_row_groups) if metadata.row_group(group).num_rows]


def _opened(path: Path, metadata: pq.FileMetaData) -> pq.ParquetFile:
    words = [name for name in ("municipality",) if name in metadata.schema.names]
    return pq.ParquetFile(path, metadata=metadata, read_dictionary=words, page_checksum_verification=True)


def _size(metadata: pq.FileMetaData, groups: Sequence[int], column: str, widest: int) -> int | None:
    """One more than the highest number, by the statistics of the file; None where numbers are not small."""
    numbers = [_statistics(metadata, group, column) for group in groups]
    if any(each is None or each.min < 0 or each.max >= widest for each in numbers):
        return None
    return max((each.max for each in numbers), default=-1) + 1


def _statistics(metadata: pq.FileMetaData, group: int, column: str) -> Any:
    found = metadata.row_group(group).column(metadata.schema.names.index(column)).statistics
    return found if found is not None and found.has_min_max else None


def _of_group(file: pq.ParquetFile, group: int, on: date, size: int) -> NDArray[np.int64]:
    begun = _statistics(file.metadata, group, "start")
    all_begun = begun is not None and begun.max <= on
    columns = ["list_id", "end"] if all_begun else ["list_id", "end", "start"]
    part = file.read_row_group(group, columns=columns, use_threads=False)
    day = (on - date(1970, 1, 1)).days
    outside = _known(part["end"]) & (_days(part["end"]) <= day)
    if not all_begun:
        outside |= _days(part["start"]) > day
    lists = part["list_id"].to_numpy()
    # Nearly all run: to take away the few others is less work than to choose.
    return np.bincount(lists, minlength=size) - np.bincount(lists[np.flatnonzero(outside)], minlength=size)


def _days(column: pa.ChunkedArray) -> NDArray[np.int32]:
    """The days of a column since 1970, anything where it has none."""
    parts = [np.frombuffer(part.buffers()[1], np.int32)[part.offset :][: len(part)] for part in column.chunks]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _known(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Where a column has a value: the bits are read as they lie, an Arrow array of truths takes four times as long."""
    parts = [
        np.ones(len(part), np.uint8)
        if part.buffers()[0] is None
        else np.unpackbits(np.frombuffer(part.buffers()[0], np.uint8), bitorder="little")[part.offset :][: len(part)]
        for part in column.chunks
    ]
    return (parts[0] if len(parts) == 1 else np.concatenate(parts)).view(np.bool_)

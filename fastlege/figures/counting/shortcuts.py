"""Parts of expressions that are made sooner from the columns than by DuckDB: the same rows, as a table in their place.

Their definition is the Ibis expression in `bases`; tests hold the two against each other. An engine that is given runs
the expressions as they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import lru_cache
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.operations import Relation
from numpy.typing import NDArray

from fastlege.figures.bases.lists import lengths
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot

LENGTHS = "lengths_of_lists"
"""The name of the table that stands for `bases.lists.lengths`."""

_WIDEST = 1 << 22
_THREADS = 2


@lru_cache(maxsize=256)
def shortened(operation: Relation, on: date) -> Relation:
    """An expression with the table `LENGTHS` in the place of the members of each list."""
    part = lengths(on)
    return operation.replace({part.op(): ibis.table(part.schema(), name=LENGTHS).op()})


def lengths_of_lists(snapshot: Snapshot) -> pa.Table | None:
    """The members of each list on the day, as the expression counts them; None where lists are numbered too widely."""
    path = snapshot.path("memberships")
    try:
        metadata = pq.read_metadata(path)
        groups = [group for group in range(metadata.num_row_groups) if metadata.row_group(group).num_rows]
        size = _size(metadata, groups)
        if size is None:
            return None

        def counted(group: int) -> NDArray[np.int64]:
            file = pq.ParquetFile(path, metadata=metadata, page_checksum_verification=True)
            return _of_group(file, group, snapshot.as_of, size)

        # The reading lets go of the interpreter, so that two threads share the work.
        with ThreadPoolExecutor(_THREADS) as pool:
            found = sum(pool.map(counted, groups), np.zeros(size, np.int64))
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(
            f"cannot be counted ({' '.join(str(error).split())}).",
            where=str(path),
            remedy="Build or export the snapshot again.",
        ) from error
    some = np.flatnonzero(found)
    return pa.table({"list_id": some, "length": found[some]})


def _size(metadata: pq.FileMetaData, groups: Sequence[int]) -> int | None:
    """One more than the highest number of a list, by the statistics of the file; None where numbers are not small."""
    numbers = [_statistics(metadata, group, "list_id") for group in groups]
    if any(each is None or each.min < 0 or each.max >= _WIDEST for each in numbers):
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

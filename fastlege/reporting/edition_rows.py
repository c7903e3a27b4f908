"""Rows of an edition found by their keys: only what a page asks for is made from the columns."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Key = tuple[str, ...]


class Runs:
    """The rows of a table by some of its text columns, where rows of one key stand together in one run or a few."""

    def __init__(self, table: pa.Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> None:
        self._table = table.select(columns)
        self._runs: dict[Key, list[tuple[int, int]]] = defaultdict(list)
        if not table.num_rows:
            return
        codes = [_codes(table[name]) for name in keys]
        changes = np.flatnonzero(np.logical_or.reduce([np.diff(each) != 0 for each, _ in codes])) + 1
        for start, end in zip([0, *changes.tolist()], [*changes.tolist(), table.num_rows], strict=True):
            self._runs[tuple(names[each[start]] for each, names in codes)].append((start, end))

    def rows(self, *key: str) -> list[tuple[object, ...]]:
        """The rows of a key in the order of the table, with the columns asked for."""
        found: list[tuple[object, ...]] = []
        for start, end in self._runs.get(key, ()):
            part = self._table.slice(start, end - start)
            found += zip(*(column.to_pylist() for column in part.columns), strict=True)
        return found

    def first(self, key: Key, column: str, value: str) -> tuple[object, ...] | None:
        """The first row of a key with a value in a column; the others are not made."""
        for start, end in self._runs.get(key, ()):
            part = self._table.slice(start, end - start)
            at = pc.index(part[column], value).as_py()
            if at >= 0:
                return tuple(each[at].as_py() for each in part.columns)
        return None

    def distinct(self) -> list[Key]:
        """Every key that has rows, in the order in which they come first."""
        return list(self._runs)


def _codes(column: pa.ChunkedArray) -> tuple[np.ndarray[tuple[int], np.dtype[np.int32]], list[str]]:
    encoded = pc.dictionary_encode(column.combine_chunks())
    return encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist()

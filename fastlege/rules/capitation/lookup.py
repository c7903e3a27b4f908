"""Looking numbers up by id, for millions of ids at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.signedinteger]


class Lookup:
    """The value of each id. The ids rise; an id that is not among them has the value `missing`.

    Ids that lie close, as a register's do, become an index into one table; scattered ones are searched for.
    """

    def __init__(self, ids: Ints, values: Ints, *, missing: int) -> None:
        self._ids, self._values = ids, np.append(values, values.dtype.type(missing))
        self._first = int(ids[0]) if len(ids) else 0
        self._span = int(ids[-1]) - self._first + 1 if len(ids) else 0
        self._is_dense = self._span <= 4 * len(ids) + 1_000_000
        if self._is_dense and self._span != len(ids):
            self._values = np.full(self._span + 1, missing, dtype=values.dtype)
            self._values[ids - self._first] = values

    def __call__(self, wanted: Ints) -> Ints:
        """The values of the wanted ids."""
        if not self._is_dense:
            found = np.searchsorted(self._ids, wanted)
            known = self._ids[np.minimum(found, len(self._ids) - 1)] == wanted
            return self._values[np.where(known, found, len(self._ids))]
        offset = wanted - self._first
        if len(offset) and (int(offset.min()) < 0 or int(offset.max()) >= self._span):
            offset = np.where((offset < 0) | (offset >= self._span), self._span, offset)
        return self._values.take(offset, mode="clip")  # All offsets are within; clipping is faster than checking.

"""Tying each membership to the one before it, as rows pass by on their way into the register."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fastlege.kernel.errors import DataError

_EPOCH = date(1970, 1, 1)
_NO_DAY = pa.scalar(None, pa.int32())


class Links:
    """Adds the register's columns to memberships that come by person and start, and counts the lists' lengths."""

    def __init__(self, path: Path, as_of: date) -> None:
        self.lengths: Counter[int] = Counter()
        self._path = path
        self._as_of = pa.scalar((as_of - _EPOCH).days, pa.int32())
        self._last_person = -1
        self._last_end = pa.nulls(1, pa.int32())

    def widen(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with `previous_end`, `known_on` and `end_known_on`.

        A row that begins, or an end that lies, after the day of the snapshot is known from that day on: it came with
        the snapshot. Otherwise a membership is known from its start, and its end from that day.
        """
        starts, ends = batch["start"].cast(pa.int32()), batch["end"].cast(pa.int32())
        added = {
            "previous_end": self._previous_ends(batch["person_id"].to_numpy(), ends),
            "known_on": pc.if_else(pc.greater(starts, self._as_of), self._as_of, _NO_DAY),
            "end_known_on": pc.if_else(pc.fill_null(pc.greater(ends, self._as_of), False), self._as_of, _NO_DAY),
        }
        lists, members = np.unique(batch["list_id"].filter(ends.is_null()).to_numpy(), return_counts=True)
        self.lengths.update(dict(zip(lists.tolist(), members.tolist(), strict=True)))
        for column, days in added.items():
            batch = batch.append_column(column, days.cast(pa.date32()))
        return batch

    def _previous_ends(self, persons: np.ndarray, ends: pa.Array) -> pa.Array:
        if not len(persons):
            return ends
        before = np.concatenate([[self._last_person], persons[:-1]])
        if (persons < before).any():
            raise DataError(
                "memberships are not sorted by person.", where=str(self._path), remedy="Build the snapshot again."
            )
        ends_before = pa.concat_arrays([self._last_end, ends.slice(0, len(ends) - 1)])
        self._last_person, self._last_end = int(persons[-1]), ends.slice(len(ends) - 1)
        return pc.if_else(pa.array(persons == before), ends_before, _NO_DAY)

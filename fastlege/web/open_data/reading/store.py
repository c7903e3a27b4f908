"""The values of the installed editions as columns in memory: about two megabytes for the whole nation.

Each edition is read once in each process, when it is first asked for or has been changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fastlege.figures.levels import Level, Words
from fastlege.reporting.edition import AREAS, FIGURES, GROUPS, META, Edition
from fastlege.web.open_data.reading.cursors import Key

NO_COUNT = np.iinfo(np.int64).min
"""Stands where a count is not given."""
_COLUMNS = ["figure", "level", "area", "numerator", "denominator", "value", "suppressed"]
TEXTS = ("figure", "level", "area", "dimension", "group")


@dataclass(frozen=True)
class Coded:
    """A column of texts: each different one once, and the number of it in each row."""

    texts: tuple[str, ...]
    codes: NDArray[np.int32]

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each text."""
        return {text: number for number, text in enumerate(self.texts)}

    def among(self, wanted: frozenset[str]) -> NDArray[np.bool_]:
        """Which rows have one of the texts."""
        found = np.zeros(len(self.codes), np.bool_)
        for text in wanted & self.numbers.keys():
            found |= self.codes == self.numbers[text]
        return found


@dataclass(frozen=True)
class Columns:
    """One edition's values in the order of its files, and what it says of itself."""

    key: Key
    meta: Mapping[str, str]
    written: float
    texts: Mapping[str, Coded]
    """The columns `TEXTS`; dimension and group are empty for a whole figure."""
    value: NDArray[np.float64]
    numerator: NDArray[np.int64]
    denominator: NDArray[np.int64]
    suppressed: NDArray[np.bool_]
    names: Mapping[tuple[str, str], Words]
    """The name of each area, by level and code."""

    @property
    def as_of(self) -> date:
        """The day that the values hold for."""
        return self.key.as_of

    @property
    def rows(self) -> int:
        """How many values there are."""
        return len(self.value)


_known: WeakKeyDictionary[Edition, Columns] = WeakKeyDictionary()
_reading = Lock()


def columns_of(edition: Edition) -> Columns:
    """The columns of an edition; made once, and forgotten with it."""
    with _reading:
        if edition not in _known:
            _known[edition] = _read(edition)
        return _known[edition]


def _read(edition: Edition) -> Columns:
    table, folder = _whole_and_groups(edition), edition.folder
    files = [folder / name for name in (META, FIGURES, GROUPS, AREAS)]
    digest = sha256(b"".join(path.read_bytes() for path in files if path.exists())).digest()
    return Columns(
        Key(edition.as_of, digest[:4]),
        edition.meta,
        (folder / META).stat().st_mtime,
        {name: _coded(table, name) for name in TEXTS},
        pc.fill_null(table["value"], float("nan")).to_numpy(),
        _counts(table, "numerator"),
        _counts(table, "denominator"),
        table["suppressed"].to_numpy(),
        {(level.value, area.code): area.name for level in Level for area in edition.areas(level)},
    )


def _whole_and_groups(edition: Edition) -> pa.Table:
    """The values of whole figures, and then those by group."""
    whole = edition.table.select(_COLUMNS)
    if not edition.groups.num_rows:
        return whole
    groups = edition.groups.select([*_COLUMNS, "dimension", "group"])
    return pa.concat_tables([whole, groups], promote_options="default").combine_chunks()


def _coded(table: pa.Table, name: str) -> Coded:
    if name not in table.column_names:
        return Coded(("",), np.zeros(table.num_rows, np.int32))
    texts = pc.fill_null(table[name], "").combine_chunks()
    column = pa.chunked_array([texts], pa.string()).dictionary_encode().chunk(0)
    return Coded(tuple(column.dictionary.to_pylist()), column.indices.to_numpy(zero_copy_only=False))


def _counts(table: pa.Table, name: str) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = pc.fill_null(table[name], NO_COUNT).to_numpy()
    return counts

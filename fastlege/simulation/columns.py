"""Columns of snapshot tables from arrays of places, codes and days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

NO_DAY = np.iinfo(np.int32).min


def words(places: NDArray, vocabulary: Sequence[str] | pa.Array) -> pa.Array:
    """A column of text from places in a vocabulary."""
    values = vocabulary if isinstance(vocabulary, pa.Array) else pa.array(vocabulary, pa.string())
    return values.take(pa.array(places))


def days(values: NDArray[np.int32]) -> pa.Array:
    """A column of days from days since 1970."""
    return pa.array(values.astype(np.int32, copy=False)).view(pa.date32())


def days_or_none(values: NDArray[np.int32]) -> pa.Array:
    """A column of days where `NO_DAY` means none."""
    return pa.array(values.astype(np.int32, copy=False), mask=values == NO_DAY).view(pa.date32())


def ids_or_none(values: NDArray[np.int64]) -> pa.Array:
    """A column of ids where anything below 1 means none."""
    return pa.array(values.astype(np.int64, copy=False), mask=values < 1)

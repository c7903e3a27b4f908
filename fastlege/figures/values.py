"""From whole-number measures to the values that are shown: the only place where a figure is rounded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastlege.figures.catalogue import Definition
from fastlege.kernel.money import divide_half_up_columns

Counts = NDArray[np.int64]


def numerators(definition: Definition, counts: Counts) -> Counts:
    """The numerators as shown: never below zero where the definition says so."""
    return np.maximum(counts, 0) if definition.floor_at_zero else counts


def values(definition: Definition, numerator: Counts, denominator: Counts | None) -> NDArray[np.float64]:
    """The values, rounded exactly, halves away from zero; NaN where the denominator is nought."""
    if denominator is None:
        return numerator.astype(np.float64)
    steps = 10**definition.decimals
    countable = np.where(denominator > 0, denominator, 1)
    rounded = divide_half_up_columns(numerator * (definition.scale * steps), countable) / steps
    return np.where(denominator > 0, rounded, np.nan)

"""From whole-number measures to the values that are shown: the only place where a figure is rounded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastlege.figures.catalogue import Definition
from fastlege.figures.prices import SAME
from fastlege.kernel.money import divide_half_up, divide_half_up_columns

Counts = NDArray[np.int64]


def numerators(definition: Definition, counts: Counts) -> Counts:
    """The numerators as shown: never below zero where the definition says so."""
    return np.maximum(counts, 0) if definition.floor_at_zero else counts


def values(
    definition: Definition, numerator: Counts, denominator: Counts | None, level: int = SAME
) -> NDArray[np.float64]:
    """The values, rounded exactly, halves away from zero; NaN where the denominator is nought.

    `level` is that of the year's prices, for a figure in fixed prices.
    """
    if denominator is None and definition.divisor == 1 and not definition.fixed_prices:
        return numerator.astype(np.float64)
    steps = 10**definition.decimals
    below = (np.ones_like(numerator) if denominator is None else denominator) * definition.divisor
    above = numerator * (definition.scale * steps)
    if definition.fixed_prices and level != SAME:
        return _exact(above, below, level, steps)
    countable = np.where(below > 0, below, 1)
    rounded = divide_half_up_columns(above, countable) / steps
    return np.where(below > 0, rounded, np.nan)


def _exact(above: Counts, below: Counts, level: int, steps: int) -> NDArray[np.float64]:
    """In fixed prices numbers grow beyond what columns hold; there are few of them."""
    pairs = zip(above.tolist(), below.tolist(), strict=True)
    return np.array([divide_half_up(up * SAME, down * level) / steps if down > 0 else np.nan for up, down in pairs])

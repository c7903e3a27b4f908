"""Learning at which shares of the curves the ends of an interval must lie to hold four times of five in each group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fastlege.planning.waits.curves import NEVER, Quantiles, Shares, quantiles_of
from fastlege.planning.waits.levels import POSITIONS, Levels, same_for_all
from fastlege.planning.waits.scores import GROUPS
from fastlege.simulation.waits.coverage import Score, score, told

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_OUTSIDE, _ABOVE_AT_ONCE = 0.1, 0.2
_LOW = tuple(np.arange(3, 21) / 100)
_HIGH = tuple(np.arange(76, 99) / 100)
"""Levels to choose from; such that low, median and high are in order by themselves."""
ENOUGH = 300
"""Places told an interval with both ends that it takes to learn a level from."""


def learn_levels(curve: Shares, size: Ints, position: Ints, rounds: Ints, given: Flags) -> Levels:
    """Levels from followed places: the curve of each, size group and class of place in line, and what became of it.

    A group with too few places keeps the tenth at each end. The low level never falls along the line, so that further
    back is never an earlier low end.
    """
    found = same_for_all()
    for i in range(len(GROUPS)):
        for j in range(len(POSITIONS)):
            rows = np.flatnonzero((size == i) & (position == j))
            if len(rows):
                mine = _levels(curve[rows], rounds[rows], given[rows])
                for table, level in zip(vars(found).values(), mine, strict=True):
                    table[i, j] = level
    return replace(found, low=np.maximum.accumulate(found.low, axis=1))


def _levels(curve: Shares, rounds: Ints, given: Flags) -> tuple[float, float, float]:
    """The low level first, then the high one of those who have something below, then that of the others."""

    def scored(low: float, high: float, *, at_once: bool) -> Score | None:
        said = quantiles_of(curve, Levels(*(np.full(len(curve), level) for level in (low, high, high))))
        judged = _judged(said, at_once=at_once)
        return score(told(curve, said, rounds, given).only(judged)) if judged.sum() >= ENOUGH else None

    low = _nearest(_LOW, lambda level: scored(level, 0.9, at_once=False), "below", _OUTSIDE, 0.1)
    high = _nearest(_HIGH, lambda level: scored(low, level, at_once=False), "above", _OUTSIDE, 0.9)
    at_once = _nearest(_HIGH, lambda level: scored(low, level, at_once=True), "above", _ABOVE_AT_ONCE, 0.8)
    return low, high, at_once


def _judged(said: Quantiles, *, at_once: bool) -> Flags:
    """The places told both ends that begin with the very next round, or those that do not."""
    return np.asarray((said.high != NEVER) & ((said.low == 1) == at_once), np.bool_)


def _nearest(
    levels: tuple[float, ...], at: Callable[[float], Score | None], end: str, target: float, usual: float
) -> float:
    """The level at which the share outside comes nearest to its target; the usual one where too few are told."""
    found = [(abs(getattr(seen, end) - target), level) for level in levels if (seen := at(level)) is not None]
    return min(found)[1] if found else usual

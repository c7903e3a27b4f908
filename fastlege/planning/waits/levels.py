"""At which shares of the curves the ends of an interval lie, by size of municipality and place in line.

The curves are right on average at each score; but the waits of those near the front spread more than the curves say,
and of those far back less. So each group has levels of its own, learnt so that the intervals hold four times of five in
it. The median is no matter of levels, and so further back is never a shorter one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastlege.planning.waits.scores import GROUPS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

POSITIONS = ("0", "1-5", "6-20", "21-50", "51-100", "101-")
"""Classes of place in line: persons ahead."""
_EDGES = np.array([0, 5, 20, 50, 100])


@dataclass(frozen=True)
class Levels:
    """The shares at the low end, at the high end, and at the high end where the low one is the very next round.

    Tables with a row a size group and a column a class of place in line, or columns with a row a queue place.
    """

    low: Floats
    high: Floats
    high_at_once: Floats

    def of(self, size: Ints, position: Ints) -> Levels:
        """The levels of places, from tables, by the places' size group and class of place in line."""
        return Levels(*(table[size, position] for table in (self.low, self.high, self.high_at_once)))

    def at(self, rows: slice) -> Levels:
        """Some of the places."""
        return Levels(self.low[rows], self.high[rows], self.high_at_once[rows])


def same_for_all(low: float = 0.1, high: float = 0.9, high_at_once: float = 0.8) -> Levels:
    """Tables with the same levels everywhere: a tenth outside at each end, a fifth above where nothing is below."""
    return Levels(*(np.full((len(GROUPS), len(POSITIONS)), level) for level in (low, high, high_at_once)))


def position_class(ahead: Ints) -> Ints:
    """The class of each place in line, as a position in `POSITIONS`, by the persons ahead."""
    return np.searchsorted(_EDGES, ahead).astype(np.int64)

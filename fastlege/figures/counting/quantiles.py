"""Quantiles of weighted values by area, exact: nothing between two rows is made up, no engine's own median is used."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastlege.figures.values import Counts


def quantiles(area: NDArray[np.intp], value: Counts, weight: Counts, permille: int, areas: int) -> Counts:
    """For each area the sum of the two values nearest to so many of a thousand rows; -1 where there are no rows.

    Where `permille` of the rows is a whole number, the two are the last row up to there and the first beyond; otherwise
    both are the row that it falls in.
    """
    order = np.lexsort((value, area))
    area, value, through = area[order], value[order], np.cumsum(weight[order])
    total = np.bincount(area, weights=weight[order], minlength=areas).astype(np.int64)
    before = np.concatenate([[0], np.cumsum(total)[:-1]])
    rank = -(-total * permille // 1000)
    found = np.full(areas, -1, dtype=np.int64)
    some = np.flatnonzero(total)
    whole = (total * permille) % 1000 == 0
    first = value[np.searchsorted(through, before[some] + rank[some])]
    beyond = np.minimum(rank + whole, total)
    found[some] = first + value[np.searchsorted(through, before[some] + beyond[some])]
    return found

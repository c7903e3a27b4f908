"""Which list somebody who waits waits for: by popularity within a municipality, by distance between them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_REACH_KM = 25.0
_NEIGHBOURS = 12


class Wishes:
    """Draws of wanted municipalities and lists. Only lists that take nobody now are waited for."""

    def __init__(
        self, popularity: NDArray[np.float64], first_list: NDArray[np.int64], lists: NDArray[np.int64],
        distance: NDArray[np.float64],
    ) -> None:  # fmt: skip
        self._bounds = np.concatenate([[0.0], np.cumsum(popularity)])
        self._first, self._last = first_list, first_list + lists
        self.weight = self._bounds[self._last] - self._bounds[self._first]
        """Popularity of all lists of each unit together."""
        self._distance = distance

    def neighbours(self, rng: np.random.Generator, unit: int, count: int) -> NDArray[np.int64]:
        """Other units, the nearer and the more popular the more often."""
        pull = self.weight * np.exp(-self._distance[unit] / _REACH_KM)
        pull[unit] = 0
        best = np.sort(np.argsort(-pull, kind="stable")[:_NEIGHBOURS])
        return rng.choice(best, count, p=pull[best] / pull[best].sum())

    def lists(self, rng: np.random.Generator, unit: NDArray[np.int64], own: NDArray[np.int32]) -> NDArray[np.int64]:
        """Places of lists of these units by popularity, none of them the person's own."""
        low, weight = self._bounds[self._first[unit]], self.weight[unit]
        # The own list's stretch is cut out of the draw and stepped over.
        mine = (own >= self._first[unit]) & (own < self._last[unit])
        start = np.where(mine, self._bounds[own], 0.0)
        width = np.where(mine, self._bounds[own + 1] - start, 0.0)
        point = low + rng.random(len(unit)) * (weight - width)
        point = np.where(mine & (point >= start), point + width, point)
        return np.clip(np.searchsorted(self._bounds, point, side="right") - 1, self._first[unit], self._last[unit] - 1)

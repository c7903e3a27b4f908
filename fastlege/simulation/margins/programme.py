"""Small integer programmes: values as near their aims as sums and bounds allow."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

# Steps of the distance from the aim, as shares of the scale, each dearer than the one before: the burden is spread.
_STEPS = np.array([0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.15, 100.0])
_PRICES = np.array([1.0, 1.6, 2.5, 4.0, 6.5, 10.0, 16.0, 30.0])


@dataclass
class Programme:
    """Whole values with bounds, aims and scales; sums of some of them are kept within limits."""

    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    aims: NDArray[np.float64]
    scales: NDArray[np.float64]
    _sums: list[tuple[NDArray[np.int64], NDArray[np.float64], float, float]] = field(default_factory=list)

    def keep_sum(self, members: NDArray[np.int64], lowest: float, highest: float) -> None:
        """Keep the sum of the values at these places within limits."""
        self._sums.append((members, np.ones(len(members)), lowest, highest))

    def keep_percent(self, parts: NDArray[np.int64], wholes: NDArray[np.int64], percent: float) -> None:
        """Let the sum of some values be a share of the sum of others that rounds to a whole percent."""
        members = np.concatenate([parts, wholes])
        # 200 parts lie from (2 p - 1) wholes up to, but not at, (2 p + 1) wholes.
        for sign, lowest, highest in ((-1, 0.0, np.inf), (1, -np.inf, -1.0)):
            weights = np.concatenate([np.full(len(parts), 200.0), np.full(len(wholes), -(2 * percent + sign))])
            self._sums.append((members, weights, lowest, highest))

    def solve(self, gap: float = 0.0) -> NDArray[np.int64]:
        """The values; their distance from the aims may be `gap` above the least. An error if nothing fits."""
        count, steps = len(self.aims), len(_STEPS)
        width = count * (1 + 2 * steps)
        rows, columns, entries, low, high = self._distance_rows(count, steps)
        for number, (members, weights, lowest, highest) in enumerate(self._sums):
            rows.append(np.full(len(members), count + number))
            columns.append(members)
            entries.append(weights)
            low.append(np.array([lowest]))
            high.append(np.array([highest]))
        matrix = coo_array(
            (np.concatenate(entries), (np.concatenate(rows), np.concatenate(columns))),
            shape=(count + len(self._sums), width),
        )
        room = np.outer(self.scales, _STEPS).ravel()
        price = np.tile(_PRICES, count)
        answer = milp(
            c=np.concatenate([np.zeros(count), price, price]),
            constraints=LinearConstraint(matrix.tocsr(), np.concatenate(low), np.concatenate(high)),
            bounds=Bounds(
                np.concatenate([self.lowest, np.zeros(2 * count * steps)]), np.concatenate([self.highest, room, room])
            ),
            integrality=np.concatenate([np.ones(count), np.zeros(2 * count * steps)]),
            options={"mip_rel_gap": gap},
        )
        if answer.x is None:
            raise ValueError(f"no values meet the limits: {answer.message}")
        return np.rint(answer.x[:count]).astype(np.int64)

    def _distance_rows(self, count: int, steps: int) -> tuple[list, list, list, list, list]:
        place = np.arange(count)
        above = count + np.arange(count * steps)
        rows = [place, np.repeat(place, steps), np.repeat(place, steps)]
        columns = [place, above, above + count * steps]
        entries = [np.ones(count), -np.ones(count * steps), np.ones(count * steps)]
        return rows, columns, entries, [self.aims], [self.aims]

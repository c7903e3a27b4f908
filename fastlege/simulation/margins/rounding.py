"""Sharing out whole things: the parts are whole and add up to the total."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def share_out(total: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """`total` whole things shared out in proportion to the weights; largest remainders first, then the first part."""
    if total == 0 or len(weights) == 0:
        return np.zeros(len(weights), np.int64)
    exact = weights * (total / weights.sum())
    parts = np.floor(exact).astype(np.int64)
    largest_first = np.argsort(parts - exact, kind="stable")
    parts[largest_first[: total - int(parts.sum())]] += 1
    return parts


def share_out_within(
    total: int, weights: NDArray[np.float64], lowest: NDArray[np.int64], highest: NDArray[np.int64]
) -> NDArray[np.int64]:
    """`share_out` where each part stays within bounds; what a bound turns away goes to the others."""
    if not lowest.sum() <= total <= highest.sum():
        raise ValueError(f"{total} cannot be shared out between {lowest.sum()} and {highest.sum()}")
    parts = np.clip(share_out(total, weights), lowest, highest)
    while (rest := total - int(parts.sum())) != 0:
        room = highest - parts if rest > 0 else parts - lowest
        if rest > 0:
            step = np.minimum(share_out(rest, np.where(room > 0, weights, 0) + 1e-9 * (room > 0)), room)
        else:
            step = -np.minimum(share_out(-rest, room.astype(float)), room)
        parts = parts + step
    return parts

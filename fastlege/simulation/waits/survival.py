"""The share of places given within so many rounds, estimated cell by cell where many were not followed to the end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def counts(cell: Ints, rounds: Ints, given: Flags, *, cells: int, horizon: int) -> tuple[Floats, Floats]:
    """Places given at each round, and places that could have been: two tables, a row a cell and a column a round."""
    width = horizon + 1
    last = np.minimum(rounds, horizon)
    index = cell * width + last
    seen = np.bincount(index, minlength=cells * width).reshape(cells, width)
    got = np.bincount(index[given & (rounds <= horizon)], minlength=cells * width).reshape(cells, width)
    at_risk = seen[:, ::-1].cumsum(axis=1)[:, ::-1]
    return got[:, 1:].astype(float), at_risk[:, 1:].astype(float)


def hazards(given: Floats, at_risk: Floats, drawn_to: Floats, weight: float) -> Floats:
    """The chance a round, drawn towards that of a wider group as if `weight` further places had been seen there."""
    rate = (given + weight * drawn_to) / np.maximum(at_risk + weight, 1e-9)
    return np.asarray(rate, np.float64)


def shares(hazard: Floats) -> Floats:
    """Share given within each round (Kaplan and Meier's product), along the last axis."""
    return np.asarray(1 - np.cumprod(1 - hazard, axis=-1), np.float64)


def falling(values: Floats, weights: Floats, axis: int) -> Floats:
    """The nearest values that never rise along an axis (pooling of adjacent violators)."""
    moved, weight = np.moveaxis(values, axis, 0).copy(), np.moveaxis(weights, axis, 0)
    flat, heavy = moved.reshape(len(moved), -1), weight.reshape(len(moved), -1)
    for column in range(flat.shape[1]):
        flat[:, column] = _pool(flat[:, column], heavy[:, column])
    return np.moveaxis(flat.reshape(moved.shape), 0, axis)


def _pool(values: Floats, weights: Floats) -> Floats:
    blocks: list[list[float]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        blocks.append([value, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] < blocks[-1][0]:
            later, earlier = blocks.pop(), blocks.pop()
            total = earlier[1] + later[1]
            mean = (earlier[0] * earlier[1] + later[0] * later[1]) / total
            blocks.append([mean, total, earlier[2] + later[2]])
    return np.repeat([block[0] for block in blocks], [int(block[2]) for block in blocks])

"""Learning the curves: the share of places given within so many rounds, cell by cell, smoothed and made to fall."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastlege.planning.waits.curves import Curves
from fastlege.planning.waits.scores import GROUPS
from fastlege.simulation.waits.survival import counts, falling, hazards, shares

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_QUEUE_EDGES = np.log(np.concatenate([[1.15, 1.3, 1.5, 1.75], np.geomspace(2, 60, 24), [90]]))
"""Edges of the cells of the queue's score: months, close together where the answer changes fast."""
_EXCHANGE_SHARES = (0.4, 0.7, 0.85, 0.93, 0.97, 0.99)
"""Edges of the cells of the exchange's score: shares of the places below them."""
_GROUP_WEIGHT, _ROW_WEIGHT, _RATIO_WEIGHT = 60.0, 40.0, 15.0
"""How strongly a group's cell is drawn to that of all groups, that to all cells of its row (in places), and a group's
ratio to the others to one (in places given)."""
_PASSES = 4


def learn_curves(group: Ints, queue: Floats, exchange: Floats, rounds: Ints, given: Flags, *, horizon: int) -> Curves:
    """Curves from followed places: their scores, the rounds each has been through, and whether the last gave it."""
    row, queue_knots = _cells(queue, _QUEUE_EDGES)
    column, exchange_knots = _cells(exchange, np.unique(np.quantile(exchange, _EXCHANGE_SHARES)))
    kinds = 1 + int(group.max()) // len(GROUPS)
    shape = kinds * len(GROUPS), len(queue_knots), len(exchange_knots)
    cell = np.ravel_multi_index((group, row, column), shape)
    got, at_risk = (
        table.reshape(*shape, horizon)
        for table in counts(cell, rounds, given, cells=int(np.prod(shape)), horizon=horizon)
    )
    # Families are passed over and then let in, so that their waits spread otherwise: they are learnt apart.
    share = np.concatenate([
        shares(_hazards(*pair)) for pair in zip(np.split(got, kinds), np.split(at_risk, kinds), strict=True)
    ])  # fmt: skip
    weight = np.broadcast_to(at_risk[..., :1] + 1.0, share.shape)
    for _ in range(_PASSES):
        share = falling(share, weight, axis=1)
        share = falling(share[:, :, ::-1], weight[:, :, ::-1], axis=2)[:, :, ::-1]
    share = falling(share, weight, axis=1)
    return Curves(queue_knots, exchange_knots, np.maximum.accumulate(share, axis=3))


def _hazards(got: Floats, at_risk: Floats) -> Floats:
    """The chance of each cell to be given in each round: a cell is drawn to that of all size groups, times how much
    oftener its group gives places at such a score; and that of all groups to that of all exchange scores.
    """
    of_row = hazards(got.sum((0, 2)), at_risk.sum((0, 2)), np.zeros(1), 1e-6)[:, None]
    of_all = hazards(got.sum(0), at_risk.sum(0), of_row, _ROW_WEIGHT)
    return hazards(got, at_risk, np.minimum(of_all * _ratios(got, at_risk * of_all), 1.0), _GROUP_WEIGHT)


def _ratios(got: Floats, expected: Floats) -> Floats:
    """How much oftener than elsewhere places are given in a group, by row; drawn to the group's own and that to one."""
    of_group = _ratio(got.sum((1, 2, 3)), expected.sum((1, 2, 3)), np.ones(len(got)))
    of_row = _ratio(got.sum((2, 3)), expected.sum((2, 3)), of_group[:, None])
    return of_row[:, :, None, None]


def _ratio(got: Floats, expected: Floats, drawn_to: Floats) -> Floats:
    ratio: Floats = (got + _RATIO_WEIGHT * drawn_to) / (expected + _RATIO_WEIGHT)
    return ratio


def _cells(score: Floats, edges: Floats) -> tuple[Ints, Floats]:
    """The cell of each score, and the mean score of each cell; cells that nobody is in are joined to the next."""
    cell = np.searchsorted(edges, score)
    filled, cell = np.unique(cell, return_inverse=True)
    mean = np.bincount(cell, score) / np.bincount(cell)
    if len(filled) == 1:
        return cell, np.array([mean[0], mean[0] + 1.0])
    return cell, mean

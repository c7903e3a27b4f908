"""The share of places given within so many rounds, by how near the queue and the exchange bring them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastlege.planning.waits.levels import Levels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shares = NDArray[np.float32]

NEVER = -1
"""Rounds of a quantile that lies beyond the horizon."""
_MIDDLE = 0.5
_AT_ONCE = 65_536
"""Rows at a time, so that the curves of a nation are never all in memory."""


@dataclass(frozen=True)
class Quantiles:
    """Rounds from now for each place: the interval that holds four of five, and the median; `NEVER` if beyond."""

    low: Ints
    median: Ints
    high: Ints


@dataclass(frozen=True)
class Curves:
    """`given[g, i, j, m]`: the share given within m + 1 rounds in group g at knot i of the queue's score and knot j of
    the exchange's. It falls along i, rises along j and m, and lies between 0 and 1. Groups are those of size of people
    who move alone and then, if at all, those of families (`scores.curve_groups`).
    """

    queue_knots: Floats
    exchange_knots: Floats
    given: Floats

    @property
    def horizon(self) -> int:
        """The rounds that the curves look ahead."""
        return int(self.given.shape[3])

    def quantiles(self, group: Ints, queue: Floats, exchange: Floats, levels: Levels) -> Quantiles:
        """The quantiles of each place, at its levels. A higher score of the queue never gives a smaller median."""
        answers = [
            quantiles_of(self.at(group[rows], queue[rows], exchange[rows]), levels.at(rows))
            for rows in (slice(at, at + _AT_ONCE) for at in range(0, len(group), _AT_ONCE))
        ]
        nothing = np.zeros(0, np.int64)
        return Quantiles(
            *(np.concatenate([nothing, *(getattr(each, end) for each in answers)]) for end in ("low", "median", "high"))
        )

    def at(self, group: Ints, queue: Floats, exchange: Floats) -> Shares:
        """The curve of each place, one row a place: between the four knots around it, linear in both scores."""
        above, far = _between(self.queue_knots, queue)
        beside, near = _between(self.exchange_knots, exchange)
        rounds, columns = self.given.shape[3], len(self.exchange_knots)
        knots = self.given.reshape(-1, rounds).astype(np.float32)
        corner = (group * len(self.queue_knots) + above) * columns + beside
        curve = _blend(knots[corner], knots[corner + 1], near)
        return _blend(curve, _blend(knots[corner + columns], knots[corner + columns + 1], near), far)


def _blend(here: Shares, there: Shares, way: Floats) -> Shares:
    """Row by row the point so far on the way from here to there. Changes and returns `there`."""
    there -= here
    there *= way.astype(np.float32)[:, None]
    there += here
    return there


def _between(knots: Floats, score: Floats) -> tuple[Ints, Floats]:
    """The knot below each score, and how far the score is on the way to the next; held at both ends."""
    held = np.clip(score, knots[0], knots[-1])
    below = np.clip(np.searchsorted(knots, held, side="right") - 1, 0, len(knots) - 2)
    return below, (held - knots[below]) / (knots[below + 1] - knots[below])


def quantiles_of(given: Shares, levels: Levels) -> Quantiles:
    """Low, median and high of curves, in rounds, one row a place.

    Rounds are whole months, so no interval holds exactly four of five. Each end is the one with the share nearest to
    its level. Where that is the very next round nothing can be left out below, and the high end has a level of its own:
    rounding outwards at both ends would promise 80 % and deliver far more to the first in line.
    """
    share = np.column_stack([np.zeros(len(given), np.float32), given])
    beyond = given.shape[1]
    median = _first(share, np.full(len(given), _MIDDLE))
    low = np.minimum(_nearest(share, levels.low) + 1, np.maximum(median, 1))
    upper = np.where(low == 1, levels.high_at_once, levels.high)
    high = np.maximum(_nearest(share, upper), np.minimum(median, beyond))
    last = given[:, -1]
    return Quantiles(
        np.where((last >= levels.low) & (low <= beyond), low, NEVER),
        np.where(last >= _MIDDLE, median, NEVER),
        np.where(last >= upper, high, NEVER),
    )


def _first(share: Shares, level: Floats) -> Ints:
    """The first round by which a share is given; curves never fall, so it is the number of rounds below it."""
    return np.count_nonzero(share < level.astype(np.float32)[:, None], axis=1)


def _nearest(share: Shares, level: Floats) -> Ints:
    """The round whose share is nearest to the level, the earlier of two equally near."""
    first = np.minimum(_first(share, level), share.shape[1] - 1)
    rows = np.arange(len(share))
    after, before = share[rows, first] - level, level - share[rows, np.maximum(first - 1, 0)]
    return np.where((first > 0) & (before <= after), first - 1, first)

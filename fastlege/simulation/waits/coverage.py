"""How often waits fell inside their interval, where many places were given up before the wait was known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastlege.planning.waits.curves import NEVER, Quantiles
from fastlege.simulation.waits.survival import counts, shares

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Told:
    """What was told of followed places, and what became of them; one row a place.

    `below` and `above` are the shares that the curves themselves promise outside the interval: whole months cannot
    always leave a tenth on each side.
    """

    said: Quantiles
    below: Floats
    above: Floats
    rounds: Ints
    given: Flags
    horizon: int

    def only(self, among: Flags) -> Told:
        """Some of the places."""
        said = Quantiles(self.said.low[among], self.said.median[among], self.said.high[among])
        below, above = self.below[among], self.above[among]
        return Told(said, below, above, self.rounds[among], self.given[among], self.horizon)


def told(curve: NDArray, said: Quantiles, rounds: Ints, given: Flags) -> Told:
    """Put curves, intervals and outcomes together."""
    share = np.column_stack([np.zeros(len(curve)), curve])
    rows = np.arange(len(curve))
    below = np.where(said.low == NEVER, share[:, -1], share[rows, np.maximum(said.low, 1) - 1])
    above = np.where(said.high == NEVER, 0.0, 1 - share[rows, np.maximum(said.high, 0)])
    return Told(said, below, above, rounds, given, curve.shape[1])


@dataclass(frozen=True)
class Score:
    """How the waits of a group of places fell. Shares are of places.

    `too_early`: waits shorter than the low end, of all places. The others are of the `closed` ones alone, those told
    an interval with both ends within the horizon: `below` and `above` it, `inside` it (`promised_inside`: by the curves
    themselves), and its mean `width` in months.
    `loss` is the mean pinball loss of low, median and high for all places, in months: less is better.
    """

    places: int
    closed: int
    too_early: float
    below: float
    above: float
    promised_inside: float
    width: float
    loss: float

    @property
    def inside(self) -> float:
        """The share of waits inside the interval, both ends included."""
        return 1 - self.below - self.above


def score(rows: Told) -> Score:
    """The scores of a group of places, of which there must be some."""
    kinds, stratum = _strata(rows.said)
    given, at_risk = counts(stratum, rows.rounds, rows.given, cells=len(kinds), horizon=rows.horizon)
    share = np.column_stack([np.zeros(len(kinds)), shares(given / np.maximum(at_risk, 1))])
    size = np.bincount(stratum)
    before_low = np.where(kinds[:, 0] == NEVER, rows.horizon, kinds[:, 0] - 1)
    early = share[np.arange(len(kinds)), before_low]
    closed = kinds[:, 2] != NEVER
    late = 1 - share[np.arange(len(kinds)), np.where(closed, kinds[:, 2], 0)]
    is_closed = rows.said.high != NEVER
    return Score(
        places=len(rows.rounds),
        closed=int(is_closed.sum()),
        too_early=_mean(early, size),
        below=_mean(early[closed], size[closed]),
        above=_mean(late[closed], size[closed]),
        promised_inside=_mean((1 - rows.below - rows.above)[is_closed], np.ones(int(is_closed.sum()))),
        width=_mean((kinds[:, 2] - kinds[:, 0])[closed], size[closed]),
        loss=_mean(_losses(kinds, share), size),
    )


def _strata(said: Quantiles) -> tuple[Ints, Ints]:
    """The answers that were told, and which each place was told.

    Places told the same are compared with each other alone: those given up early are then made up for by those told
    the same who stayed, whatever makes people give up (Kaplan and Meier's estimate within each answer).
    """
    answers = np.column_stack([said.low, said.median, said.high])
    kinds, stratum = np.unique(answers, axis=0, return_inverse=True)
    return kinds, stratum.ravel()


def _mean(values: Floats, weights: NDArray) -> float:
    return float(np.average(values, weights=weights)) if len(values) and weights.sum() else float("nan")


def _losses(kinds: Ints, share: Floats) -> Floats:
    """The expected loss of each answer: a wait beyond the horizon counts as one round more than it."""
    beyond = share.shape[1]
    wait = np.arange(1, beyond + 1)
    chance = np.diff(np.column_stack([share, np.ones(len(share))]), axis=1)
    loss = np.zeros(len(kinds))
    for level, ends in zip((0.1, 0.5, 0.9), kinds.T, strict=True):
        off = wait[None, :] - np.where(ends == NEVER, beyond, ends)[:, None]
        loss += (chance * np.maximum(level * off, (level - 1) * off)).sum(axis=1)
    return loss / 3

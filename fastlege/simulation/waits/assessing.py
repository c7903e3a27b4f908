"""The waits of followed places against what was told of them, by size of municipality and place in line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.planning.waits.curves import Curves
from fastlege.planning.waits.levels import POSITIONS, Levels, position_class, same_for_all
from fastlege.planning.waits.model import Model
from fastlege.planning.waits.scores import GROUPS, positions_of_groups
from fastlege.simulation.waits.coverage import Score, Told, score, told
from fastlege.simulation.waits.model import scores, scores_of_newcomers
from fastlege.simulation.waits.survival import counts, shares

EVERYBODY, NEWCOMERS, NAIVE = "everybody", "newcomers", "one_answer"
ENOUGH = 500
"""A group is judged with so many places that were told both ends; fewer lists than that makes chance rule."""


@dataclass(frozen=True)
class Row:
    """The scores of one group: a kind of answer, a size of municipality (none: all), a place in line (none: all)."""

    kind: str
    size_group: str | None
    position: str | None
    score: Score


def assess(places: pl.DataFrame, model: Model, learnt_from: pl.DataFrame) -> list[Row]:
    """Scores of followed places under a model, and beside them of one answer for everybody.

    `learnt_from` are the places that the model was learnt from: the one answer is the wait of all of them together.
    """
    known = places.filter(pl.col("months") >= model.least_months)
    new = known.filter(pl.col("is_new") & (pl.col("together") == 1))
    answers = _told(known, model.places, model.place_levels, *scores(known, model))
    rows = _by_group(EVERYBODY, answers, known)
    told_new = _told(new, model.newcomers, model.newcomer_levels, *scores_of_newcomers(new, model))
    rows += _by_group(NEWCOMERS, told_new, new)
    return rows + _by_group(NAIVE, _one_answer(known, learnt_from), known)


def _told(
    places: pl.DataFrame, curves: Curves, levels: Levels, group: NDArray[np.int64], queue: NDArray[np.float64],
    exchange: NDArray[np.float64],
) -> Told:  # fmt: skip
    own = levels.of(positions_of_groups(places), position_class(places["ahead_persons"].to_numpy()))
    said = curves.quantiles(group, queue, exchange, own)
    curve = curves.at(group, queue, exchange)
    return told(curve, said, places["rounds"].to_numpy(), places["given"].to_numpy())


def _one_answer(places: pl.DataFrame, learnt_from: pl.DataFrame) -> Told:
    """What one would say who knew only how long people wait in the nation."""
    horizon = max(int(learnt_from["rounds"].max() or 0), 1)  # type: ignore[arg-type]
    nobody = np.zeros(len(learnt_from), np.int64)
    rounds, given = learnt_from["rounds"].to_numpy(), learnt_from["given"].to_numpy()
    got, at_risk = counts(nobody, rounds, given, cells=1, horizon=horizon)
    share = shares(got / np.maximum(at_risk, 1))
    curves = Curves(np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.broadcast_to(share, (1, 2, 2, horizon)).copy())
    zeros = np.zeros(len(places))
    return _told(places, curves, same_for_all(), zeros.astype(np.int64), zeros, zeros)


def _by_group(kind: str, answers: Told, places: pl.DataFrame) -> list[Row]:
    size, position = positions_of_groups(places), position_class(places["ahead_persons"].to_numpy())
    everyone = np.ones(len(places), np.bool_)
    groups: list[tuple[str | None, str | None, NDArray[np.bool_]]] = [(None, None, everyone)]
    groups += [(name, None, size == place) for place, name in enumerate(GROUPS)]
    groups += [(None, name, position == place) for place, name in enumerate(POSITIONS)]
    groups += [
        (big, far, (size == i) & (position == j)) for i, big in enumerate(GROUPS) for j, far in enumerate(POSITIONS)
    ]
    return [Row(kind, big, far, score(answers.only(among))) for big, far, among in groups if among.any()]


def rows_of(rows: Sequence[Row], kind: str) -> list[Row]:
    """The rows of one kind of answer."""
    return [row for row in rows if row.kind == kind]

"""Learning what `planning.waits` rests on from places that were followed: the paces of lists, the pull of exchanges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import minimize

from fastlege.planning.plan import Exchange
from fastlege.planning.waits.scores import (
    GROUPS,
    Pace,
    Pull,
    exchange_facts,
    exchange_score,
    own_exchanges,
    places_a_month,
    turnover,
)

Floats = NDArray[np.float64]

_TRUSTS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Months that a prior may weigh, to choose from by how well the next year is foretold."""
_GAPS = (15.0, 30.0, 60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 3840.0)
_EXCHANGE_ROUNDS = 6
"""Exchanges of so many rounds are learnt from: later the points that lack are others."""
_LEAST_LISTS = 30
"""A size group with fewer lists than this takes the pace of all."""


def learn_paces(lists: pl.DataFrame, places: pl.DataFrame) -> dict[str, Pace]:
    """The pace of each size group.

    `lists`: the history of lists with a line, and `next_in_line` and `next_net`, what they gave and how many left in
    the twelve months after. `places`: followed places.
    """
    everywhere = _pace(lists, places)
    groups = {}
    for group in GROUPS:
        mine = lists.filter(pl.col("size_group") == group)
        enough = mine.height >= _LEAST_LISTS
        groups[group] = _pace(mine, places.filter(pl.col("size_group") == group)) if enough else everywhere
    return groups


def _pace(lists: pl.DataFrame, places: pl.DataFrame) -> Pace:
    net = (pl.col("left") - pl.col("came_by_right")).clip(0).sum()
    mean = lists.select(net / (pl.col("length") * pl.col("months")).sum() * 1000).item()
    by_turnover = _best(lists, "next_net", lambda trust: turnover(lists, _same(Pace(mean, trust, 1.0, 1.0, 0.01))))
    at_cap = lists.filter(pl.col("length") <= pl.col("cap"))
    room = turnover(at_cap, _same(Pace(mean, by_turnover, 1.0, 1.0, 0.01))).sum() * 12
    share = float(at_cap["next_in_line"].sum() / room)
    trust = _best(
        at_cap, "next_in_line",
        lambda trust: places_a_month(at_cap, _same(Pace(mean, by_turnover, share, trust, 0.01))),
    )  # fmt: skip
    through = float((places["rounds"] + places["gave_up"]).sum())
    left = float((places["gave_up"] | places["by_exchange"]).sum())
    return Pace(mean, by_turnover, share, trust, left / through)


def _same(pace: Pace) -> dict[str, Pace]:
    return dict.fromkeys(GROUPS, pace)


def _best(lists: pl.DataFrame, column: str, rate_at: Callable[[float], Floats]) -> float:
    """The trust under which the next twelve months are most likely, as Poisson counts."""
    counts = lists[column].clip(0).cast(pl.Float64).to_numpy()

    def unlikely(trust: float) -> float:
        expected = np.maximum(rate_at(trust) * 12, 1e-6)
        return float((expected - counts * np.log(expected)).sum())

    return min(_TRUSTS, key=unlikely)


def learn_pull(places: pl.DataFrame) -> Pull:
    """How exchanges depend on what the last one asked for and on the list: Poisson regression with falling effects."""
    events = (places["by_exchange"] & (places["rounds"] <= _EXCHANGE_ROUNDS)).cast(pl.Float64).to_numpy()
    exposure = np.maximum(np.minimum(places["rounds"].cast(pl.Float64).to_numpy(), _EXCHANGE_ROUNDS), 0.5)
    # Half an exchange more, so that years without any teach that they are rare and not that they cannot be.
    mean = float((events.sum() + 0.5) / exposure.sum())
    kinds = [kind.value for kind in Exchange]
    facts = exchange_facts(places, places)

    def pull_of(values: Floats) -> Pull:
        effects = np.concatenate([[0.0], -np.cumsum(np.abs(values[len(kinds) : len(kinds) + len(_GAPS) - 1]))])
        own, trust = abs(values[-2]), float(np.exp(np.clip(values[-1], 0, 12)))
        levels = {kind: float(level) for kind, level in zip(kinds, values, strict=False)}
        return Pull(levels, _GAPS[0], _GAPS, tuple(float(each) for each in effects), float(own), mean, trust, 0.0)

    def unlikely(values: Floats) -> float:
        score = exchange_score(facts, pull_of(values))
        decay = float(np.abs(values).sum()) * 1e-3
        return float((np.exp(np.clip(score, -30, 3)) * exposure - events * score).sum() / len(events)) * 1e3 + decay

    start = np.concatenate([np.full(len(kinds), np.log(mean)), np.full(len(_GAPS) - 1, 0.3), [0.5, np.log(500)]])
    found = minimize(unlikely, start, method="L-BFGS-B", options={"maxiter": 60})
    pull = pull_of(found.x)
    new = places.filter("is_new")
    return Pull(**{**vars(pull), "newcomer": _newcomer(new, pull)})


def _newcomer(new: pl.DataFrame, pull: Pull) -> float:
    """The level for one of whom only the list is known, so that the exchanges of those who came last add up."""
    events = float((new["by_exchange"] & (new["rounds"] <= _EXCHANGE_ROUNDS)).sum())
    exposure = np.maximum(np.minimum(new["rounds"].cast(pl.Float64).to_numpy(), _EXCHANGE_ROUNDS), 0.5)
    facts = exchange_facts(new, new)
    own = own_exchanges(facts.came, facts.exposure, pull)
    return float(np.log((events + 0.5) / (np.exp(own) * exposure).sum()))


def with_lacking(places: pl.DataFrame) -> pl.DataFrame:
    """The places with the points that each lacks for an exchange."""
    return places.with_columns(lacking=pl.col("threshold_days") - pl.col("own_points_days"))

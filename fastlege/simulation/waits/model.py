"""From followed places to the model that estimates rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.planning.waits.curves import Curves, Shares
from fastlege.planning.waits.levels import Levels, position_class
from fastlege.planning.waits.model import Model
from fastlege.planning.waits.scores import (
    GROUPS,
    Pace,
    curve_groups,
    exchange_facts,
    exchange_score,
    exchange_score_of_newcomers,
    positions_of_groups,
    queue_score,
)
from fastlege.simulation.waits.curves import learn_curves
from fastlege.simulation.waits.following import Followed
from fastlege.simulation.waits.learning import learn_paces, learn_pull, with_lacking
from fastlege.simulation.waits.levels import learn_levels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_MONTHS = 3.0
LEAST_LISTS = 400
"""A size group with fewer lists than this in the years to learn from shares the curves of the next larger."""
_PULL_ROWS = 200_000
"""Places that the pull of exchanges is learnt from; more change nothing but the time it takes."""


def learn(followed: Followed, *, horizon: int, made: Mapping[str, str]) -> Model:
    """The model that followed places teach; `made` says how it came about."""
    places = with_lacking(followed.places.filter(pl.col("months") >= LEAST_MONTHS))
    paces = learn_paces(followed.lists, places)
    every = max(1, -(-places.height // _PULL_ROWS))
    pull = learn_pull(places.gather_every(every))
    new = places.filter(pl.col("is_new") & (pl.col("together") == 1))
    near = exchange_score(exchange_facts(places, places), pull)
    teacher = taught_by(followed.lists)
    by_place = _queue(places, paces), near
    by_list = _queue(new, paces), exchange_score_of_newcomers(new, pull)
    of_places, of_newcomers = (
        _curves(rows, both, teacher, horizon) for rows, both in ((places, by_place), (new, by_list))
    )
    groups = curve_groups(places, places["together"].to_numpy())
    return Model(
        paces=paces,
        pull=pull,
        least_months=LEAST_MONTHS,
        places=of_places,
        newcomers=of_newcomers,
        place_levels=_levels(places, of_places.at(groups, *by_place), teacher),
        newcomer_levels=_levels(new, of_newcomers.at(positions_of_groups(new), *by_list), teacher),
        made=made,
    )


def _levels(places: pl.DataFrame, curve: Shares, teacher: Ints) -> Levels:
    """Levels by size and place in line; sizes that share the curves of the next larger share its levels too."""
    size, position = teacher[positions_of_groups(places)], position_class(places["ahead_persons"].to_numpy())
    learnt = learn_levels(curve, size, position, places["rounds"].to_numpy(), places["given"].to_numpy())
    return Levels(*(table[teacher] for table in vars(learnt).values()))


def taught_by(lists: pl.DataFrame) -> Ints:
    """For each size group the one whose curves it shares: its own, or the next larger where it has too few lists.

    Places of one list wait together, so that many places on few lists teach less than they seem to.
    """
    teacher = np.arange(len(GROUPS))
    for place in reversed(range(len(GROUPS) - 1)):
        if lists.filter(pl.col("size_group") == GROUPS[place]).height < LEAST_LISTS:
            teacher[place] = teacher[place + 1]
    return teacher


def scores(places: pl.DataFrame, model: Model) -> tuple[Ints, Floats, Floats]:
    """Group, queue's and exchange's score of followed places, as the estimates work them out."""
    return (
        curve_groups(places, places["together"].to_numpy()),
        _queue(places, model.paces),
        exchange_score(exchange_facts(with_lacking(places), places), model.pull),
    )


def scores_of_newcomers(places: pl.DataFrame, model: Model) -> tuple[Ints, Floats, Floats]:
    """The same for those who move alone, where the list is all that is known."""
    return positions_of_groups(places), _queue(places, model.paces), exchange_score_of_newcomers(places, model.pull)


def _queue(places: pl.DataFrame, paces: Mapping[str, Pace]) -> Floats:
    ahead, together = (places[name].cast(pl.Int64).to_numpy() for name in ("ahead_persons", "together"))
    return queue_score(ahead, together, places, paces)


def _curves(places: pl.DataFrame, both: tuple[Floats, Floats], teacher: Ints, horizon: int) -> Curves:
    kind, size = np.divmod(curve_groups(places, places["together"].to_numpy()), len(GROUPS))
    rounds, given = places["rounds"].to_numpy(), places["given"].to_numpy()
    learnt = learn_curves(teacher[size] + len(GROUPS) * kind, *both, rounds, given, horizon=horizon)
    of_kind = [teacher + len(GROUPS) * each for each in range(len(learnt.given) // len(GROUPS))]
    return replace(learnt, given=learnt.given[np.concatenate(of_kind)])

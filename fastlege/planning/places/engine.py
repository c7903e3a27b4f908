"""The engine's answer person by person: where everybody who mattered ends, how they got there, and the rings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from fastlege.matching.market import NO_LIST, Ints, RoundResult
from fastlege.matching.market import How as Way
from fastlege.matching.queue.places import STEP_0
from fastlege.matching.round import Stages, result_of, run_stages
from fastlege.planning.grounds import How
from fastlege.planning.market.assembly import MonthMarket

_PAIR = 2


@dataclass(frozen=True)
class Answer:
    """What the engine makes of a market: its steps, its result, and the moves with the way each place was got."""

    stages: Stages
    result: RoundResult
    moves: pl.DataFrame


def ask_engine(month: MonthMarket) -> Answer:
    """Carry out the round on the month's market.

    The moves have person_id, from_list and to_list as the engine sees them, how, cycle_id and exchanged_from.
    """
    stages = run_stages(month.market)
    result = result_of(stages)
    moves = result.moves
    people = np.searchsorted(stages.intake.people.person_id, moves.person_id)
    ring = pl.Series(moves.cycle)
    return Answer(
        stages,
        result,
        pl.DataFrame(
            {
                "person_id": moves.person_id,
                "from_list": _or_null(moves.from_list),
                "to_list": moves.to_list,
                "how": pl.Series(_ways(stages, people, moves.how, moves.cycle), dtype=pl.String),
                "cycle_id": ring.set(ring == 0, None),
                "exchanged_from": _given_up(stages, people, moves.how),
            }
        ),
    )


def _or_null(ids: Ints) -> pl.Series:
    column = pl.Series(ids, dtype=pl.Int64)
    return column.set(column == 0, None)


def unit_of_people(stages: Stages) -> Ints:
    """The unit of each person of the intake."""
    units = stages.units
    unit = np.empty(len(stages.intake.people.person_id), np.int64)
    unit[units.member] = np.repeat(np.arange(len(units.unit_id)), units.size)
    return unit


def _ways(stages: Stages, people: Ints, how: Ints, cycle: Ints) -> np.ndarray:
    """How each of the people who move got the place."""
    units, queued = stages.units, stages.queued
    unit = unit_of_people(stages)[people]
    at_first = (queued.step[unit] == STEP_0) & (units.on[unit] == NO_LIST)
    before_queue = at_first | queued.first_class[unit]
    in_pairs = np.bincount(cycle)[cycle] == _PAIR if len(cycle) else np.zeros(0, np.bool_)
    return np.select(
        [
            (how == Way.EXCHANGE) & in_pairs,
            how == Way.EXCHANGE,
            (how == Way.ASSIGNED) & at_first,
            how == Way.ASSIGNED,
            before_queue,
        ],
        [How.SWAP.value, How.CYCLE.value, How.ASSIGNED.value, How.WHEN_FREED.value, How.WISH_BEFORE_QUEUE.value],
        default=How.QUEUE.value,
    )


def _given_up(stages: Stages, people: Ints, how: Ints) -> pl.Series:
    """The list whose place each of them gave in the exchange, null for those who exchanged nothing."""
    part = stages.exchanged.traders
    own = np.zeros(len(stages.intake.people.person_id), np.int64)
    own[part.person] = stages.intake.lists.list_id[part.own]
    return _or_null(np.where(how == Way.EXCHANGE, own[people], 0))

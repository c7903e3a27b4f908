"""A round carried out under a policy, and the month that it leaves, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.vocabulary import ListStatus, Reason
from fastlege.matching.market import How, Moves, Prices
from fastlege.matching.round import Stages
from fastlege.simulation.life.market import is_nowhere
from fastlege.simulation.life.nation.world import Events, World
from fastlege.simulation.life.policies.giving import Given
from fastlege.simulation.life.queue import days, moments
from fastlege.simulation.life.standing import CODE, REASONS, Standing

Positions = NDArray[np.int64]
NOT_MET = -1
_AFTER_ALL = 1 << 20
_KEEPS_REASON = (CODE[Reason.PRACTICE_CLOSED], CODE[Reason.LIST_REDUCTION], CODE[Reason.IMMIGRATION])


@dataclass(frozen=True)
class Month:
    """One month under one policy, after its round.

    `queue`: person_id, list_id, rank, requested_at, family_id, entered (first round that knew the place),
    waiting_since (beginning of the person's spell of waiting). `moves`: person_id, from_list, to_list (ids), reason,
    rank (null: not asked for), requested_at, waiting_since, cycle_id, direct (the list was open when it was asked for
    this month, however the place came about). `lists`: list_id, municipality, cap, length, status, has_gp, in_force,
    price (of the exchange, in 2**20ths of a day; null without one). `left`: places that are gone without a move of
    this round to their list: person_id, list_id, rank, requested_at, family_id, entered, waiting_since, why (a reason,
    `withdrawn`, `moved`, `list_ended`, `better_place`, `not_allowed`). `unplaced`: person_id, since. `world` and
    `standing` hold until the next month is asked for; `stages` is what each step left, under the register's round.
    """

    number: int
    day: date
    policy: str
    queue: pl.DataFrame
    moves: pl.DataFrame
    lists: pl.DataFrame
    left: pl.DataFrame
    unplaced: pl.DataFrame
    world: World
    standing: Standing
    stages: Stages | None


def carry_out(world: World, standing: Standing, given: Moves, events: Events) -> pl.DataFrame:
    """Put the movers on their new lists, take what they asked for out of the queue, and tell the moves."""
    queue = standing.queue
    person = np.searchsorted(world.people.person_id, given.person_id)
    to = np.searchsorted(world.practices.list_id, given.to_list)
    met, got = _met(standing, person, to)
    fresh = np.append(queue.entered, 0)[met] == events.day
    asked = met != NOT_MET
    direct = standing.is_open[to] & fresh & asked
    reason = _reasons(standing, given, person, asked=asked, direct=direct)
    moves = _moves(standing, given, met, reason).with_columns(direct=pl.Series(direct))
    standing.moved.append((world.day, moves))
    standing.put(person, to, day=events.day, reason=reason)
    served = np.zeros(len(queue), bool)
    served[met[asked]] = True
    standing.queue = queue.only(~served)
    standing.drop((queue.rank >= got[queue.person])[~served], "better_place")
    return moves


def _met(standing: Standing, person: Positions, to: Positions) -> tuple[Positions, Positions]:
    """The row of the queue place that each mover has got, or `NOT_MET`; and for everybody the rank obtained."""
    queue = standing.queue
    gets = np.full(len(standing.on), NOT_MET)
    gets[person] = to
    row = np.full(len(standing.on), NOT_MET)
    rows = np.flatnonzero(gets[queue.person] == queue.list_)
    row[queue.person[rows]] = rows
    rank = np.full(len(standing.on), _AFTER_ALL)
    rank[queue.person[rows]] = queue.rank[rows]
    return row[person], rank


def _reasons(
    standing: Standing, given: Moves, person: Positions, *, asked: NDArray[np.bool_], direct: NDArray[np.bool_]
) -> NDArray[np.int8]:
    """Codes of reasons: how the place was obtained, or why one was needed when it was not asked for."""
    lost = standing.reason[person]
    needed = np.where(np.isin(lost, _KEEPS_REASON), lost, CODE[Reason.ALLOCATED])
    ring = np.bincount(given.cycle)[given.cycle] if len(given.cycle) else given.cycle
    return np.select(
        [(given.how == How.ASSIGNED) | ~asked, given.how == How.EXCHANGE, direct],
        [needed, np.where(ring == 2, CODE[Reason.SWAP], CODE[Reason.CYCLE]), CODE[Reason.CHOSEN_DIRECT]],
        CODE[Reason.CHOSEN_QUEUE],
    ).astype(np.int8)


def _moves(standing: Standing, given: Moves, met: Positions, reason: NDArray[np.int8]) -> pl.DataFrame:
    queue = standing.queue
    columns = [np.append(each, 0)[met] for each in (queue.rank, queue.at, queue.spell)]
    words = pl.Series([each.value for each in REASONS], dtype=pl.String)
    asked = pl.Series("asked", met != NOT_MET)
    return pl.DataFrame(
        {
            "person_id": given.person_id,
            "from_list": given.from_list,
            "to_list": given.to_list,
            "reason": words.gather(pl.Series(reason.astype(np.int64))),
            "rank": columns[0].astype(np.int8),
            "requested_at": moments(columns[1]),
            "waiting_since": moments(columns[2]),
            "cycle_id": given.cycle,
        }
    ).with_columns(
        pl.when(~pl.Series(is_nowhere(given.from_list))).then("from_list").alias("from_list"),
        pl.when(asked).then("rank").alias("rank"),
        pl.when(asked).then("requested_at").alias("requested_at"),
        pl.when(asked).then("waiting_since").alias("waiting_since"),
        pl.when(pl.col("cycle_id") > 0).then("cycle_id").alias("cycle_id"),
    )


def month_of(world: World, standing: Standing, moves: pl.DataFrame, given: Given, *, number: int, policy: str) -> Month:
    """The month that a round leaves."""
    person_id, list_id = world.people.person_id, world.practices.list_id
    parts = [queue.frame(person_id, list_id).with_columns(why=pl.lit(why)) for why, queue in standing.left]
    nothing = standing.queue.only(np.zeros(0, np.int64)).frame(person_id, list_id).with_columns(why=pl.lit(""))
    unplaced = standing.without_list(world)
    since = standing.since[unplaced].astype(np.int64)
    return Month(
        number=number,
        day=world.day,
        policy=policy,
        queue=standing.queue.frame(person_id, list_id),
        moves=moves,
        lists=_lists(world, standing, given.prices),
        left=pl.concat([nothing, *parts]),
        unplaced=pl.DataFrame({"person_id": person_id[unplaced], "since": days(since)}),
        world=world,
        standing=standing,
        stages=given.stages,
    )


def _lists(world: World, standing: Standing, prices: Prices) -> pl.DataFrame:
    practices = world.practices
    status = np.where(practices.locked, 2, np.where(standing.is_open, 1, 0))
    words = pl.Series([ListStatus.CLOSED.value, ListStatus.OPEN.value, ListStatus.LOCKED.value])
    codes = pl.Series(world.homes.codes)
    price = pl.DataFrame({"list_id": prices.list_id, "price": prices.price})
    frame = pl.DataFrame(
        {
            "list_id": practices.list_id,
            "municipality": codes.gather(pl.Series(practices.municipality)),
            "cap": practices.cap,
            "length": standing.length,
            "status": words.gather(pl.Series(status)),
            "has_gp": practices.has_gp,
            "in_force": practices.in_force,
        }
    )
    return frame.join(price, on="list_id", how="left", maintain_order="left")

"""What still holds of a plan when the register has changed since it was made. Pure: columns in, columns out.

A move that somebody has made impossible is dropped, and everything else is carried out as planned. Those who take
part in an exchange move whatever the others do: a ring is not unwound, and a list may be above its cap for a while.
Those who were to get a free place get it while the list has room; where it has too little, those who came last in the
queue stay where they are, which may leave too little room there, and so on until every list has room for those who
come.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.casework.rounds.dropped import Dropped
from fastlege.kernel.errors import DataError

# What keeps the others of a family back, who would otherwise be divided. Those who are gone no longer hold them.
_HOLDS_FAMILY = (Dropped.WITHDRAWN.value, Dropped.LIST_TAKES_NONE.value)


def what_holds(moves: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """The moves with the column `dropped` filled in for all that cannot be made.

    `moves`: person_id, from_list, to_list, family_id (null or shared by those who move together), needs_room (false for
    exchanges and for those with a right to enter a full list), order (who keeps a place when there are too few: the
    smaller) and dropped (what is impossible in itself). `lists`: list_id, cap, length (those with a place now).
    """
    known = moves.select(pl.concat_list("from_list", "to_list").explode().drop_nulls()).to_series().unique()
    if strange := sorted(set(known) - set(lists["list_id"])):
        raise DataError(
            f"the plan moves people to or from list {strange[0]}, which is not in the register.",
            remedy="Export this register with `fastlege register export` and make the plan from that.",
        )
    moves = _with_families(moves)
    return moves.with_columns(pl.Series("dropped", _settled(moves, lists), dtype=pl.String)).drop("party")


def _with_families(moves: pl.DataFrame) -> pl.DataFrame:
    """The moves with `party`, the number of those who move together, and families kept whole."""
    party = pl.struct("to_list", pl.coalesce("family_id", -1 - pl.col("person_id"))).rank("dense").cast(pl.Int64)
    held = pl.col("dropped").is_in(list(_HOLDS_FAMILY)).any().over("party") & pl.col("dropped").is_null()
    return moves.with_columns(party=party - 1).with_columns(
        dropped=pl.when(held).then(pl.lit(Dropped.FAMILY.value)).otherwise("dropped")
    )


def _settled(moves: pl.DataFrame, lists: pl.DataFrame) -> list[str | None]:
    """Drop, of those who need room, the last ones on each list that has too little, until none has."""
    place = {number: row for row, number in enumerate(lists["list_id"].to_list())}
    to = np.array([place[number] for number in moves["to_list"].to_list()], np.int64)
    origin = np.array([-1 if number is None else place[number] for number in moves["from_list"].to_list()], np.int64)
    cap, length = lists["cap"].cast(pl.Int64).to_numpy(), lists["length"].cast(pl.Int64).to_numpy()
    party, needs_room = moves["party"].to_numpy(), moves["needs_room"].to_numpy()
    order = moves["order"].rank("ordinal").cast(pl.Int64).to_numpy() if moves.height else np.zeros(0, np.int64)
    dropped = np.array(moves["dropped"].to_list(), object)
    holds = np.array([why is None for why in dropped], bool)
    while True:
        after = length + np.bincount(to[holds], minlength=len(cap))
        after -= np.bincount(origin[holds & (origin >= 0)], minlength=len(cap))
        last = _last_ones(holds & needs_room, to, order, after - cap)
        if not len(last):
            return [None if why is None else str(why) for why in dropped]
        together = holds & np.isin(party, party[last])
        dropped[together] = Dropped.FAMILY.value
        dropped[last] = Dropped.NO_ROOM.value
        holds &= ~together


def _last_ones(
    waiting: NDArray[np.bool_], to: NDArray[np.int64], order: NDArray[np.int64], excess: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Of those who need room, the last on each list that has more than its cap: as many as are too many."""
    rows = np.flatnonzero(waiting & (excess[to] > 0))
    rows = rows[np.lexsort((-order[rows], to[rows]))]
    first = np.searchsorted(to[rows], to[rows])
    return rows[np.arange(len(rows)) - first < excess[to[rows]]]

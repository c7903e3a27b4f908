"""What became of every queue place, where it stands in line after the round, and what an exchange would have asked."""

from __future__ import annotations

import numpy as np
import polars as pl

from fastlege.kernel.vocabulary import ListStatus
from fastlege.matching.lots import unit_lots
from fastlege.matching.round import Stages
from fastlege.matching.standing import Fate, Standings, Trade, standings
from fastlege.planning.market.assembly import MonthMarket
from fastlege.planning.places.engine import unit_of_people
from fastlege.planning.plan import PLACES, Exchange, PlaceOutcome

_WAITS = {"wait_low": pl.Int32, "wait_median": pl.Int32, "wait_high": pl.Int32, "wait_basis": pl.String}
_ANSWERS = {
    int(Trade.PRICED): Exchange.PRICED.value,
    int(Trade.NO_RING): Exchange.NO_RING.value,
    int(Trade.DIVIDED): Exchange.DIVIDED.value,
    int(Trade.NO_PLACE): Exchange.NO_PLACE.value,
}


def places_after(month: MonthMarket, stages: Stages, moves: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """One row a queue place that was met or is left, with the columns of a plan's places, but for the waits."""
    met = moves.select("person_id", "to_list", met_rank="rank")
    rows = (
        month.queue.join(met, on="person_id", how="left")
        .with_columns(met=pl.col("list_id").eq(pl.col("to_list")).fill_null(False))
        .filter(pl.col("met") | pl.col("met_rank").is_null() | (pl.col("rank") < pl.col("met_rank")))
        .join(_standing(stages), on=["person_id", "list_id"], how="left")
        .join(_locked_lines(month, moves), on=["person_id", "list_id"], how="left")
        .join(lists.select("list_id", "cap", "kept", "length_after", "status"), on="list_id", how="left")
    )
    rows = rows.with_columns(
        outcome=pl.when("met").then(pl.lit(PlaceOutcome.MET.value)).otherwise(pl.coalesce("outcome", _why_not())),
        position=pl.coalesce("position", "locked_position"),
        ahead_persons=pl.coalesce("ahead_persons", pl.col("locked_position") - 1),
    )
    return rows.with_columns(pl.lit(None, kind).alias(name) for name, kind in _WAITS.items()).select(PLACES.names)


def _why_not() -> pl.Expr:
    """Why a place that took part was not met: an open list with room has served all who fit, so only families wait."""
    free = pl.col("cap").cast(pl.Int64) - pl.col("length_after")
    return (
        pl.when(pl.col("fate").is_null())
        .then(pl.lit(PlaceOutcome.FAMILY_DISAGREES.value))
        .when(free <= 0)
        .then(pl.lit(PlaceOutcome.LIST_FULL.value))
        .when(pl.col("status") != ListStatus.OPEN.value)
        .then(pl.lit(PlaceOutcome.LIST_CLOSED.value))
        .when(free <= pl.col("kept"))
        .then(pl.lit(PlaceOutcome.PLACES_KEPT.value))
        .otherwise(pl.lit(PlaceOutcome.FAMILY_DID_NOT_FIT.value))
    )


def _standing(stages: Stages) -> pl.DataFrame:
    """The engine's answer to each wish; what is not defined for it is null."""
    found = standings(stages)
    frame = pl.DataFrame(
        {
            "person_id": found.person_id,
            "list_id": found.list_id,
            "fate": found.fate,
            "position": found.position,
            "ahead_persons": found.ahead_persons,
            "trade": found.trade,
            "own_points_days": found.points,
            "threshold_days": found.threshold,
            "passed": _passed(stages, found),
        }
    )
    stands, priced = pl.col("fate") == int(Fate.WAITING), pl.col("trade") == int(Trade.PRICED)
    valued = priced | (pl.col("trade") == int(Trade.NO_RING))
    defined = {
        "position": stands,
        "ahead_persons": stands,
        "passed": stands,
        "own_points_days": valued,
        "threshold_days": priced,
    }
    return frame.with_columns(
        *(pl.when(holds).then(name).alias(name) for name, holds in defined.items()),
        exchange=pl.col("trade").replace_strict(_ANSWERS, default=None, return_dtype=pl.String),
    ).rename({"passed": "passed_by_exchange"})


def _passed(stages: Stages, found: Standings) -> pl.Series:
    """For each wish the persons behind it in the queue who got the list by exchange."""
    solved, people = stages.exchanged, stages.intake.people
    entered = np.zeros(len(people.person_id), np.int64)
    moved = solved.at != solved.traders.own
    entered[solved.traders.person[moved]] = stages.intake.lists.list_id[solved.at[moved]]
    person = np.searchsorted(people.person_id, found.person_id)
    unit = unit_of_people(stages)[person]
    rows = pl.DataFrame(
        {
            "list_id": found.list_id,
            "at": found.requested_at,
            "turn": stages.units.turn[unit],
            "exchanged": entered[person] == found.list_id,
            "waiting": found.fate == Fate.WAITING,
        }
    ).with_row_index("row")
    counted = (
        rows.filter(pl.col("exchanged") | pl.col("waiting"))
        .sort("list_id", "at", "turn")
        .with_columns(passed=pl.col("exchanged").sum().over("list_id") - pl.col("exchanged").cum_sum().over("list_id"))
    )
    return rows.join(counted.select("row", "passed"), on="row", how="left").sort("row")["passed"].cast(pl.Int64)


def _locked_lines(month: MonthMarket, moves: pl.DataFrame) -> pl.DataFrame:
    """The lines of lists that the municipality has locked: they stand still, in the order of the queue, one by one."""
    rows = month.queue.filter(pl.col("outcome") == PlaceOutcome.LIST_LOCKED.value)
    rows = rows.join(moves.select("person_id", "rank", met=pl.lit(True)), on="person_id", how="left", suffix="_met")
    rows = rows.filter(pl.col("rank_met").is_null() | (pl.col("rank") < pl.col("rank_met")))
    without = month.people.filter(pl.col("list_id").is_null()).select("person_id", lacking=pl.lit(True))
    rows = rows.join(without, on="person_id", how="left").with_columns(
        first=pl.col("lacking").fill_null(False) & pl.col("met").is_null(),
        lot=pl.Series(unit_lots(month.market.terms.seed, rows["person_id"].to_numpy()), dtype=pl.UInt64),
    )
    ordered = rows.sort(~pl.col("first"), "requested_at", "lot", "person_id")
    return ordered.select("person_id", "list_id", locked_position=pl.int_range(1, pl.len() + 1).over("list_id"))

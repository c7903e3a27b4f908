"""How a round leaves the lists: lengths, statuses, who came how, the line, and the price that proves the exchange."""

from __future__ import annotations

from datetime import date

import polars as pl

from fastlege.kernel.vocabulary import ListStatus
from fastlege.matching.market import Prices
from fastlege.planning.grounds import EARLIER, How
from fastlege.planning.market.assembly import MonthMarket
from fastlege.planning.market.lists import status_at
from fastlege.planning.plan import LISTS
from fastlege.rules.parameters import Rulebook

_CAME = {
    "came_assigned": (How.ASSIGNED, How.WHEN_FREED),
    "came_by_queue": (How.QUEUE, How.WISH_BEFORE_QUEUE),
    "came_by_exchange": (How.SWAP, How.CYCLE),
    "came_by_right": EARLIER,
}


def lists_after(month: MonthMarket, moves: pl.DataFrame, prices: Prices, *, on: date, book: Rulebook) -> pl.DataFrame:
    """One row a list of the market, but for the people in line and the waits, which come with the queue places."""
    came = moves.group_by(list_id="to_list").agg(
        pl.col("explanation_key").is_in([way.value for way in ways]).sum().alias(name) for name, ways in _CAME.items()
    )
    left = moves.drop_nulls("from_list").group_by(list_id="from_list").agg(left=pl.len())
    proof = pl.DataFrame({"list_id": prices.list_id, "price": prices.price})
    counts = [pl.col(name).fill_null(0).cast(pl.Int64) for name in (*_CAME, "left")]
    return (
        month.lists.join(came, on="list_id", how="left")
        .join(left, on="list_id", how="left")
        .join(proof, on="list_id", how="left")
        .with_columns(counts)
        .with_columns(
            length_before="length",
            length_after=pl.col("length").cast(pl.Int64) + pl.sum_horizontal(*_CAME) - pl.col("left"),
        )
        .with_columns(status_after=status_at("length_after", on=on, book=book))
        .sort("list_id")
    )


def opened_and_closed(lists: pl.DataFrame) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Ids of the lists that open and that close: those with enough places again, and those with none left."""
    changed = lists.filter(pl.col("status_before") != pl.col("status_after"))
    opens = pl.col("status_after") == ListStatus.OPEN.value
    return tuple(changed.filter(opens)["list_id"]), tuple(changed.filter(~opens)["list_id"])


def with_lines(lists: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """The lists with the number of persons in line after the round, and room for the wait of one who would queue.

    A list that would open while people are in line stays closed: the next round opens it, and serves them first.
    """
    lines = places.filter(pl.col("position").is_not_null()).group_by("list_id").agg(in_line=pl.len())
    waits = {"wait_low": pl.Int32, "wait_median": pl.Int32, "wait_high": pl.Int32, "wait_basis": pl.String}
    return (
        lists.join(lines, on="list_id", how="left")
        .with_columns(pl.col("in_line").fill_null(0))
        .with_columns(
            status_after=pl.when((pl.col("status") == ListStatus.CLOSED.value) & (pl.col("in_line") > 0))
            .then("status")
            .otherwise("status_after")
        )
        .with_columns(*(pl.lit(None, kind).alias(name) for name, kind in waits.items()))
        .select(LISTS.names)
        .sort("list_id")
    )

"""Putting the waits into the tables of a plan: the queue places it leaves, and the lists for one who queues then."""

from __future__ import annotations

from datetime import date

import polars as pl

from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.waits.estimate import estimate, estimate_for_newcomers
from fastlege.planning.waits.history import HISTORY, read_history
from fastlege.rules.parameters import Rulebook


def with_waits(
    snapshot: Snapshot, places: pl.DataFrame, lists: pl.DataFrame, *, on: date, book: Rulebook
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A plan's queue places and lists, with their waits. What the round itself did counts as history too."""
    history = after_round(read_history(snapshot, on=on), lists)
    return (
        estimate(places, history, on=on, book=book).select(places.columns),
        estimate_for_newcomers(lists, history, on=on, book=book).select(lists.columns),
    )


def after_round(history: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """The history as a round leaves it: `lists` has the columns of a plan's lists."""
    done = lists.select(
        "list_id",
        in_line_now="came_by_queue",
        by_right_now="came_by_right",
        exchanged_now="came_by_exchange",
        left_now=pl.col("left") - pl.col("came_by_exchange"),
        cap_now="cap",
        length_now="length_after",
        status_now="status_after",
    )
    rows = history.join(done, on="list_id", how="left")
    # The first exchanges of all clear away what had gathered: no later round is like it.
    exchanged = pl.when(pl.col("exchange_months") > 0).then(pl.col("exchanged_now").fill_null(0)).otherwise(0)
    return rows.with_columns(
        cap=pl.coalesce("cap_now", "cap"),
        length=pl.coalesce("length_now", "length"),
        status=pl.coalesce("status_now", "status"),
        came_in_line=pl.col("came_in_line") + pl.col("in_line_now").fill_null(0),
        came_by_right=pl.col("came_by_right") + pl.col("by_right_now").fill_null(0),
        left=pl.col("left") + pl.col("left_now").fill_null(0),
        came_by_exchange=pl.col("came_by_exchange") + exchanged,
    ).select(pl.col(name).cast(kind) for name, kind in HISTORY.items())

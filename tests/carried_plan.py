"""A plan carried out on a snapshot, without a database: what a register must export once the plan is applied."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa

from fastlege.kernel.snapshot import Snapshot, new_snapshot
from fastlege.kernel.snapshot_tables import OPTIONAL_TABLES, TABLES
from fastlege.kernel.vocabulary import ListStatus
from fastlege.planning.plan import Plan
from fastlege.planning.reading import collect, scan

OF_QUEUE_PLACES = ("asked_first", "offers")
"""Tables that say more of queue places, and whose rows go with them: who wants to be asked, and who has been."""


def carry_out(snapshot: Snapshot, plan: Plan, out: Path) -> None:
    """Write the snapshot that the plan makes of this one, with the day of the round as its day."""
    moves = pl.DataFrame(plan.moves)
    changed = {
        "memberships": _memberships(snapshot, moves),
        "queue": _queue(snapshot, moves),
        "unplaced": scan(snapshot, "unplaced").join(moves.lazy(), on="person_id", how="anti"),
        "lists": _lists(snapshot, plan),
        "switches": _switches(snapshot, moves),
    }
    with new_snapshot(out) as writer:
        for name, contract in TABLES.items():
            if name in changed:
                rows = collect(changed[name].sort(list(contract.key)), snapshot)
                writer.write(name, rows.select(contract.schema.names).to_arrow())
            elif name != "meta":
                writer.write(name, snapshot.table(name))
        for name in OPTIONAL_TABLES.keys() - OF_QUEUE_PLACES:
            writer.write(name, snapshot.table(name))
        for name in OF_QUEUE_PLACES:
            writer.write(name, _of_places_left(snapshot, name, changed["queue"]))
        writer.write_meta(plan.header.on, snapshot.meta)


def _memberships(snapshot: Snapshot, moves: pl.DataFrame) -> pl.LazyFrame:
    """The row on the old list ends on the day, with the reason of the move, and a new row begins."""
    leaving = moves.lazy().filter(pl.col("from_list").is_not_null())
    left = leaving.select("person_id", left_on="on", left_for="reason", end=pl.lit(None, pl.Date))
    rows = scan(snapshot, "memberships").join(left, on=["person_id", "end"], how="left", nulls_equal=True)
    ended = rows.with_columns(
        end=pl.coalesce("end", "left_on"),
        end_reason=pl.when(pl.col("left_on").is_not_null()).then(pl.col("left_for")).otherwise(pl.col("end_reason")),
    ).drop("left_on", "left_for")
    begun = moves.lazy().select(
        "person_id",
        list_id="to_list",
        start="on",
        end=pl.lit(None, pl.Date),
        begin_reason="reason",
        end_reason=pl.lit(None, pl.String),
    )
    return pl.concat([ended, begun])


def _queue(snapshot: Snapshot, moves: pl.DataFrame) -> pl.LazyFrame:
    """Places that were met, and those wanted less, are gone; those wanted more keep their rank and time."""
    met = moves.lazy().filter(pl.col("rank").is_not_null()).select("person_id", met="rank")
    places = scan(snapshot, "queue").join(met, on="person_id", how="left")
    return places.filter(pl.col("met").is_null() | (pl.col("rank") < pl.col("met"))).drop("met")


def _of_places_left(snapshot: Snapshot, table: str, queue: pl.LazyFrame) -> pa.Table:
    """The rows of a table about queue places, of those that are left."""
    rows = pl.DataFrame(snapshot.table(table)).lazy().join(queue, on=["person_id", "list_id"], how="semi")
    return collect(rows.sort("person_id", "list_id"), snapshot).to_arrow()


def _lists(snapshot: Snapshot, plan: Plan) -> pl.LazyFrame:
    status = (
        pl.when(pl.col("list_id").is_in(plan.header.lists_opened))
        .then(pl.lit(ListStatus.OPEN.value))
        .when(pl.col("list_id").is_in(plan.header.lists_closed))
        .then(pl.lit(ListStatus.CLOSED.value))
        .otherwise(pl.col("status"))
    )
    return scan(snapshot, "lists").with_columns(status=status)


def _switches(snapshot: Snapshot, moves: pl.DataFrame) -> pl.LazyFrame:
    """One row a move, but for switches that are there already because they were granted earlier."""
    earlier = scan(snapshot, "switches")
    new = moves.lazy().join(earlier, on=["person_id", "on", "to_list"], how="anti")
    columns = TABLES["switches"].schema.names
    return pl.concat([earlier, new.select(columns)])

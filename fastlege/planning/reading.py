"""Reading the tables of a snapshot lazily, so that only what a round needs of a nation is ever held."""

from __future__ import annotations

from datetime import date

import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.plan import Plan


def scan(snapshot: Snapshot, table: str) -> pl.LazyFrame:
    """A table of the snapshot, not read yet."""
    return pl.scan_parquet(snapshot.path(table), glob=False)


def collect(frame: pl.LazyFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Read what has been asked for; a damaged file is a `DataError`."""
    try:
        return frame.collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError(
            f"a table cannot be read ({str(error).splitlines()[0]}).",
            where=str(snapshot.folder),
            remedy="Build or export the snapshot again.",
        ) from error


def holds_on(on: date) -> pl.Expr:
    """Whether the half-open period in `start` and `end` contains the day."""
    return (pl.col("start") <= on) & (pl.col("end").is_null() | (pl.col("end") > on))


def standing_on(snapshot: Snapshot, on: date) -> pl.LazyFrame:
    """The memberships that hold on the day, what is already decided for the days up to it included."""
    return scan(snapshot, "memberships").filter(holds_on(on))


def refuse_rows(rows: pl.DataFrame, what: str, snapshot: Snapshot, table: str) -> None:
    """Refuse the snapshot when there are such rows, naming the first by its person or list."""
    if rows.is_empty():
        return
    first = rows.sort(rows.columns).row(0, named=True)
    named = ", ".join(f"{column} {value}" for column, value in first.items())
    raise DataError(
        f"{what}: {rows.height} row(s), the first with {named}.",
        where=str(snapshot.path(table)),
        remedy="`fastlege register check` finds what is wrong in a register; correct it and export again.",
    )


def refuse_other_snapshot(snapshot: Snapshot, plan: Plan) -> None:
    """Refuse a snapshot that is not the one the plan was made from."""
    if snapshot.digest() != plan.header.input_digest:
        raise DataError(
            "is not the snapshot that the plan was made from.",
            where=str(snapshot.folder),
            remedy="Give that one, or make a new plan from this one.",
        )

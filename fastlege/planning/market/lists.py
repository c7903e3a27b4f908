"""The lists on the day of a round: how long they are, whether they take people, and whether they have a regular GP."""

from __future__ import annotations

from datetime import date

import polars as pl

from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import ListStatus, Relationship
from fastlege.planning.reading import collect, holds_on, refuse_rows, scan, standing_on
from fastlege.rules.parameters import Rulebook

REOPENS_AT = "list.reopen_free_places"


def read_lists(snapshot: Snapshot, *, on: date) -> pl.DataFrame:
    """Lists by id: length on the day, places kept by open offers, whether they are in force, position of the office."""
    counted = collect(standing_on(snapshot, on).group_by("list_id").agg(length=pl.len()), snapshot)
    return with_lengths(counted, snapshot, on=on)


def with_lengths(counted: pl.DataFrame, snapshot: Snapshot, *, on: date) -> pl.DataFrame:
    """The lists of `read_lists`, given their lengths on the day."""
    lists = collect(
        scan(snapshot, "lists").join(
            scan(snapshot, "offices").select("office_id", "latitude", "longitude"), on="office_id", how="left"
        ),
        snapshot,
    )
    strangers = counted.join(lists, on="list_id", how="anti").select("list_id")
    refuse_rows(strangers, "memberships are on lists that do not exist", snapshot, "memberships")
    known = collect(scan(snapshot, "municipalities").select("municipality"), snapshot)
    nowhere = lists.join(known, on="municipality", how="anti").select("list_id", "municipality")
    refuse_rows(nowhere, "lists lie in municipalities that do not exist", snapshot, "lists")
    refuse_rows(lists.filter(pl.col("cap") < 0).select("list_id", "cap"), "a cap is below zero", snapshot, "lists")
    return (
        lists.join(counted, on="list_id", how="left")
        .join(_kept_places(snapshot), on="list_id", how="left")
        .with_columns(
            length=pl.col("length").fill_null(0),
            kept=pl.col("kept").fill_null(0).cast(pl.Int64),
            in_force=(pl.col("start") <= on) & (pl.col("end").is_null() | (pl.col("end") > on)),
        )
        .sort("list_id")
        .with_row_index("place")
        .with_columns(pl.col("place").cast(pl.Int64))
    )


def _kept_places(snapshot: Snapshot) -> pl.DataFrame:
    """How many places of a list are kept for people who have been asked and have not answered: they are not free."""
    return pl.DataFrame(snapshot.table("offers", ["list_id"])).group_by("list_id").agg(kept=pl.len())


def lists_with_gp(snapshot: Snapshot, *, on: date) -> pl.DataFrame:
    """The lists that have a regular GP on the day."""
    regular = holds_on(on) & (pl.col("relationship") == Relationship.REGULAR.value)
    return collect(scan(snapshot, "doctor_periods").filter(regular).select("list_id").unique(), snapshot)


def takes_part() -> pl.Expr:
    """Whether a list gives and takes places: in force, and not locked by the municipality."""
    return pl.col("in_force") & (pl.col("status") != ListStatus.LOCKED.value)


def status_at(length: str, *, on: date, book: Rulebook) -> pl.Expr:
    """The status of a list of that length: closed with no place left, open again with enough free, else as it was."""
    free = pl.col("cap").cast(pl.Int64) - pl.col(length).cast(pl.Int64)
    return (
        pl.when(~takes_part())
        .then(pl.col("status"))
        .when(free <= 0)
        .then(pl.lit(ListStatus.CLOSED.value))
        .when(free >= book.whole(REOPENS_AT, on=on))
        .then(pl.lit(ListStatus.OPEN.value))
        .otherwise(pl.col("status"))
    )

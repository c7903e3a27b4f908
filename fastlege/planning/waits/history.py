"""What lists did lately, from a snapshot and a round: who came in line, by exchange and by right, and who left."""

from __future__ import annotations

from datetime import date

import polars as pl

from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import Reason
from fastlege.planning.reading import collect, scan

MONTHS = 12
"""How far back a list's own history counts."""

HISTORY = pl.Schema(
    {
        "list_id": pl.Int64(),
        "size_group": pl.String(),
        "cap": pl.Int64(),
        "length": pl.Int64(),
        "status": pl.String(),
        "ends": pl.Date(),
        "months": pl.Float64(),
        "came_in_line": pl.Int64(),
        "came_by_right": pl.Int64(),
        "left": pl.Int64(),
        "came_by_exchange": pl.Int64(),
        "exchange_months": pl.Float64(),
    }
)
"""One row a list. `cap`, `length`, `status` and `ends` are those of the day. The counts are of persons over the last
`months` (at most twelve, fewer for a new list): given a place in line, come by a right that needs no free place, left
for reasons other than exchange and the end of a practice; and come by exchange over `exchange_months`. These begin
after the nation's first round with exchanges: it clears away what had gathered, and no later one is like it."""

IN_LINE = (Reason.CHOSEN_QUEUE,)
BY_RIGHT = (Reason.BIRTH, Reason.CHILD_OF_MEMBER, Reason.RETURNED_WITHIN_3_YEARS)
BY_EXCHANGE = (Reason.SWAP, Reason.CYCLE)
ALL_AT_ONCE = (Reason.PRACTICE_CLOSED, Reason.TAKEOVER, Reason.LIST_REDUCTION)
"""Reasons that move many at once and say nothing of the months to come."""


def read_history(snapshot: Snapshot, *, on: date) -> pl.DataFrame:
    """The history of each list in force at the snapshot's day, for estimates as of `on`: columns of `HISTORY`."""
    begin = on.replace(year=on.year - 1)
    lists = (
        scan(snapshot, "lists")
        .filter(pl.col("end").is_null() | (pl.col("end") > on))
        .join(scan(snapshot, "municipalities").select("municipality", "size_group"), on="municipality", how="left")
        .select("list_id", "size_group", "cap", "status", "start", ends="end")
    )
    rows = scan(snapshot, "memberships")
    exchanged = _among("begin_reason", BY_EXCHANGE)
    first = collect(rows.filter(exchanged).select(pl.col("start").min()), snapshot).item()
    first = on if first is None else first
    standing = (pl.col("start") <= on) & (pl.col("end").is_null() | (pl.col("end") > on))
    came = (pl.col("start") > begin) & (pl.col("start") <= on)
    left = (pl.col("end") > begin) & (pl.col("end") <= on)
    counts = rows.group_by("list_id").agg(
        length=standing.sum(),
        came_in_line=(came & _among("begin_reason", IN_LINE)).sum(),
        came_by_right=(came & _among("begin_reason", BY_RIGHT)).sum(),
        left=(left & ~_among("end_reason", BY_EXCHANGE + ALL_AT_ONCE)).sum(),
        came_by_exchange=(came & exchanged & (pl.col("start") > first)).sum(),
    )
    known = collect(lists.join(counts, on="list_id", how="left"), snapshot)
    return (
        known.with_columns(
            months=_months_to(on, pl.col("start")),
            exchange_months=_months_to(on, pl.max_horizontal("start", pl.lit(_month_after(first)))),
            **{name: pl.col(name).fill_null(0) for name in ("length", "left", *_CAME)},
        )
        .select(pl.col(name).cast(kind) for name, kind in HISTORY.items())
        .sort("list_id")
    )


_CAME = ("came_in_line", "came_by_right", "came_by_exchange")


def _among(column: str, reasons: tuple[Reason, ...]) -> pl.Expr:
    return pl.col(column).is_in([reason.value for reason in reasons]).fill_null(False)


def _month_after(day: date) -> date:
    """The same day a month later, or the first of the month after where there is none."""
    year, month = divmod(day.year * 12 + day.month, 12)
    return date(year, month + 1, 1 if day.day > 28 else day.day)


def _months_to(on: date, start: pl.Expr) -> pl.Expr:
    """Rounds from a day to `on`, both counted, at most `MONTHS`."""
    months = 1 + (on.year - start.dt.year().cast(pl.Int64)) * 12 + on.month - start.dt.month().cast(pl.Int64)
    return months.clip(0, MONTHS).cast(pl.Float64)

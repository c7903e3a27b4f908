"""Spells of waiting: when each person who asked for a list got one, under one policy."""

from __future__ import annotations

import polars as pl

from fastlege.simulation.life.month import Month

SERVED, WAITING = "served", "waiting"
_KEY = ["person_id", "waiting_since"]


class Spells:
    """Collects the spells of one policy, month by month."""

    def __init__(self) -> None:
        self._ends: list[pl.DataFrame] = []
        self._last: Month | None = None

    def add(self, month: Month) -> None:
        """Take in the spells that ended in a month: by a list asked for, or by no longer waiting."""
        served = month.moves.drop_nulls("rank").filter(~pl.col("direct"))
        self._ends.append(_ends(served, month, pl.lit(SERVED)))
        gone = month.left.filter(~pl.col("why").is_in(["better_place", "not_allowed"]))
        gone = gone.join(month.queue, on=_KEY, how="anti").unique(_KEY, keep="first", maintain_order=True)
        self._ends.append(_ends(gone, month, pl.col("why")))
        self._last = month

    def table(self) -> pl.DataFrame:
        """One row a spell: person_id, waiting_since, day (end, or the last month), outcome, reason, rank."""
        if self._last is None:
            raise RuntimeError("no month has been added")
        still = _ends(self._last.queue.unique(_KEY, keep="first", maintain_order=True), self._last, pl.lit(WAITING))
        # The first list obtained ends a spell, though the person may go on waiting for a better one.
        return pl.concat([*self._ends, still]).unique(_KEY, keep="first", maintain_order=True).sort(_KEY)


def _ends(rows: pl.DataFrame, month: Month, outcome: pl.Expr) -> pl.DataFrame:
    reason = pl.col("reason") if "reason" in rows.columns else pl.lit(None, pl.String)
    return rows.select(
        *_KEY, "rank", day=pl.lit(month.day), month=pl.lit(month.number, pl.Int32), outcome=outcome, reason=reason
    )

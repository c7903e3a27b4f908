"""What became of queue places: followed from one round to the next until they are given, or given up."""

from __future__ import annotations

import polars as pl

from fastlege.kernel.vocabulary import ListStatus
from fastlege.planning.plan import Exchange, PlaceOutcome
from fastlege.planning.waits.history import HISTORY
from fastlege.planning.waits.scores import together_in_line

PLACE = ("person_id", "list_id", "requested_at")
"""What names a place from one round to the next: one who asks anew after giving up has a new place."""

FACTS = ("ahead_persons", "together", "exchange", "own_points_days", "threshold_days", "is_new")


class Watch:
    """The places in line after one round, and what the next ones make of them.

    `rounds` counts the rounds that a place has been through: the one that gave it if `given`, else the last after
    which it still stood. A place that is given up, or falls away because something better came, counts as seen so far
    and no further (`gave_up`): its wait is known not to have been shorter, and nothing else.
    """

    def __init__(self, places: pl.DataFrame, history: pl.DataFrame, *, horizon: int) -> None:
        """Start at a round: the places it leaves (a plan's columns and `is_new`) and the lists' history then.

        Followed are those for which a wait is told.
        """
        standing = places.filter(pl.col("ahead_persons").is_not_null())
        told = standing.filter(pl.col("exchange") != Exchange.NO_PLACE.value)
        in_line = standing.group_by("list_id").agg(in_line=pl.len())
        lists = history.filter(pl.col("ends").is_null() & (pl.col("status") != ListStatus.LOCKED.value))
        self._start = (
            told.with_columns(together=together_in_line())
            .select(*PLACE, *FACTS)
            .join(lists.select(HISTORY.names()), on="list_id")
            .join(in_line, on="list_id")
        )
        self._open = self._start.select(*PLACE)
        self._closed: list[pl.DataFrame] = []
        self._round, self._horizon = 0, horizon

    @property
    def is_over(self) -> bool:
        """Whether as many rounds have been seen as wanted."""
        return self._round >= self._horizon

    def see(self, places: pl.DataFrame) -> None:
        """Take in the next round: the places it met or left, with `outcome` and, where met, `by_exchange`."""
        if self.is_over:
            return
        self._round += 1
        now = self._open.join(
            places.select(*PLACE, "by_exchange", met=pl.col("outcome") == PlaceOutcome.MET.value),
            on=PLACE, how="left",
        )  # fmt: skip
        left = now.filter(pl.col("met").is_null())
        given = now.filter(pl.col("met"))
        self._close(left.select(*PLACE), self._round - 1, gave_up=True)
        self._close(given.select(*PLACE, "by_exchange"), self._round, given=True)
        self._open = now.filter(~pl.col("met")).select(*PLACE)

    def outcomes(self) -> pl.DataFrame:
        """One row a place, with its facts at the start, its list's history then, and the columns `OUTCOMES`."""
        self._close(self._open, self._round)
        self._open = self._open.clear()
        return self._start.join(pl.concat(self._closed), on=PLACE).sort(PLACE)

    def _close(self, places: pl.DataFrame, rounds: int, *, given: bool = False, gave_up: bool = False) -> None:
        how = pl.col("by_exchange") if given else pl.lit(False)
        self._closed.append(
            places.select(
                *PLACE,
                rounds=pl.lit(rounds, pl.Int64), given=pl.lit(given), by_exchange=how, gave_up=pl.lit(gave_up),
            )
        )  # fmt: skip

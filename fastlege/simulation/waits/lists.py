"""What lists did in the months of a simulated life, counted as a snapshot's history would show it."""

from __future__ import annotations

from collections import deque

import numpy as np
import polars as pl

from fastlege.kernel.vocabulary import Reason
from fastlege.planning.waits.history import ALL_AT_ONCE, BY_EXCHANGE, BY_RIGHT, HISTORY, IN_LINE, MONTHS
from fastlege.simulation.life.month import Month
from fastlege.simulation.life.standing import CODE, REASONS
from fastlege.simulation.months import day_number

_STAYS_OUT = frozenset(BY_EXCHANGE + ALL_AT_ONCE)
_COUNTS = ("came_in_line", "came_by_right", "left", "came_by_exchange")


class ListYears:
    """The last twelve months of every list."""

    def __init__(self, size_group: pl.DataFrame) -> None:
        """`size_group` has the columns `municipality` and `size_group`."""
        self._size_group = size_group
        self._months: deque[pl.DataFrame] = deque(maxlen=MONTHS)

    def see(self, month: Month) -> None:
        """Take in a month; the month before the oldest of twelve is forgotten."""
        came = month.moves.group_by(list_id="to_list").agg(
            came_in_line=pl.col("reason").is_in(IN_LINE).sum(),
            came_by_right=pl.col("reason").is_in(BY_RIGHT).sum(),
            came_by_exchange=pl.col("reason").is_in(BY_EXCHANGE).sum(),
        )
        others = pl.DataFrame({"list_id": month.world.practices.list_id, "left": _left(month), "born": _born(month)})
        rows = month.lists.filter("in_force").select("list_id").join(came, on="list_id", how="left")
        rows = rows.join(others, on="list_id", how="left").fill_null(0)
        rows = rows.with_columns(came_by_right=pl.col("came_by_right") + pl.col("born"))
        self._months.append(rows.select("list_id", *_COUNTS))

    def history(self, month: Month) -> pl.DataFrame:
        """The history as it stands after a month: columns of `HISTORY`."""
        seen = pl.concat(self._months)
        counts = seen.group_by("list_id").agg(pl.col(_COUNTS).sum(), months=pl.len().cast(pl.Float64))
        now = month.lists.filter("in_force").join(self._size_group, on="municipality", how="left")
        rows = now.join(counts, on="list_id").with_columns(ends=pl.lit(None, pl.Date), exchange_months=pl.col("months"))
        return rows.select(pl.col(name).cast(kind) for name, kind in HISTORY.items()).sort("list_id")


def _left(month: Month) -> np.ndarray:
    """How many left each list on the day of the month, for reasons that come again every month."""
    count, today = np.zeros(len(month.world.practices), np.int64), day_number(month.day)
    for ended in month.standing.ended:
        if ended.end == today and REASONS[ended.end_reason] not in _STAYS_OUT:
            np.add.at(count, ended.list_, 1)
    return count


def _born(month: Month) -> np.ndarray:
    """How many were born to each list in the month."""
    standing, today = month.standing, day_number(month.day)
    new = (standing.since == today) & (standing.reason == CODE[Reason.BIRTH]) & (standing.on >= 0)
    return np.bincount(standing.on[new], minlength=len(month.world.practices))

"""Measures of a month under a policy: how many wait, how long, and who was served."""

from __future__ import annotations

from datetime import UTC, datetime, time

import polars as pl

from fastlege.kernel.vocabulary import Reason
from fastlege.simulation.life.month import Month

DIRECT = Reason.CHOSEN_DIRECT.value
BY_REQUEST = (Reason.CHOSEN_DIRECT, Reason.CHOSEN_QUEUE, Reason.SWAP, Reason.CYCLE)
OTHERWISE = (Reason.ALLOCATED, Reason.IMMIGRATION, Reason.PRACTICE_CLOSED, Reason.LIST_REDUCTION)
_MONTH_DAYS = 31


def measure(month: Month) -> dict[str, object]:
    """One row of measures.

    `waiting` are persons in the queue after the round, `places` their places there. `wait_*` are days waited by them,
    `served_wait_*` days waited by those who got a list they had asked for and queued for. Whoever asked in the month
    for an open list and got it chose directly, under every policy, and is counted as that. Of those who asked in the
    month for a list without room, `pct_within_month` had one of their lists by the round.
    """
    now = datetime.combine(month.day, time.min, tzinfo=UTC)
    persons = month.queue.group_by("person_id").agg(pl.col("waiting_since").min())
    asked = month.moves.drop_nulls("rank")
    queued = asked.filter(~pl.col("direct"))
    by_reason = {DIRECT: asked.height - queued.height, **dict(queued["reason"].value_counts().rows())}
    otherwise = dict(month.moves["reason"].value_counts().rows())
    running = month.lists.filter("in_force")
    longest = month.unplaced.select((pl.lit(month.day) - pl.col("since")).dt.total_days().max()).item()
    return {
        "day": month.day,
        "policy": month.policy,
        "waiting": persons.height,
        "places": month.queue.height,
        **_spread(persons, now, "wait"),
        "served": asked.height,
        **{f"served_{reason.value}": by_reason.get(reason.value, 0) for reason in BY_REQUEST},
        **{f"placed_{reason.value}": otherwise.get(reason.value, 0) for reason in OTHERWISE},
        **_spread(queued, now, "served_wait"),
        "pct_first_wish": _percent(asked.filter(pl.col("rank") == 1).height, asked.height),
        "pct_within_month": _within_month(month, queued, now),
        "gave_up": month.left.filter(pl.col("why") == "withdrawn")["person_id"].n_unique(),
        "without_list": month.unplaced.height,
        "without_list_longest": longest or 0,
        "lists": running.height,
        "lists_open": running.filter(pl.col("status") == "open").height,
        "lists_vacant": running.filter(~pl.col("has_gp")).height,
        "members": int(month.lists["length"].sum()),
    }


def _spread(rows: pl.DataFrame, now: datetime, name: str) -> dict[str, float | None]:
    """Mean, median, 90th percentile and maximum of the days since `waiting_since`; none where nobody is."""
    waited = rows.select(days=(pl.lit(now) - pl.col("waiting_since")).dt.total_seconds() / 86_400)["days"]
    if waited.is_empty():
        return {f"{name}_{kind}": None for kind in ("mean", "median", "p90", "max")}
    values = (waited.mean(), waited.median(), waited.quantile(0.9, "nearest"), waited.max())
    names = ("mean", "median", "p90", "max")
    return {f"{name}_{kind}": round(float(str(value)), 1) for kind, value in zip(names, values, strict=True)}


def _within_month(month: Month, queued: pl.DataFrame, now: datetime) -> float | None:
    lately = (pl.lit(now) - pl.col("waiting_since")).dt.total_days() <= _MONTH_DAYS
    got = queued.filter(lately)["person_id"].n_unique()
    still = month.queue.filter(lately).join(queued, on="person_id", how="anti")["person_id"].n_unique()
    return _percent(got, got + still)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None

"""Living some years and following the queue places of some of their rounds to the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.waits.history import MONTHS
from fastlege.rules.parameters import Rulebook
from fastlege.simulation.life.policies.catalogue import ROUND
from fastlege.simulation.life.run import live
from fastlege.simulation.waits.lists import ListYears
from fastlege.simulation.waits.outcomes import Watch
from fastlege.simulation.waits.places import places_of

Report = Callable[[str, float], None]


@dataclass(frozen=True)
class Followed:
    """`places`: one row a place in line after one of the rounds, with its list's history, what the round said to it,
    and `rounds`, `given`, `by_exchange`, `gave_up`; `origin` is the number of that round. `lists`: one row a list with
    a line and the round, with its history, and `next_in_line` and `next_net`, its next twelve months.
    """

    places: pl.DataFrame
    lists: pl.DataFrame


@dataclass
class _Origin:
    number: int
    watch: Watch
    history: pl.DataFrame


def follow(
    snapshot: Snapshot,
    *,
    seed: int,
    origins: Sequence[int],
    horizon: int,
    book: Rulebook,
    report: Report = lambda step, share: None,
) -> Followed:
    """Live until every round in `origins` has been followed for `horizon` rounds."""
    if not origins or min(origins) < MONTHS or horizon < MONTHS:
        raise DataError(
            "places can be followed from a round that has a year before it, for a year at least.",
            remedy=f"Give rounds from {MONTHS} and a horizon of {MONTHS} or more.",
        )
    sizes = pl.DataFrame(snapshot.table("municipalities", ["municipality", "size_group"]))
    years, begun = ListYears(sizes), list[_Origin]()
    next_year: list[pl.DataFrame] = []
    months = max(origins) + horizon
    for month in live(snapshot, months=months, policy=ROUND, seed=seed, book=book, report=report):
        places = places_of(month)
        years.see(month)
        history = years.history(month)
        for origin in begun:
            origin.watch.see(places)
            if month.number == origin.number + MONTHS:
                next_year.append(_with_next_year(origin, history))
        if month.number in origins:
            begun.append(_Origin(month.number, Watch(places, history, horizon=horizon), history))
    followed = [each.watch.outcomes().with_columns(origin=pl.lit(each.number)) for each in begun]
    return Followed(pl.concat(followed), _with_a_line(pl.concat(next_year), followed))


def _with_next_year(origin: _Origin, later: pl.DataFrame) -> pl.DataFrame:
    """The history of lists at the origin with the year that followed, which is the history twelve rounds later."""
    coming = later.filter(pl.col("months") == MONTHS).select(
        "list_id", next_in_line="came_in_line", next_net=(pl.col("left") - pl.col("came_by_right")).clip(0)
    )
    return origin.history.join(coming, on="list_id").with_columns(origin=pl.lit(origin.number))


def _with_a_line(lists: pl.DataFrame, followed: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Lists that had people in line at the origin."""
    lines = pl.concat([places.select("origin", "list_id").unique() for places in followed])
    return lists.join(lines, on=["origin", "list_id"], how="semi")

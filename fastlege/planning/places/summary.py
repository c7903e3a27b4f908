"""What a plan comes to in numbers: what could not be done, and what a case worker should look at before signing."""

from __future__ import annotations

import polars as pl

from fastlege.kernel.periods import years_before
from fastlege.kernel.vocabulary import ListStatus
from fastlege.planning.market.assembly import MonthMarket
from fastlege.planning.market.lists import takes_part
from fastlege.rules.parameters import Rulebook

MOST_QUEUES = "waiting.max_simultaneous"

MANY_NEW_SHARE = 0.1
"""A list that takes more than this share of its length on free places in one month is worth a look."""

LONG_WAIT_YEARS = 2
"""Whoever has waited longer than this is worth a look."""


def exceptions(month: MonthMarket, moves: pl.DataFrame) -> dict[str, int]:
    """What could not be done, by kind: what was ignored on the way in, and what found no place."""
    counts = {**month.ignored, "still_without_list": _still_without(month, moves).height}
    return {kind: count for kind, count in sorted(counts.items()) if count}


def unusual(
    month: MonthMarket, moves: pl.DataFrame, places: pl.DataFrame, lists: pl.DataFrame, book: Rulebook
) -> dict[str, int]:
    """What is out of the ordinary, by kind."""
    left = _still_without(month, moves)["municipality"].unique()
    with_lists = month.lists.filter(takes_part())["municipality"].unique()
    counts = {
        "lists_grown_above_cap": lists.filter(grown_above_cap()).height,
        "lists_above_cap": lists.filter(pl.col("length_after") > pl.col("cap")).height,
        "lists_with_many_new": lists.filter(many_new()).height,
        "people_in_more_queues_than_allowed": _in_too_many_queues(month, book),
        "people_waiting_long": places.filter(waits_long(month))["person_id"].n_unique(),
        "municipalities_where_people_remain_without_list": len(left),
        "municipalities_with_people_but_no_list": len(set(left) - set(with_lists)),
        "municipalities_without_room": len(municipalities_without_room(lists)),
    }
    return {kind: count for kind, count in sorted(counts.items()) if count}


def grown_above_cap() -> pl.Expr:
    """Lists that the round makes longer, to above their cap: by those with a right to enter."""
    return (pl.col("length_after") > pl.col("length_before")) & (pl.col("length_after") > pl.col("cap"))


def many_new() -> pl.Expr:
    """Lists that take unusually many on free places. Those who exchange do not count: as many leave."""
    came = pl.col("came_assigned") + pl.col("came_by_queue") + pl.col("came_by_right")
    return came > MANY_NEW_SHARE * pl.col("length_before")


def waits_long(month: MonthMarket) -> pl.Expr:
    """Queue places that are still in line after a very long time."""
    since = years_before(month.market.terms.effect, LONG_WAIT_YEARS)
    return pl.col("position").is_not_null() & (pl.col("requested_at").dt.date() < since)


def municipalities_without_room(lists: pl.DataFrame) -> list[str]:
    """Municipalities with lists, none of which is open with a free place after the round."""
    room = (pl.col("status_after") == ListStatus.OPEN.value) & (pl.col("length_after") < pl.col("cap"))
    return sorted(lists.group_by("municipality").agg(room=room.any()).filter(~pl.col("room"))["municipality"])


def _in_too_many_queues(month: MonthMarket, book: Rulebook) -> int:
    asked = month.queue.filter(pl.col("outcome").is_null()).group_by("person_id").len()
    return asked.filter(pl.col("len") > book.whole(MOST_QUEUES, on=month.market.terms.effect)).height


def _still_without(month: MonthMarket, moves: pl.DataFrame) -> pl.DataFrame:
    return month.people.filter(pl.col("list_id").is_null()).join(moves, on="person_id", how="anti")

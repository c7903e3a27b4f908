"""What a plan comes to in numbers: what could not be done, and what a case worker should look at before signing."""

from __future__ import annotations

import polars as pl

from fastlege.planning.market.assembly import MonthMarket
from fastlege.planning.market.lists import takes_part
from fastlege.rules.parameters import Rulebook

MOST_QUEUES = "waiting.max_simultaneous"


def exceptions(month: MonthMarket, moves: pl.DataFrame) -> dict[str, int]:
    """What could not be done, by kind: what was ignored on the way in, and what found no place."""
    counts = {**month.ignored, "still_without_list": _still_without(month, moves).height}
    return {kind: count for kind, count in sorted(counts.items()) if count}


def unusual(month: MonthMarket, moves: pl.DataFrame, lists: pl.DataFrame, book: Rulebook) -> dict[str, int]:
    """What is out of the ordinary, by kind."""
    grew = (lists["length_after"] - lists["length_before"]).to_numpy()
    above = lists.filter((pl.col("length_after") > pl.col("length_before")) & (pl.col("length_after") > pl.col("cap")))
    asked = month.queue.filter(pl.col("outcome").is_null()).group_by("person_id").len()
    allowed = book.whole(MOST_QUEUES, on=month.market.terms.effect)
    left = _still_without(month, moves)["municipality"].unique()
    with_lists = month.lists.filter(takes_part())["municipality"].unique()
    counts = {
        "lists_grown_above_cap": above.height,
        "largest_intake_of_a_list": int(grew.max(initial=0)),
        "largest_loss_of_a_list": -int(grew.min(initial=0)),
        "people_in_more_queues_than_allowed": asked.filter(pl.col("len") > allowed).height,
        "municipalities_where_people_remain_without_list": len(left),
        "municipalities_with_people_but_no_list": len(set(left) - set(with_lists)),
    }
    return {kind: count for kind, count in sorted(counts.items()) if count}


def _still_without(month: MonthMarket, moves: pl.DataFrame) -> pl.DataFrame:
    return month.people.filter(pl.col("list_id").is_null()).join(moves, on="person_id", how="anti")

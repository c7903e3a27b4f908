"""Where those who were displaced go, as a table like a plan's: each person with the list, the reason and the rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import Reason
from fastlege.matching.closure.flow import Ints
from fastlege.matching.closure.placing import Displaced, Placing, Way, place_units
from fastlege.planning.reading import collect, scan
from fastlege.rules.geography.reach import great_circle_km
from fastlege.rules.parameters import Rulebook
from fastlege.rules.switching import SwitchCause

AWAY_METRES = 20_000
"""How much farther away than it is a list in another municipality counts, for each person."""

_FAR_METRES = 3_000_000
_RULES = {
    Way.WISH: "waiting.unplaced_before_waiting_list",
    Way.NEAR: "right.placed_if_no_choice",
    Way.NO_PLACE: "waiting.unplaced_before_waiting_list",
}
_WORDS = {Way.WISH: "wish", Way.NEAR: "near", Way.NO_PLACE: "first_in_line"}
_SUBJECT = {Reason.LIST_REDUCTION: "reduction", Reason.PRACTICE_CLOSED: "closure"}

_CAUSE = {Reason.LIST_REDUCTION: SwitchCause.LIST_REDUCTION, Reason.PRACTICE_CLOSED: SwitchCause.GP_ENDED_AGREEMENT}
_NOT_COUNTED = "switch.excluded_from_count"

COLUMNS = (
    *("person_id", "from_list", "to_list", "on", "reason", "chosen", "rule", "rule_source", "explanation_key"),
    *("queued_since", "rank", "metres", "unplaced_since"),
)
"""Columns of the table, one row a person, by person_id: those of a plan's moves, the way to the new list's office, and
for those without a place (`to_list` empty) the day since when they are first in line. `chosen` says, as in the
register, that the move counts as a switch of their own: after a reduction or a closure a wish that is met does not."""


@dataclass(frozen=True)
class Placements:
    """The table, and how good the placing is: total weighted metres and people near, beside the best imaginable."""

    rows: pl.DataFrame
    metres: int = 0
    bound: int = 0
    bound_placed: int = 0

    def count(self, key: str) -> int:
        """How many people were placed in that way: `wish`, `near`, `first_in_line` or `takeover`."""
        return self.rows.filter(pl.col("explanation_key").str.ends_with(key)).height


def place_displaced(
    snapshot: Snapshot, members: pl.DataFrame, lists: pl.DataFrame, *, reason: Reason, on: date, book: Rulebook
) -> Placements:
    """Place people, whose column `unit` numbers the units in the order in which their wishes are met, on the lists."""
    people = members.sort("unit", "person_id")
    units = people.group_by("unit", maintain_order=True).agg(
        pl.len(), pl.col("municipality").first(), pl.col("latitude").first(), pl.col("longitude").first()
    )
    homes = units.select("municipality", "latitude", "longitude").unique(maintain_order=True)
    points = units.join(
        homes.with_row_index("point"),
        on=["municipality", "latitude", "longitude"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    way = _metres(homes, lists)
    away = homes["municipality"].to_numpy()[:, None] != lists["municipality"].to_numpy()[None, :]
    displaced = Displaced(
        size=units["len"].cast(pl.Int64).to_numpy(),
        point=points["point"].cast(pl.Int64).to_numpy(),
        wishes=_wish_places(shared_wishes(snapshot, people, lists), units.height),
    )
    placing = place_units(displaced, way + AWAY_METRES * away, lists["free"].to_numpy())
    found = _found(placing, displaced, way, lists)
    return Placements(
        _table(snapshot, people.join(found, on="unit"), reason=reason, on=on, book=book),
        placing.metres,
        placing.bound,
        placing.bound_placed,
    )


def shared_wishes(snapshot: Snapshot, people: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """The lists that all of a unit ask for, best first: unit, list_id, place, moment (the latest of theirs).

    Minors go with the others and need not ask; a unit of minors alone must ask itself.
    """
    asking = people.filter(~pl.col("minor") | pl.col("minor").all().over("unit"))
    sizes = asking.group_by("unit").agg(voices=pl.len())
    queue = collect(scan(snapshot, "queue").join(asking.lazy(), on="person_id", how="semi"), snapshot)
    return (
        queue.join(asking.select("person_id", "unit"), on="person_id")
        .join(lists.select("list_id", "place"), on="list_id")
        .group_by("unit", "list_id", "place")
        .agg(
            asked=pl.len(), worst=pl.col("rank").max(), ranks=pl.col("rank").sum(), moment=pl.col("requested_at").max()
        )
        .join(sizes, on="unit")
        .filter(pl.col("asked") == pl.col("voices"))
        .sort("unit", "worst", "ranks", "list_id")
    )


def _wish_places(wishes: pl.DataFrame, units: int) -> tuple[tuple[int, ...], ...]:
    places: list[list[int]] = [[] for _ in range(units)]
    for unit, place in wishes.select("unit", "place").iter_rows():
        places[unit].append(place)
    return tuple(map(tuple, places))


def _metres(homes: pl.DataFrame, lists: pl.DataFrame) -> Ints:
    """Straight way from each home's point to each list's office, in whole metres; far where a position is missing."""
    here = [homes[name].to_numpy()[:, None] for name in ("latitude", "longitude")]
    there = [lists[name].to_numpy()[None, :] for name in ("latitude", "longitude")]
    metres = np.rint(1000 * great_circle_km(*here, *there))
    return np.nan_to_num(metres, nan=_FAR_METRES).astype(np.int64)


def _found(placing: Placing, displaced: Displaced, way: Ints, lists: pl.DataFrame) -> pl.DataFrame:
    """One row a unit: unit, to_list, metres, how."""
    placed = placing.way != Way.NO_PLACE
    to_list, metres = np.zeros(len(placed), np.int64), np.zeros(len(placed), np.int64)
    to_list[placed] = lists["list_id"].to_numpy()[placing.place[placed]]
    metres[placed] = way[displaced.point[placed], placing.place[placed]]
    rows = pl.DataFrame(
        {"unit": np.arange(len(placed)), "to_list": to_list, "metres": metres, "how": placing.way, "placed": placed},
        schema_overrides={"unit": pl.Int64, "how": pl.Int64},
    )
    return rows.with_columns(pl.when("placed").then(name).alias(name) for name in ("to_list", "metres")).drop("placed")


def _table(snapshot: Snapshot, people: pl.DataFrame, *, reason: Reason, on: date, book: Rulebook) -> pl.DataFrame:
    counts = _CAUSE[reason].value not in book.words(_NOT_COUNTED, on=on)
    ways = pl.DataFrame(
        [
            (
                int(way),
                f"{_SUBJECT[reason]}_{_WORDS[way]}",
                rule,
                book.row(rule, on=on).source,
                counts and way == Way.WISH,
            )
            for way, rule in _RULES.items()
        ],
        schema={
            "how": pl.Int64,
            "explanation_key": pl.String,
            "rule": pl.String,
            "rule_source": pl.String,
            "chosen": pl.Boolean,
        },
        orient="row",
    )
    queue = scan(snapshot, "queue").select("person_id", "rank", "requested_at", to_list="list_id")
    met = collect(queue.join(people.lazy().select("person_id"), on="person_id", how="semi"), snapshot)
    return (
        people.join(ways, on="how")
        .join(met, on=["person_id", "to_list"], how="left")
        .with_columns(
            on=pl.lit(on),
            reason=pl.lit(reason.value),
            queued_since=pl.col("requested_at").dt.convert_time_zone("Europe/Oslo").dt.date(),
            unplaced_since=pl.when(pl.col("to_list").is_null()).then(pl.lit(on)),
        )
        .select(COLUMNS)
        .sort("person_id")
    )


def numbered(members: pl.DataFrame, keys: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """The members with the column `unit`: the place of their unit in `keys`, whose rows are in order."""
    rows = keys.with_row_index("unit").with_columns(pl.col("unit").cast(pl.Int64))
    return members.join(rows, on=list(on), how="inner")

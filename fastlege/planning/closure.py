"""A list that ends: a successor takes it over whole, or its residents are distributed to other lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from fastlege.kernel.draws import hash_text
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import ListStatus, Reason
from fastlege.planning.days import check_day
from fastlege.planning.displaced.members import CHANGES_ON, lists_in_force, read_members, taking_lists
from fastlege.planning.displaced.placements import COLUMNS, Placements, numbered, place_displaced, shared_wishes
from fastlege.rules.parameters import Rulebook

WHOLE_LIST = "list.takeover_transfers_whole_list"
OVER_CAP = "list.over_cap_allowed"


def close_lists(snapshot: Snapshot, list_ids: Sequence[int], *, on: date, seed: str, book: Rulebook) -> Placements:
    """Distribute the residents of lists that end on a day, all of them together, households whole.

    Wishes come first, in the order of their times and then by the lot h("seed:id"), with the smallest person_id of
    the household. Who finds no place is first in line from that day.
    """
    check_day(snapshot, on=on, book=book, rule=CHANGES_ON)
    lists = lists_in_force(snapshot, list_ids, on=on)
    members = read_members(snapshot, list_ids, on=on, book=book)
    taking = taking_lists(lists, snapshot, but=list_ids, on=on)
    members = _in_order_of_wishes(snapshot, members, taking, seed=seed)
    return place_displaced(snapshot, members, taking, reason=Reason.PRACTICE_CLOSED, on=on, book=book)


def _in_order_of_wishes(snapshot: Snapshot, members: pl.DataFrame, taking: pl.DataFrame, *, seed: str) -> pl.DataFrame:
    """The members with their unit: households, those who asked first in front, the others by lot."""
    households = members.group_by("household_id").agg(unit_id=pl.col("person_id").min()).sort("unit_id")
    by_id = numbered(members, households.select("household_id"), ["household_id"])
    wishes = shared_wishes(snapshot, by_id, taking)
    asked = wishes.join(by_id.select("unit", "household_id").unique(), on="unit")
    first = asked.group_by("household_id").agg(moment=pl.col("moment").min())
    lots = pl.Series("lot", [hash_text(f"{seed}:{unit}") for unit in households["unit_id"]], dtype=pl.UInt64)
    ordered = (
        households.with_columns(lots)
        .join(first, on="household_id", how="left")
        .sort("moment", "lot", "unit_id", nulls_last=True)
    )
    return numbered(members, ordered.select("household_id"), ["household_id"])


def take_over(snapshot: Snapshot, list_id: int, *, successor: int, on: date, book: Rulebook) -> Placements:
    """Move the whole list to a successor, who may thereby come above the cap where the rules allow that."""
    check_day(snapshot, on=on, book=book, rule=CHANGES_ON)
    lists = lists_in_force(snapshot, [list_id, successor], on=on)
    heir = lists.row(by_predicate=pl.col("list_id") == successor, named=True)
    members = read_members(snapshot, [list_id], on=on, book=book)
    _check_takeover(heir, members.height, on=on, book=book)
    rows = members.with_columns(
        to_list=pl.lit(successor),
        on=pl.lit(on),
        reason=pl.lit(Reason.TAKEOVER.value),
        chosen=pl.lit(False),
        rule=pl.lit(WHOLE_LIST),
        rule_source=pl.lit(book.row(WHOLE_LIST, on=on).source),
        explanation_key=pl.lit("takeover"),
        queued_since=pl.lit(None, pl.Date),
        rank=pl.lit(None, pl.Int8),
        metres=pl.lit(None, pl.Int64),
        unplaced_since=pl.lit(None, pl.Date),
    )
    return Placements(rows.select(COLUMNS).sort("person_id"))


def _check_takeover(heir: dict[str, object], arriving: int, *, on: date, book: Rulebook) -> None:
    if not book.truth(WHOLE_LIST, on=on):
        raise DataError(
            f"{WHOLE_LIST} is false on {on}: a successor does not take over a list whole.",
            remedy="Distribute the residents with `fastlege closure distribute`.",
        )
    if heir["status"] == ListStatus.LOCKED.value:
        raise DataError(
            f"list {heir['list_id']} is locked and takes nobody.", remedy="Ask the municipality to unlock it."
        )
    length, cap = int(str(heir["length"])) + arriving, int(str(heir["cap"]))
    if length > cap and not book.truth(OVER_CAP, on=on):
        raise DataError(
            f"list {heir['list_id']} would have {length} residents, above its cap of {cap}.",
            remedy="Raise its cap first, name another successor, or distribute the residents.",
        )

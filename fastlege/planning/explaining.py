"""Why one person moved, or did not: from a plan, and from its snapshot for those whom the plan does not know.

The pages of the register make the same statements of the rows they store: `explain_move`, `ring_of`, `explain_place`.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.market.people import read_people
from fastlege.planning.plan import Plan
from fastlege.planning.reading import collect, refuse_other_snapshot, scan, standing_on
from fastlege.planning.telling.rows import cited, explain_move, explain_place, ring_of
from fastlege.planning.telling.words import LANGUAGES, LIST_FACTS, Explanation
from fastlege.rules.parameters import Rulebook

__all__ = ["LANGUAGES", "LIST_FACTS", "Explanation", "explain", "explain_move", "explain_place", "ring_of"]


def explain(plan: Plan, person_id: int, *, snapshot: Snapshot | None, book: Rulebook) -> list[Explanation]:
    """What the plan did for a person and why each better wish was not met.

    With the snapshot also those are told who asked for nothing, and which list an exchange would have given up.
    """
    if snapshot is not None:
        refuse_other_snapshot(snapshot, plan)
        _refuse_stranger(snapshot, person_id)
    move = _row(plan.moves, person_id)
    places = pl.DataFrame(plan.places).filter(pl.col("person_id") == person_id).sort("rank").to_dicts()
    told = [] if move is None else explain_move(move, _ring(plan, move), book=book)
    own_list = _own_list(plan, person_id, move, snapshot)
    for place in places:
        listed = _listed(plan, place["list_id"])
        told += explain_place(place, listed, own_list, on=plan.header.on, seed=plan.header.seed, book=book)
    if snapshot is None:
        return told or [Explanation("not_moved_no_snapshot", {"on": plan.header.on})]
    if move is None:
        told = _of_standing(plan, person_id, snapshot, book, asked=bool(places)) + told
    return told + _fallen_away(person_id, places, move, snapshot)


def _row(table: Any, person_id: int) -> dict[str, Any] | None:
    rows = pl.DataFrame(table).filter(pl.col("person_id") == person_id).to_dicts()
    return rows[0] if rows else None


def _listed(plan: Plan, list_id: int) -> dict[str, Any] | None:
    rows = pl.DataFrame(plan.lists).filter(pl.col("list_id") == list_id).to_dicts()
    return rows[0] if rows else None


def _ring(plan: Plan, move: dict[str, Any]) -> tuple[int, ...]:
    if move["cycle_id"] is None:
        return ()
    ring = pl.DataFrame(plan.moves).filter(pl.col("cycle_id") == move["cycle_id"])
    return ring_of(ring.select("exchanged_from", "to_list").iter_rows(), move["exchanged_from"])


def _own_list(plan: Plan, person_id: int, move: dict[str, Any] | None, snapshot: Snapshot | None) -> int | None:
    """The list whose place the person had to give in the exchange."""
    if move is not None:
        return int(move["exchanged_from"] or move["to_list"])
    if snapshot is None:
        return None
    rows = collect(standing_on(snapshot, plan.header.on).filter(pl.col("person_id") == person_id), snapshot)
    return None if rows.is_empty() else int(rows["list_id"][0])


def _refuse_stranger(snapshot: Snapshot, person_id: int) -> None:
    known = collect(scan(snapshot, "persons").filter(pl.col("person_id") == person_id), snapshot)
    if known.is_empty():
        raise DataError(f"there is no person {person_id}.", where=str(snapshot.folder), remedy="Check the number.")


def _of_standing(plan: Plan, person_id: int, snapshot: Snapshot, book: Rulebook, *, asked: bool) -> list[Explanation]:
    """Somebody who did not move: without a list, or without a wish, or not in the round at all."""
    on = plan.header.on
    people = read_people(snapshot, pl.DataFrame({"person_id": [person_id]}), on=on, book=book)
    if people.is_empty():
        return [Explanation("not_resident", cited("right.resident_in_population_register", on=on, book=book))]
    person = people.row(0, named=True)
    if person["list_id"] is None:
        facts = {"since": person["since"], "municipality": person["municipality"]}
        rule = cited("waiting.unplaced_before_waiting_list", on=on, book=book)
        return [Explanation("still_without_list", facts | rule)]
    return [] if asked else [Explanation("asked_for_nothing", {"list": person["list_id"], "on": on})]


def _fallen_away(
    person_id: int, places: list[dict[str, Any]], move: dict[str, Any] | None, snapshot: Snapshot
) -> list[Explanation]:
    """The wishes that are struck out because a better one was met."""
    if move is None or move["rank"] is None:
        return []
    kept = {place["list_id"] for place in places}
    wishes = collect(scan(snapshot, "queue").filter(pl.col("person_id") == person_id).sort("rank"), snapshot)
    gone = [(list_id, rank) for list_id, rank in wishes.select("list_id", "rank").iter_rows() if list_id not in kept]
    return [Explanation("wish_fell_away", {"list": list_id, "rank": rank}) for list_id, rank in gone]

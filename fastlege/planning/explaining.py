"""Why one person moved, or did not: from the plan, and from its snapshot for those who did not get what they wanted."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from fastlege.kernel.draws import hash_text
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import ListStatus, PersonStatus
from fastlege.planning.carrying import refuse_other_snapshot
from fastlege.planning.market.assembly import read_lists
from fastlege.planning.market.people import read_people
from fastlege.planning.market.wishes import valid_requests
from fastlege.planning.places.giving import REOPENS_AT
from fastlege.planning.plan import Plan
from fastlege.planning.reading import collect, scan
from fastlege.rules.parameters import Rulebook

LANGUAGES = ("nb", "nn", "en")


@dataclass(frozen=True)
class Explanation:
    """One statement: a key of `explanations.toml` and the facts that its words need. Facts never name anybody else."""

    key: str
    facts: dict[str, Any] = field(default_factory=dict)

    def in_words(self, language: str) -> str:
        """The statement as a sentence or two."""
        if language not in LANGUAGES:
            raise DataError(f"there is no language {language!r}.", remedy=f"Use one of {', '.join(LANGUAGES)}.")
        return _texts()[self.key][language].format(**self.facts)


def explain(plan: Plan, person_id: int, *, snapshot: Snapshot | None, book: Rulebook) -> list[Explanation]:
    """What the plan did for a person; with the snapshot also why each better wish was not met."""
    statements = _move(plan, person_id)
    if snapshot is None:
        return statements or [Explanation("not_moved_no_snapshot", {"on": plan.header.on})]
    refuse_other_snapshot(snapshot, plan)
    _refuse_stranger(snapshot, person_id)
    wishes = _unmet(plan, person_id, snapshot, book)
    if not statements and not wishes:
        statements = [_nothing_asked(plan, person_id, snapshot, book)]
    return statements + wishes


def _move(plan: Plan, person_id: int) -> list[Explanation]:
    rows = pl.DataFrame(plan.moves).filter(pl.col("person_id") == person_id).to_dicts()
    return [Explanation(row["explanation_key"], row) for row in rows]


def _refuse_stranger(snapshot: Snapshot, person_id: int) -> None:
    known = collect(scan(snapshot, "persons").filter(pl.col("person_id") == person_id), snapshot)
    if known.is_empty():
        raise DataError(f"there is no person {person_id}.", where=str(snapshot.folder), remedy="Check the number.")


def _nothing_asked(plan: Plan, person_id: int, snapshot: Snapshot, book: Rulebook) -> Explanation:
    """Somebody who did not move and stands in no queue."""
    on = plan.header.on
    people = read_people(snapshot, pl.DataFrame({"person_id": [person_id]}), on=on, book=book)
    if people.is_empty():
        return Explanation("not_resident", {"resident": PersonStatus.RESIDENT.value})
    if people["list_id"][0] is None:
        return Explanation(
            "still_without_list", {"since": people["since"][0], "municipality": people["municipality"][0]}
        )
    return Explanation("asked_for_nothing", {"list": people["list_id"][0], "on": on})


def _unmet(plan: Plan, person_id: int, snapshot: Snapshot, book: Rulebook) -> list[Explanation]:
    """One statement for each wish that is better than what the person got."""
    on = plan.header.on
    queue = collect(scan(snapshot, "queue"), snapshot)
    lists = _lists_after(plan, snapshot)
    people = read_people(snapshot, pl.DataFrame({"person_id": [person_id]}), on=on, book=book)
    met = pl.DataFrame(plan.moves).select("person_id", met="rank").drop_nulls()
    left = queue.join(met, on="person_id", how="left").filter(
        pl.col("met").is_null() | (pl.col("rank") < pl.col("met"))
    )
    own = left.filter(pl.col("person_id") == person_id).sort("rank")
    valid, _ = valid_requests(own.drop("met"), people, lists, on=on)
    statements = []
    for wish in own.to_dicts():
        facts = _facts(wish, left, lists, plan, book)
        if wish["rank"] not in valid["rank"].to_list():
            key = "wish_could_not_take_part"
        elif not people["may_move"][0]:
            key = "change_already_decided"
        else:
            key = _why_not(facts)
        statements.append(Explanation(key, facts))
    return statements


def _lists_after(plan: Plan, snapshot: Snapshot) -> pl.DataFrame:
    """Lists with their length and status after the round, and how many came in from the queue."""
    moves = pl.DataFrame(plan.moves)
    gone = moves.group_by(list_id="from_list").agg(gone=pl.len())
    come = moves.group_by(list_id="to_list").agg(come=pl.len())
    lists = read_lists(snapshot, on=plan.header.on)
    lists = (
        lists.join(gone, on="list_id", how="left")
        .join(come, on="list_id", how="left")
        .with_columns(pl.col("gone").fill_null(0), pl.col("come").fill_null(0))
    )
    status = (
        pl.when(pl.col("list_id").is_in(plan.header.lists_opened))
        .then(pl.lit(ListStatus.OPEN.value))
        .when(pl.col("list_id").is_in(plan.header.lists_closed))
        .then(pl.lit(ListStatus.CLOSED.value))
        .otherwise(pl.col("status"))
    )
    after = pl.col("length").cast(pl.Int64) + pl.col("come") - pl.col("gone")
    return lists.with_columns(status=status, after=after)


def _facts(wish: dict[str, Any], left: pl.DataFrame, lists: pl.DataFrame, plan: Plan, book: Rulebook) -> dict[str, Any]:
    """What the words about one unmet wish need: the place in the line after the round, and the list's room."""
    found = lists.filter(pl.col("list_id") == wish["list_id"]).to_dicts()
    listed: dict[str, Any] = found[0] if found else {"cap": 0, "after": 0, "come": 0, "status": "unknown"}
    line = left.filter((pl.col("list_id") == wish["list_id"]) & (pl.col("requested_at") <= wish["requested_at"]))

    def key(row: dict[str, Any]) -> tuple[object, int, object]:
        return row["requested_at"], hash_text(f"{plan.header.seed}:{row['person_id']}"), row["person_id"]

    ahead = sum(key(row) < key(wish) for row in line.select("requested_at", "person_id").to_dicts())
    row = book.row(REOPENS_AT, on=plan.header.on)
    return {
        "list": wish["list_id"],
        "rank": wish["rank"],
        "place": ahead + 1,
        "given": listed["come"],
        "cap": listed["cap"],
        "length": listed["after"],
        "free": max(0, int(listed["cap"]) - int(listed["after"])),
        "status": listed["status"],
        "reopens_at": row.value,
        "rule_source": row.source,
    }


def _why_not(facts: dict[str, Any]) -> str:
    """A list that is open with room has served all who fit, so only families are left."""
    if facts["status"] == ListStatus.LOCKED.value:
        return "list_is_locked"
    if facts["free"] == 0:
        return "list_is_full"
    if facts["status"] == ListStatus.CLOSED.value:
        return "list_not_reopened"
    return "family_did_not_fit"


@cache
def _texts() -> dict[str, dict[str, str]]:
    """The words of all explanations, by key and language."""
    return tomllib.loads(files("fastlege.planning").joinpath("explanations.toml").read_text(encoding="utf-8"))

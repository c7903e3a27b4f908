"""The requests of a round: which rows of the queue take part, and which of them carry a right to enter."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import polars as pl

from fastlege.kernel.periods import years_before
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import ListStatus, Reason
from fastlege.matching.intake import BEST_RANK, WORST_RANK
from fastlege.planning.grounds import How
from fastlege.planning.plan import PlaceOutcome
from fastlege.planning.reading import collect, refuse_rows, scan
from fastlege.rules.parameters import Rulebook

RETURNS_WITHIN = "move_back.closed_list_max_absence"
_NORWAY = ZoneInfo("Europe/Oslo")


def read_queue(snapshot: Snapshot) -> pl.DataFrame:
    """All rows of the queue, checked: one row for each person and list, and for each person and rank; one family.

    A family named on one row of a person is theirs on all. `asks_first` marks places whose owner wants to be asked.
    """
    queue = collect(scan(snapshot, "queue"), snapshot)
    for other in ("list_id", "rank"):
        twice = queue.filter(pl.struct("person_id", other).is_duplicated()).select("person_id", other)
        refuse_rows(twice, f"people queue twice with the same {other}", snapshot, "queue")
    families = queue.drop_nulls("family_id").group_by("person_id").agg(families=pl.col("family_id").n_unique())
    refuse_rows(families.filter(pl.col("families") > 1), "people queue with more than one family", snapshot, "queue")
    asking = pl.DataFrame(snapshot.table("asked_first", ["person_id", "list_id"]))
    return queue.join(
        asking.with_columns(asks_first=pl.lit(True)), on=["person_id", "list_id"], how="left"
    ).with_columns(pl.col("asks_first").fill_null(False), pl.col("family_id").max().over("person_id"))


def deadline(on: date) -> datetime:
    """The moment from which a request waits for the next round: the last day to ask is the day before the round
    (`switch.cutoff_day`), by the clock in Norway."""
    return datetime.combine(on, time.min, tzinfo=_NORWAY).astimezone(UTC)


def with_outcomes(queue: pl.DataFrame, units: pl.DataFrame, lists: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """The queue with `outcome`: why a row can take no part in the round, null where it can; and its unit."""
    people = units.select("person_id", "unit_id", "unit_size", "unit_may_move", own_list="list_id")
    rows = queue.join(people, on="person_id", how="left").join(
        lists.select("list_id", "in_force", "status"), on="list_id", how="left"
    )
    cases = (
        (PlaceOutcome.NOT_RESIDENT, pl.col("unit_id").is_null()),
        (PlaceOutcome.LIST_UNKNOWN, pl.col("in_force").is_null()),
        (PlaceOutcome.LIST_ENDED, ~pl.col("in_force")),
        (PlaceOutcome.WRONG_RANK, ~pl.col("rank").is_between(BEST_RANK, WORST_RANK)),
        (PlaceOutcome.AFTER_DEADLINE, pl.col("requested_at") >= deadline(on)),
        (PlaceOutcome.OWN_LIST, pl.col("list_id") == pl.col("own_list")),
        (PlaceOutcome.CHANGE_DECIDED, ~pl.col("unit_may_move")),
        (PlaceOutcome.LIST_LOCKED, pl.col("status") == ListStatus.LOCKED.value),
        (PlaceOutcome.ASKS_FIRST, pl.col("asks_first")),
    )
    first = pl.coalesce([pl.when(holds).then(pl.lit(outcome.value)) for outcome, holds in cases])
    return rows.with_columns(outcome=first).drop("unit_may_move", "own_list", "in_force", "status")


def with_rights(
    requests: pl.DataFrame, people: pl.DataFrame, snapshot: Snapshot, *, on: date, book: Rulebook
) -> pl.DataFrame:
    """Add `right`, the way in past the queue, or null.

    A child asks for a parent's list, or a former member who has moved back asks for the old one.
    """
    child = requests.join(people.select("person_id", "parent_lists"), on="person_id", how="left")
    child = child.with_columns(is_child=pl.col("list_id").is_in(pl.col("parent_lists")).fill_null(False))
    returners = _returners(requests, people, snapshot, on=on, book=book)
    return child.join(returners, on=["person_id", "list_id"], how="left").with_columns(
        right=pl.when(pl.col("is_child"))
        .then(pl.lit(How.CHILD.value))
        .when(pl.col("returner").fill_null(False))
        .then(pl.lit(How.RETURNER.value))
    )


def _returners(
    requests: pl.DataFrame, people: pl.DataFrame, snapshot: Snapshot, *, on: date, book: Rulebook
) -> pl.DataFrame:
    """Who asks for a list they left when they moved away, no longer ago than the rule allows, and lives there again.

    The register of residence is not in a snapshot. Moving away shows as a membership that ended with emigration, or
    that was followed by one on a list in another municipality.
    """
    since = years_before(on, book.whole(RETURNS_WITHIN, on=on))
    memberships = scan(snapshot, "memberships")
    asked = requests.lazy().select("person_id", "list_id")
    left = collect(
        memberships.filter(pl.col("end").is_between(since, on)).join(asked, on=["person_id", "list_id"], how="semi"),
        snapshot,
    )
    lists = scan(snapshot, "lists").select("list_id", list_municipality="municipality")
    past = (
        memberships.join(left.lazy().select("person_id").unique(), on="person_id", how="semi")
        .filter(pl.col("start") <= on)
        .join(lists, on="list_id")
        .sort("person_id", "start")
        .with_columns(next_municipality=pl.col("list_municipality").shift(-1).over("person_id"))
    )
    moved_away = (pl.col("end_reason") == Reason.EMIGRATION.value) | (
        pl.col("next_municipality") != pl.col("list_municipality")
    )
    home = people.lazy().select("person_id", list_municipality="municipality")
    return collect(
        past.join(left.lazy(), on=["person_id", "list_id", "start"], how="semi")
        .filter(moved_away)
        .join(home, on=["person_id", "list_municipality"], how="semi")
        .select("person_id", "list_id", returner=pl.lit(True))
        .unique(),
        snapshot,
    )

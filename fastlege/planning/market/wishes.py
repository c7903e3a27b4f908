"""The requests of a round: which rows of the queue take part, and which of them carry a right to enter."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import polars as pl

from fastlege.kernel.periods import years_before
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import Reason
from fastlege.planning.market.arrays import Right
from fastlege.planning.reading import collect, refuse_rows, scan
from fastlege.rules.parameters import Rulebook

RETURNS_WITHIN = "move_back.closed_list_max_absence"
_NORWAY = ZoneInfo("Europe/Oslo")


def read_queue(snapshot: Snapshot) -> pl.DataFrame:
    """All rows of the queue, checked: one row for each person and list, and for each person and rank; one family."""
    queue = collect(scan(snapshot, "queue"), snapshot)
    for other in ("list_id", "rank"):
        twice = queue.filter(pl.struct("person_id", other).is_duplicated()).select("person_id", other)
        refuse_rows(twice, f"people queue twice with the same {other}", snapshot, "queue")
    families = queue.drop_nulls("family_id").group_by("person_id").agg(families=pl.col("family_id").n_unique())
    refuse_rows(families.filter(pl.col("families") > 1), "people queue with more than one family", snapshot, "queue")
    return queue


def valid_requests(
    queue: pl.DataFrame, people: pl.DataFrame, lists: pl.DataFrame, *, on: date
) -> tuple[pl.DataFrame, Counter[str]]:
    """The requests that take part (person_id, list_id, rank, requested_at, right as 0), and why the others do not.

    A request made on the day of the round or later waits for the next round: the last day to ask is the day before
    (`switch.cutoff_day`), by the clock in Norway.
    """
    deadline = datetime.combine(on, time.min, tzinfo=_NORWAY).astimezone(UTC)
    rows = queue.join(people.select("person_id", own_list="list_id", known=pl.lit(True)), on="person_id", how="left")
    rows = rows.join(lists.select("list_id", "in_force"), on="list_id", how="left")
    rows = rows.with_columns(
        ignored=pl.when(pl.col("known").is_null())
        .then(pl.lit("request_of_nobody_resident"))
        .when(pl.col("in_force").is_null())
        .then(pl.lit("request_for_unknown_list"))
        .when(~pl.col("in_force"))
        .then(pl.lit("request_for_ended_list"))
        .when(pl.col("rank") < 1)
        .then(pl.lit("request_without_valid_rank"))
        .when(pl.col("requested_at") >= deadline)
        .then(pl.lit("request_after_the_deadline"))
        .when(pl.col("list_id") == pl.col("own_list"))
        .then(pl.lit("request_for_own_list"))
    )
    why = Counter({row[0]: row[1] for row in rows.drop_nulls("ignored")["ignored"].value_counts().rows()})
    return rows.filter(pl.col("ignored").is_null()), why


def with_rights(
    requests: pl.DataFrame, people: pl.DataFrame, snapshot: Snapshot, *, on: date, book: Rulebook
) -> pl.DataFrame:
    """Add `right`: a child asks for a parent's list, or a former member who has moved back asks for the old one."""
    child = requests.join(people.select("person_id", "parent_lists"), on="person_id", how="left")
    child = child.with_columns(is_child=pl.col("list_id").is_in(pl.col("parent_lists")).fill_null(False))
    returners = _returners(requests, people, snapshot, on=on, book=book)
    return child.join(returners, on=["person_id", "list_id"], how="left").with_columns(
        right=pl.when(pl.col("is_child"))
        .then(pl.lit(int(Right.CHILD)))
        .when(pl.col("returner").fill_null(False))
        .then(pl.lit(int(Right.RETURNER)))
        .otherwise(pl.lit(int(Right.NONE)))
        .cast(pl.Int64)
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

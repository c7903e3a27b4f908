"""The people whom a round concerns: those without a list, those in a queue, those with a switch granted."""

from __future__ import annotations

from datetime import date

import polars as pl

from fastlege.kernel.periods import years_before
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import PersonStatus
from fastlege.planning.reading import collect, refuse_rows, scan, standing_on
from fastlege.rules.parameters import Rulebook

CHILD_ENTERS_UNDER = "child.closed_list_admission_under_age"


def read_people(
    snapshot: Snapshot, ids: pl.DataFrame, *, on: date, book: Rulebook, standing: pl.DataFrame | None = None
) -> pl.DataFrame:
    """One row for each resident among `ids`, by person_id; `standing` are the memberships of the day, if read already.

    Columns: person_id, municipality, latitude, longitude (the basic unit's point), child (young enough to follow a
    parent), parent_lists (the lists of parents, of those in the same household first), list_id (null without one),
    may_move, since (day, null with a list).
    """
    residents = _residents(snapshot, ids)
    parents = _parents(residents, on=on, book=book)
    wanted = pl.concat([ids, parents.select(person_id="parent_id")]).unique()
    everybody = standing_on(snapshot, on) if standing is None else standing.lazy()
    standing = collect(everybody.join(wanted.lazy(), on="person_id", how="semi"), snapshot)
    unplaced = collect(scan(snapshot, "unplaced").filter(pl.col("since") <= on), snapshot)
    people = (
        residents.join(standing.select("person_id", "list_id", "start", "end"), on="person_id", how="left")
        .join(unplaced, on="person_id", how="left")
        .join(_parent_lists(parents, standing, snapshot), on="person_id", how="left")
    )
    refuse_rows(
        people.filter(pl.col("person_id").is_duplicated()).select("person_id"),
        f"people stand on more than one list, or without a list more than once, on {on}",
        snapshot,
        "memberships",
    )
    refuse_rows(
        people.filter(pl.col("list_id").is_not_null() & pl.col("since").is_not_null()).select("person_id"),
        f"people who stand on a list on {on} are among those without one",
        snapshot,
        "unplaced",
    )
    return people.with_columns(
        may_move=pl.col("list_id").is_null() | ((pl.col("start") < on) & pl.col("end").is_null()),
        since=pl.when(pl.col("list_id").is_null()).then(pl.col("since").fill_null(on)),
        parent_lists=pl.col("parent_lists").fill_null([]),
    ).sort("person_id")


def _residents(snapshot: Snapshot, ids: pl.DataFrame) -> pl.DataFrame:
    points = scan(snapshot, "basic_units").select("basic_unit", "latitude", "longitude")
    centres = scan(snapshot, "municipalities").select(
        "municipality", centre_latitude="latitude", centre_longitude="longitude"
    )
    return collect(
        scan(snapshot, "persons")
        .filter(pl.col("status") == PersonStatus.RESIDENT.value)
        .select(*("person_id", "birth_date", "municipality", "basic_unit", "household_id", "mother_id", "father_id"))
        .join(ids.lazy(), on="person_id", how="semi")
        .join(points, on="basic_unit", how="left")
        .join(centres, on="municipality", how="left")
        .with_columns(
            latitude=pl.coalesce("latitude", "centre_latitude"), longitude=pl.coalesce("longitude", "centre_longitude")
        ),
        snapshot,
    )


def _parents(residents: pl.DataFrame, *, on: date, book: Rulebook) -> pl.DataFrame:
    """One row for each parent of a child: person_id, household_id, parent_id, place (mother before father)."""
    born_after = years_before(on, book.whole(CHILD_ENTERS_UNDER, on=on))
    children = residents.filter(pl.col("birth_date") > born_after)
    return (
        children.select("person_id", "household_id", "mother_id", "father_id")
        .unpivot(["mother_id", "father_id"], index=["person_id", "household_id"], value_name="parent_id")
        .drop_nulls("parent_id")
        .with_columns(place=pl.col("variable") == "father_id")
    )


def _parent_lists(parents: pl.DataFrame, standing: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Lists of each child's parents: a parent at the child's address first, then the mother (section 5)."""
    homes = collect(
        scan(snapshot, "persons")
        .join(parents.lazy().select(person_id="parent_id"), on="person_id", how="semi")
        .select(parent_id="person_id", parent_household="household_id"),
        snapshot,
    )
    return (
        parents.join(standing.select(parent_id="person_id", parent_list="list_id"), on="parent_id")
        .join(homes, on="parent_id")
        .with_columns(elsewhere=pl.col("household_id") != pl.col("parent_household"))
        .sort("person_id", "elsewhere", "place")
        .group_by("person_id", maintain_order=True)
        .agg(parent_lists=pl.col("parent_list"))
    )

"""Who stands on some lists, who of them belong together, and which lists can take them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.kernel.periods import years_before
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import ListStatus, Relationship
from fastlege.planning.market.lists import read_lists
from fastlege.planning.reading import collect, holds_on, refuse_rows, scan, standing_on
from fastlege.rules.parameters import Rulebook

CHANGES_ON = "list.updated_day"
CHILD_UNDER = "list.reduction_family_child_age_below"


def lists_in_force(snapshot: Snapshot, wanted: Sequence[int], *, on: date) -> pl.DataFrame:
    """All lists in force on the day, by id; refuses `wanted` lists that are not among them, or are named twice."""
    lists = read_lists(snapshot, on=on).filter("in_force")
    missing = sorted(set(wanted) - set(lists["list_id"]))
    if missing:
        raise DataError(
            f"there is no list {missing[0]} in force on {on}.", where=str(snapshot.folder), remedy="Check its number."
        )
    if len(set(wanted)) < len(wanted):
        raise DataError("a list is named twice.", remedy="Name each list once.")
    return lists


def read_members(snapshot: Snapshot, list_ids: Sequence[int], *, on: date, book: Rulebook) -> pl.DataFrame:
    """One row for each person on the lists on the day, by person_id.

    Columns: person_id, from_list, household_id, municipality, latitude, longitude (the point of the sub-area), minor
    (too young to be drawn alone) and grown (lives with a parent, is no longer a minor and has no minor child there).
    """
    standing = standing_on(snapshot, on).filter(pl.col("list_id").is_in(list(list_ids)))
    members = collect(standing.select("person_id", from_list="list_id"), snapshot)
    points = scan(snapshot, "basic_units").select("basic_unit", "latitude", "longitude")
    persons = collect(
        scan(snapshot, "persons")
        .join(members.lazy(), on="person_id", how="semi")
        .join(points, on="basic_unit", how="left"),
        snapshot,
    )
    rows = members.join(persons, on="person_id", how="left")
    stray = rows.filter(pl.col("household_id").is_null() | pl.col("person_id").is_duplicated()).select("person_id")
    refuse_rows(stray, "members are unknown, or stand on more than one list", snapshot, "memberships")
    born_after = years_before(on, book.whole(CHILD_UNDER, on=on))
    return (
        rows.with_columns(minor=pl.col("birth_date") > born_after)
        .join(_lives_with_parent(rows, snapshot), on="person_id", how="left")
        .join(_has_minor_child(rows, snapshot, born_after), on="person_id", how="left")
        .with_columns(
            grown=~pl.col("minor") & pl.col("with_parent").fill_null(False) & ~pl.col("with_minor").fill_null(False)
        )
        .select("person_id", "from_list", "household_id", "municipality", "latitude", "longitude", "minor", "grown")
        .sort("person_id")
    )


def _lives_with_parent(rows: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Those who have a parent in their household, on whatever list."""
    pairs = (
        rows.select("person_id", "household_id", "mother_id", "father_id")
        .unpivot(["mother_id", "father_id"], index=["person_id", "household_id"], value_name="parent_id")
        .drop_nulls("parent_id")
    )
    homes = scan(snapshot, "persons").select(parent_id="person_id", household_id="household_id")
    found = pairs.lazy().join(homes, on=["parent_id", "household_id"]).select("person_id").unique()
    return collect(found, snapshot).with_columns(with_parent=pl.lit(True))


def _has_minor_child(rows: pl.DataFrame, snapshot: Snapshot, born_after: date) -> pl.DataFrame:
    """Those who have a minor child in their household, on whatever list."""
    minors = (
        scan(snapshot, "persons")
        .filter(pl.col("birth_date") > born_after)
        .join(rows.lazy(), on="household_id", how="semi")
    )
    parents = (
        collect(minors.select("household_id", "mother_id", "father_id"), snapshot)
        .unpivot(["mother_id", "father_id"], index="household_id", value_name="person_id")
        .drop_nulls("person_id")
    )
    here = parents.join(rows, on=["person_id", "household_id"], how="semi").select("person_id").unique()
    return here.with_columns(with_minor=pl.lit(True))


def taking_lists(lists: pl.DataFrame, snapshot: Snapshot, *, but: Sequence[int], on: date) -> pl.DataFrame:
    """The lists that take people: open, with a regular GP, with a free place, and not one of `but`."""
    has_gp = collect(
        scan(snapshot, "doctor_periods")
        .filter(holds_on(on) & (pl.col("relationship") == Relationship.REGULAR.value))
        .select("list_id")
        .unique(),
        snapshot,
    )
    return (
        lists.with_columns(free=pl.col("cap").cast(pl.Int64) - pl.col("length").cast(pl.Int64) - pl.col("kept"))
        .filter(
            (pl.col("status") == ListStatus.OPEN.value) & (pl.col("free") > 0) & ~pl.col("list_id").is_in(list(but))
        )
        .join(has_gp, on="list_id", how="semi")
        .sort("list_id")
        .drop("place")
        .with_row_index("place")
        .with_columns(pl.col("place").cast(pl.Int64))
    )

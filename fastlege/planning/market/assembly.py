"""From a snapshot to a market: who stands where on the day, who belongs together, who asks for what."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import polars as pl

from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.market.arrays import NOWHERE, Grants, Integers, Lists, Market, Persons, Requests, Units
from fastlege.planning.market.people import read_people
from fastlege.planning.market.wishes import read_queue, valid_requests, with_rights
from fastlege.planning.reading import collect, refuse_rows, scan, standing_on
from fastlege.rules.parameters import Rulebook


def read_market(snapshot: Snapshot, *, on: date, book: Rulebook) -> Market:
    """Read what a round on the day needs of the snapshot."""
    lists = read_lists(snapshot, on=on)
    queue = read_queue(snapshot)
    granted = _read_granted(snapshot, on=on)
    unplaced = collect(scan(snapshot, "unplaced").filter(pl.col("since") <= on), snapshot)
    ids = pl.concat([frame.select("person_id") for frame in (queue, granted, unplaced)]).unique()
    people = read_people(snapshot, ids, on=on, book=book)
    wished, why = valid_requests(queue, people, lists, on=on)
    wished = with_rights(wished, people, snapshot, on=on, book=book)
    grants, overtaken = _grants(granted, people, lists)
    members = _members(people, queue)
    why += overtaken
    why["unplaced_but_not_resident"] += unplaced.join(people, on="person_id", how="anti").height
    return Market(
        on=on,
        lists=_lists(lists),
        persons=_persons(members, lists),
        units=_units(members, lists),
        requests=_requests(wished, members, lists),
        grants=_grant_arrays(grants, members, lists),
        ignored={reason: count for reason, count in sorted(why.items()) if count},
    )


def read_lists(snapshot: Snapshot, *, on: date) -> pl.DataFrame:
    """Lists by id, with their length on the day, whether they are in force, and the position of their office."""
    lengths = standing_on(snapshot, on).group_by("list_id").agg(length=pl.len())
    counted = collect(lengths, snapshot)
    lists = collect(
        scan(snapshot, "lists").join(
            scan(snapshot, "offices").select("office_id", "latitude", "longitude"), on="office_id", how="left"
        ),
        snapshot,
    )
    strangers = counted.join(lists, on="list_id", how="anti").select("list_id")
    refuse_rows(strangers, "memberships are on lists that do not exist", snapshot, "memberships")
    known = collect(scan(snapshot, "municipalities").select("municipality"), snapshot)
    nowhere = lists.join(known, on="municipality", how="anti").select("list_id", "municipality")
    refuse_rows(nowhere, "lists lie in municipalities that do not exist", snapshot, "lists")
    refuse_rows(lists.filter(pl.col("cap") < 0).select("list_id", "cap"), "a cap is below zero", snapshot, "lists")
    return (
        lists.join(counted, on="list_id", how="left")
        .with_columns(
            length=pl.col("length").fill_null(0),
            in_force=(pl.col("start") <= on) & (pl.col("end").is_null() | (pl.col("end") > on)),
        )
        .sort("list_id")
        .with_row_index("place")
        .with_columns(pl.col("place").cast(pl.Int64))
    )


def _read_granted(snapshot: Snapshot, *, on: date) -> pl.DataFrame:
    """Chosen switches that take effect on the day of the round: earlier ones stand in the memberships already."""
    due = (pl.col("on") == on) & pl.col("chosen") & pl.col("to_list").is_not_null()
    switches = scan(snapshot, "switches").filter(due)
    one = switches.sort("person_id", "to_list").group_by("person_id", maintain_order=True).last()
    return collect(one.select("person_id", "from_list", "to_list", "queued_since", "on"), snapshot)


def _grants(granted: pl.DataFrame, people: pl.DataFrame, lists: pl.DataFrame) -> tuple[pl.DataFrame, Counter[str]]:
    """Granted switches not yet carried out; those that something later has overtaken are counted, not carried out."""
    standing = people.select("person_id", "list_id", "may_move", known=pl.lit(True))
    rows = granted.join(standing, on="person_id", how="left").join(
        lists.select(to_list="list_id", to_known=pl.col("in_force")), on="to_list", how="left"
    )
    rows = rows.filter(~pl.col("list_id").eq_missing(pl.col("to_list")))
    fits = (
        pl.col("known").fill_null(False)
        & pl.col("may_move").fill_null(False)
        & pl.col("to_known").fill_null(False)
        & pl.col("from_list").eq_missing(pl.col("list_id"))
    )
    kept = rows.filter(fits).sort(pl.col("queued_since").fill_null(pl.col("on")), "person_id")
    return kept, Counter({"grant_overtaken": rows.height - kept.height})


def _members(people: pl.DataFrame, queue: pl.DataFrame) -> pl.DataFrame:
    """People with their unit: a family of the queue, or alone. Units are numbered by their smallest person_id.

    In a family where some but not all lack a list, those without one are units of their own: they come first.
    """
    family = queue.group_by("person_id").agg(family_id=pl.col("family_id").max())
    rows = people.join(family, on="person_id", how="left").with_columns(without=pl.col("list_id").is_null())
    mixed = pl.col("without").any().over("family_id") & ~pl.col("without").all().over("family_id")
    alone = pl.col("family_id").is_null() | (mixed & pl.col("without"))
    rows = rows.with_columns(family_id=pl.when(~alone).then(pl.col("family_id")))
    rows = rows.with_columns(
        unit_id=pl.when(pl.col("family_id").is_null())
        .then(pl.col("person_id"))
        .otherwise(pl.col("person_id").min().over("family_id"))
    )
    return rows.with_columns(unit=(pl.col("unit_id").rank("dense") - 1).cast(pl.Int64)).sort("person_id")


def _lists(lists: pl.DataFrame) -> Lists:
    return Lists(
        list_id=_integers(lists["list_id"]),
        municipality=tuple(lists["municipality"]),
        cap=_integers(lists["cap"]),
        length=_integers(lists["length"]),
        status=tuple(lists["status"]),
        in_force=lists["in_force"].to_numpy(),
        latitude=lists["latitude"].to_numpy(),
        longitude=lists["longitude"].to_numpy(),
    )


def _places(frame: pl.DataFrame, column: str, lists: pl.DataFrame) -> Integers:
    """Where in the market's lists the list ids of a column stand; NOWHERE where there is none."""
    found = frame.join(
        lists.select(pl.col("list_id").alias(column), "place"), on=column, how="left", maintain_order="left"
    )
    return _integers(found["place"].fill_null(NOWHERE))


def _persons(members: pl.DataFrame, lists: pl.DataFrame) -> Persons:
    return Persons(
        person_id=_integers(members["person_id"]),
        unit=_integers(members["unit"]),
        stands_on=_places(members, "list_id", lists),
    )


def _units(members: pl.DataFrame, lists: pl.DataFrame) -> Units:
    """One row a unit; its home is that of its smallest person_id."""
    units = (
        members.sort("unit", "person_id")
        .group_by("unit", maintain_order=True)
        .agg(
            pl.col("unit_id").first(),
            size=pl.len(),
            municipality=pl.col("municipality").first(),
            latitude=pl.col("latitude").first(),
            longitude=pl.col("longitude").first(),
            since=pl.col("since").min().to_physical().cast(pl.Int64).fill_null(NOWHERE),
            may_move=pl.col("may_move").all(),
            parents_list=pl.when(pl.len() == 1).then(pl.col("parent_lists").first().list.first()),
        )
    )
    return Units(
        unit_id=_integers(units["unit_id"]),
        size=_integers(units["size"]),
        municipality=tuple(units["municipality"]),
        latitude=units["latitude"].to_numpy(),
        longitude=units["longitude"].to_numpy(),
        since=_integers(units["since"]),
        may_move=units["may_move"].to_numpy(),
        parents_list=_places(units, "parents_list", lists),
    )


def _requests(wished: pl.DataFrame, members: pl.DataFrame, lists: pl.DataFrame) -> Requests:
    """What every member of a unit asks for with the same rank; its time is the latest of theirs."""
    sizes = members.group_by("unit").agg(size=pl.len())
    shared = (
        wished.join(members.select("person_id", "unit"), on="person_id")
        .group_by("unit", "list_id", "rank")
        .agg(
            asking=pl.len(),
            moment=pl.col("requested_at").max(),
            right=pl.col("right").max(),
            least=pl.col("right").min(),
        )
        .join(sizes, on="unit")
        .filter(pl.col("asking") == pl.col("size"))
        .sort("unit", "rank", "list_id")
    )
    return Requests(
        unit=_integers(shared["unit"]),
        list=_places(shared, "list_id", lists),
        rank=_integers(shared["rank"]),
        moment=_integers(shared["moment"].dt.epoch("ms")),
        right=_integers(shared["right"] * (shared["least"] > 0)),
    )


def _grant_arrays(grants: pl.DataFrame, members: pl.DataFrame, lists: pl.DataFrame) -> Grants:
    person = np.searchsorted(members["person_id"].to_numpy(), grants["person_id"].to_numpy())
    return Grants(person=person.astype(np.int64), to_list=_places(grants, "to_list", lists))


def _integers(column: pl.Series) -> Integers:
    return column.cast(pl.Int64).to_numpy()

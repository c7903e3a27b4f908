"""The state that a policy has led to, as a snapshot: whatever reads snapshots can go on from there."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from fastlege.kernel.snapshot import Snapshot, new_snapshot
from fastlege.kernel.snapshot_tables import OPTIONAL_TABLES, TABLES
from fastlege.kernel.vocabulary import Reason
from fastlege.simulation.columns import days as day_column
from fastlege.simulation.columns import ids_or_none, words
from fastlege.simulation.life.month import Month
from fastlege.simulation.life.nation.people import STATUSES, People
from fastlege.simulation.life.practice_tables import doctor_tables, list_table
from fastlege.simulation.life.queue import days
from fastlege.simulation.life.standing import KEPT_DAYS, REASONS, Standing

_CHOSEN = (Reason.CHOSEN_DIRECT, Reason.CHOSEN_QUEUE, Reason.SWAP, Reason.CYCLE)
_QUEUED = (Reason.CHOSEN_QUEUE, Reason.SWAP, Reason.CYCLE)
_UNCHANGED = ("municipalities", "basic_units", "offices", *OPTIONAL_TABLES)


def write_snapshot(start: Snapshot, month: Month, out: Path) -> None:
    """Write the state after a month's round. It holds a good year of memberships and switches, as any snapshot."""
    since = month.day - timedelta(days=KEPT_DAYS)
    world, standing = month.world, month.standing
    with new_snapshot(out) as writer:
        for name in _UNCHANGED:
            writer.write(name, start.table(name))
        writer.write("persons", _persons(start, world.people))
        writer.write("lists", list_table(start, month))
        doctors, periods = doctor_tables(start, world)
        writer.write("doctors", doctors)
        writer.write("doctor_periods", periods)
        writer.write("memberships", _sorted(_memberships(start, world.people, month, since), "memberships"))
        columns = TABLES["queue"].schema.names
        writer.write("queue", month.queue.select(columns).to_arrow().cast(TABLES["queue"].schema))
        writer.write("unplaced", month.unplaced.sort("person_id").to_arrow().cast(TABLES["unplaced"].schema))
        writer.write("switches", _sorted(_switches(start, standing, since), "switches"))
        lived = {"policy": month.policy, "months": str(month.number), "life_seed": str(world.seed)}
        population = str(int(np.count_nonzero(world.people.status == 0)))
        writer.write_meta(month.day, {**start.meta, **lived, "population": population})


def _sorted(rows: pl.DataFrame, name: str) -> pa.Table:
    contract = TABLES[name]
    return rows.select(contract.schema.names).sort(list(contract.key)).to_arrow().cast(contract.schema)


def _persons(start: Snapshot, people: People) -> pa.Table:
    municipalities = start.table("municipalities", ["municipality"])["municipality"].combine_chunks()
    basic_units = start.table("basic_units", ["basic_unit"])["basic_unit"].combine_chunks()
    ids = np.append(people.person_id, 0)
    return pa.Table.from_arrays(
        [
            pa.array(people.person_id),
            day_column(people.birth),
            pa.array(people.sex),
            words(people.municipality, municipalities),
            words(people.basic_unit, basic_units),
            pa.array(people.household_id),
            # The last id, of nobody, is none.
            ids_or_none(ids[people.mother]),
            ids_or_none(ids[people.father]),
            words(people.status, [status.value for status in STATUSES]),
            pa.array(people.gp_use),
        ],
        schema=TABLES["persons"].schema,
    )


def _memberships(start: Snapshot, people: People, month: Month, since: date) -> pl.DataFrame:
    """Present memberships, and those that ended lately: in the simulation, or before it in the snapshot."""
    standing, list_id = month.standing, month.world.practices.list_id
    reasons = pl.Series([reason.value for reason in REASONS])
    placed = np.flatnonzero(standing.on >= 0)
    present = pl.DataFrame(
        {
            "person_id": people.person_id[placed],
            "list_id": list_id[standing.on[placed]],
            "start": days(standing.since[placed].astype(np.int64)),
            "end": pl.Series([None] * len(placed), dtype=pl.Date),
            "begin_reason": reasons.gather(pl.Series(standing.reason[placed].astype(np.int64))),
            "end_reason": pl.Series([None] * len(placed), dtype=pl.String),
        }
    )
    ended = [
        pl.DataFrame(
            {
                "person_id": people.person_id[each.person],
                "list_id": list_id[each.list_],
                "start": days(each.start),
                "begin_reason": reasons.gather(pl.Series(each.begin_reason.astype(np.int64))),
            }
        )
        .with_columns(
            end=days(np.array([each.end]))[0],
            end_reason=pl.lit(REASONS[each.end_reason].value),
        )
        .select(present.columns)
        for each in standing.ended
    ]
    before = pl.DataFrame(start.table("memberships")).filter(
        pl.col("end").is_not_null() & (pl.col("end") <= start.as_of) & (pl.col("end") > since)
    )
    # A list that ended on the day somebody came to it leaves no trace.
    return pl.concat([present, *ended, before.select(present.columns)]).filter(
        pl.col("end").is_null() | (pl.col("end") > pl.col("start"))
    )


def _switches(start: Snapshot, standing: Standing, since: date) -> pl.DataFrame:
    before = pl.DataFrame(start.table("switches")).filter((pl.col("on") <= start.as_of) & (pl.col("on") > since))
    lived = [
        moves.select(
            "person_id",
            "from_list",
            "to_list",
            "reason",
            on=pl.lit(day),
            chosen=pl.col("reason").is_in([reason.value for reason in _CHOSEN]),
            queued_since=pl.when(pl.col("reason").is_in([reason.value for reason in _QUEUED])).then(
                pl.col("requested_at").dt.convert_time_zone("Europe/Oslo").dt.date()
            ),
        )
        for day, moves in standing.moved
        if day > since
    ]
    return pl.concat([before, *(rows.select(before.columns) for rows in lived)])

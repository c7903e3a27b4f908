"""Lists, doctors and their periods after some months of life, as tables of a snapshot."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from fastlege.kernel.identifiers import synthetic_hpr_numbers
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.snapshot_tables import TABLES
from fastlege.kernel.vocabulary import ListStatus, Relationship
from fastlege.simulation.life.month import Month
from fastlege.simulation.life.nation.keyed import uniform
from fastlege.simulation.life.nation.practices import NO_DAY
from fastlege.simulation.life.nation.world import World
from fastlege.simulation.life.queue import days
from fastlege.simulation.practices.names import doctor_names, languages

_NOTICE_DAYS = 60
_STOPPED, _ENDED = "left", "practice_closed"
_YOUNGEST, _OLDEST = 29, 50


def list_table(start: Snapshot, month: Month) -> pa.Table:
    """The lists with their caps and status of the day; new ones are named for their office."""
    practices = month.world.practices
    known = pl.DataFrame(start.table("lists")).sort("list_id")
    offices = pl.DataFrame(start.table("offices", ["office_id", "name"]))
    first = days(practices.start.astype(np.int64))
    ended = practices.end != NO_DAY
    now = pl.DataFrame(
        {
            "list_id": practices.list_id,
            "municipality": month.lists["municipality"],
            "office_id": practices.office_id,
            "cap": practices.cap,
            "status": pl.select(
                pl.when(pl.Series(practices.in_force))
                .then(month.lists["status"])
                .otherwise(pl.lit(ListStatus.CLOSED.value))
            ).to_series(),
            "salaried": practices.salaried,
            "start": first,
            "end": pl.select(
                pl.when(pl.Series(ended)).then(days(np.where(ended, practices.end, 0).astype(np.int64)))
            ).to_series(),
        }
    )
    old = known.select("list_id", "name", "shared_group", "agreement_date", "end_reason")
    rows = now.join(old, on="list_id", how="left").join(offices, on="office_id", how="left", suffix="_office")
    rows = rows.with_columns(
        name=pl.coalesce("name", pl.format("{}, liste {}", "name_office", "list_id")),
        agreement_date=pl.coalesce("agreement_date", pl.col("start") - pl.duration(days=_NOTICE_DAYS)),
        end_reason=pl.when(pl.col("end").is_not_null()).then(pl.coalesce("end_reason", pl.lit(_ENDED))),
    )
    contract = TABLES["lists"]
    return rows.select(contract.schema.names).sort("list_id").to_arrow().cast(contract.schema)


def doctor_tables(start: Snapshot, world: World) -> tuple[pa.Table, pa.Table]:
    """Doctors and their periods: GPs who have stopped and started since the snapshot."""
    doctors = pl.DataFrame(start.table("doctors"))
    periods = pl.DataFrame(start.table("doctor_periods"))
    next_id = int(doctors["doctor_id"].cast(pl.Int64).to_numpy().max(initial=0)) + 1
    new: list[pl.DataFrame] = []
    ids = world.practices.list_id
    for day, events in world.history:
        on = days(np.array([day]))[0]
        gone = pl.Series(ids[np.concatenate([events.stopped, events.ended])])
        periods = _closed(periods, gone, on, [Relationship.REGULAR.value])
        periods = _closed(periods, pl.Series(ids[np.concatenate([events.filled, events.ended])]), on, None)
        came = ids[np.concatenate([events.taken_over, events.filled, np.arange(events.first_new, events.after_new)])]
        holders = next_id + np.arange(len(came))
        next_id += len(came)
        begun = pl.DataFrame({"list_id": came, "doctor_id": holders}).with_columns(
            relationship=pl.lit(Relationship.REGULAR.value),
            working_percentage=pl.lit(100, pl.Int8),
            start=pl.lit(on),
            end=pl.lit(None, pl.Date),
            end_reason=pl.lit(None, pl.String),
        )
        periods = pl.concat([periods, begun.select(periods.columns)])
        new.append(_people(world.seed, holders, day))
    contract, others = TABLES["doctors"], TABLES["doctor_periods"]
    everybody = pl.concat([doctors.select(contract.schema.names), *new], how="vertical_relaxed").sort("doctor_id")
    rows = periods.filter(pl.col("end").is_null() | (pl.col("end") > pl.col("start"))).sort(list(others.key))
    return everybody.to_arrow().cast(contract.schema), rows.to_arrow().cast(others.schema)


def _closed(periods: pl.DataFrame, lists: pl.Series, on: object, relationships: list[str] | None) -> pl.DataFrame:
    """End the periods that run on some lists, or would: of some relationships, or of all."""
    runs = pl.col("end").is_null() | (pl.col("end") > pl.lit(on))
    over = runs & pl.col("list_id").is_in(lists.implode())
    if relationships is not None:
        over &= pl.col("relationship").is_in(relationships)
    return periods.with_columns(
        end=pl.when(over).then(pl.lit(on)).otherwise(pl.col("end")),
        end_reason=pl.when(over).then(pl.lit(_STOPPED)).otherwise(pl.col("end_reason")),
    )


def _people(seed: int, doctor_id: np.ndarray, day: int) -> pl.DataFrame:
    """New GPs: made-up names, ages from 29 to 50, half of them women."""
    sex = np.where(uniform(seed, "doctor sex", doctor_id, 0) < 0.5, 1, 2).astype(np.int8)
    age = _YOUNGEST + (_OLDEST - _YOUNGEST) * uniform(seed, "doctor age", doctor_id, 0)
    none = pl.Series([None] * len(doctor_id), dtype=pl.Date)
    return pl.DataFrame(
        {
            "doctor_id": doctor_id,
            "hpr": pl.Series(
                [f"{number:09d}" for number in synthetic_hpr_numbers(doctor_id).tolist()], dtype=pl.String
            ),
            "name": pl.Series(doctor_names(seed, doctor_id - 1, sex), dtype=pl.String),
            "birth_date": days((day - age * 365.2425).astype(np.int64)),
            "sex": sex,
            "languages": pl.Series(languages(seed, doctor_id - 1), dtype=pl.List(pl.String)),
            "specialist_since": none,
            "training_since": none,
        }
    )

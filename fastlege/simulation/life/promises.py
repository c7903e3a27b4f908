"""Switches granted before the simulation began: they are carried out in its first month, as promised."""

from __future__ import annotations

import numpy as np
import polars as pl

from fastlege.kernel.snapshot import Snapshot
from fastlege.simulation.life.nation.world import Events, World
from fastlege.simulation.life.queue import Queue
from fastlege.simulation.life.standing import Standing


def read_promises(snapshot: Snapshot, world: World) -> pl.DataFrame:
    """Chosen switches that take effect after the day of the snapshot: positions `person` and `list`."""
    rows = pl.DataFrame(snapshot.table("switches")).filter(
        (pl.col("on") > snapshot.as_of) & pl.col("chosen") & pl.col("to_list").is_not_null()
    )
    rows = rows.unique("person_id", keep="last", maintain_order=True)
    rows = rows.filter(pl.col("to_list").is_in(pl.Series(world.practices.list_id).implode()))
    return pl.DataFrame(
        {
            "person": np.searchsorted(world.people.person_id, rows["person_id"].to_numpy()),
            "list": np.searchsorted(world.practices.list_id, rows["to_list"].to_numpy()),
        }
    )


def with_promises(new: Queue, promised: pl.DataFrame, standing: Standing, events: Events) -> Queue:
    """The new queue places and, before all of them, the promised ones of people who can still use them."""
    person, list_ = promised["person"].to_numpy().astype(np.int64), promised["list"].to_numpy().astype(np.int64)
    busy = np.zeros(len(standing.on), bool)
    busy[standing.queue.person] = True
    fits = (standing.on[person] >= 0) & (standing.on[person] != list_) & ~busy[person]
    person, list_ = person[fits], list_[fits]
    held = np.zeros(len(standing.on), bool)
    held[person] = True
    first, count = np.full(len(person), events.first_second), len(person)
    places = Queue(
        person, list_, np.ones(count, np.int64), first, np.zeros(count, np.int64), np.full(count, events.day), first
    )
    return places.and_also(new.only(~held[new.person]))

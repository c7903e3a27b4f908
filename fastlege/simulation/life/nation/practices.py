"""The lists of a living nation: GPs stop and start, lists begin and end, caps change; the same under every policy."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import ListStatus, Relationship
from fastlege.simulation.life.nation.keyed import uniform
from fastlege.simulation.life.nation.rates import Rates

Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]
NO_DAY = np.iinfo(np.int32).min

_PULL_A_PLACE = 0.02
"""Wishes that a list draws without a queue, as a share of its cap; assumed. A queue draws as many as stand in it."""
_NEW_PULL = 2.0
"""A new list draws so many times what a list without a queue draws; assumed."""
_NEW_WHERE_WANTED = 40.0
"""A list begins so much more often for each share of the caps that is lacking; assumed."""
_NEW_WITHIN = (0.1, 8.0)
_LOWEST_CAP = 200
_RAISE = 50


@dataclass(frozen=True)
class Practices:
    """One row a list by increasing id, ended ones too; lists are named by their position here.

    `municipality` is a position in the snapshot's table, `pull` the weight of the list among wishes, `cap` that of
    the day, `start` and `end` days since 1970 (`NO_DAY`: none).
    """

    list_id: NDArray[np.int64]
    municipality: Positions
    office_id: NDArray[np.int64]
    cap: NDArray[np.int64]
    has_gp: Flags
    locked: Flags
    salaried: Flags
    in_force: Flags
    pull: NDArray[np.float64]
    start: NDArray[np.int32]
    end: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.list_id)

    def with_more(self, more: Practices) -> Practices:
        """These lists and then those."""
        columns = {f.name: np.concatenate([getattr(self, f.name), getattr(more, f.name)]) for f in fields(self)}
        return replace(self, **columns)


@dataclass(frozen=True)
class ListEvents:
    """What happened to lists in a month, as positions; new lists are those from `first_new` to `after_new`.

    `reduced` are lists whose cap was lowered with a draw: those above it are drawn out.
    """

    stopped: Positions
    taken_over: Positions
    filled: Positions
    ended: Positions
    lowered: Positions
    reduced: Positions
    raised: Positions
    first_new: int
    after_new: int


def read_practices(snapshot: Snapshot) -> tuple[Practices, Flags]:
    """The lists of a snapshot, and which of them are open."""
    lists = pl.DataFrame(snapshot.table("lists")).sort("list_id")
    codes = snapshot.table("municipalities", ["municipality"])["municipality"].to_pylist()
    place = {code: position for position, code in enumerate(codes)}
    periods = pl.DataFrame(snapshot.table("doctor_periods")).filter(
        (pl.col("relationship") == Relationship.REGULAR.value)
        & (pl.col("start") <= snapshot.as_of)
        & (pl.col("end").is_null() | (pl.col("end") > snapshot.as_of))
    )
    queue = pl.DataFrame(snapshot.table("queue", ["list_id"])).group_by("list_id").len("waiting")
    lists = lists.join(queue, on="list_id", how="left").sort("list_id")
    end = lists["end"].to_physical().fill_null(NO_DAY).to_numpy().astype(np.int32)
    cap = lists["cap"].to_numpy().astype(np.int64)
    as_of = (np.datetime64(snapshot.as_of) - np.datetime64("1970-01-01")).astype(int)
    practices = Practices(
        list_id=lists["list_id"].to_numpy().astype(np.int64),
        municipality=np.array([place[code] for code in lists["municipality"]], np.int64),
        office_id=lists["office_id"].to_numpy().astype(np.int64),
        cap=cap,
        has_gp=lists["list_id"].is_in(periods["list_id"].unique().to_list()).to_numpy(),
        locked=(lists["status"] == ListStatus.LOCKED.value).to_numpy(),
        salaried=lists["salaried"].to_numpy(),
        in_force=(end == NO_DAY) | (end > as_of),
        pull=lists["waiting"].fill_null(0).to_numpy() + _PULL_A_PLACE * cap,
        start=lists["start"].to_physical().to_numpy().astype(np.int32),
        end=end,
    )
    return practices, (lists["status"] == ListStatus.OPEN.value).to_numpy()


def live_a_month(
    practices: Practices, rates: Rates, room: NDArray[np.float64], *, seed: int, month: int, today: int
) -> tuple[Practices, ListEvents]:
    """The lists a month later, and what happened; each list draws for itself.

    `room` is how many more people the lists of each municipality could take if everybody new stood on a list at home:
    it is the same under every policy. Lists end only where the others have room, and begin rather where there is none.
    """
    ids, runs = practices.list_id, practices.in_force
    fate = uniform(seed, "practice", ids, month)
    then = uniform(seed, "practice then", ids, month)
    stops = runs & practices.has_gp & (fate < rates.monthly("gps_stopping"))
    took_over = stops & (then < rates.share("taken_over"))
    ends = stops & ~took_over & (then < rates.share("taken_over") + rates.share("ended_with_gp"))
    vacant = runs & ~practices.has_gp
    filled = vacant & (fate < rates.share("vacant_filled_a_month"))
    ends |= vacant & ~filled & (then < rates.share("vacant_ended_a_month"))
    ends &= (room[practices.municipality] >= practices.cap) & ~_last_at_home(practices, ends)
    lowered, reduced, raised, cap = _caps(practices, rates, ends, seed=seed, month=month)
    has_gp = (practices.has_gp & ~(stops & ~took_over)) | filled
    kept = replace(
        practices,
        cap=cap,
        has_gp=has_gp & ~ends,
        in_force=runs & ~ends,
        end=np.where(ends, today, practices.end).astype(np.int32),
    )
    begins = runs & ~ends & (uniform(seed, "new list", ids, month) < _chance_of_new(kept, rates, room))
    later = kept.with_more(_new_lists(kept, rates, begins, seed=seed, month=month, today=today))
    events = ListEvents(
        stopped=np.flatnonzero(stops),
        taken_over=np.flatnonzero(took_over),
        filled=np.flatnonzero(filled),
        ended=np.flatnonzero(ends),
        lowered=np.flatnonzero(lowered),
        reduced=np.flatnonzero(reduced),
        raised=np.flatnonzero(raised),
        first_new=len(practices),
        after_new=len(later),
    )
    return later, events


def _last_at_home(practices: Practices, ends: Flags) -> Flags:
    """All lists of municipalities that would be left without one."""
    left = np.bincount(practices.municipality[practices.in_force & ~ends], minlength=practices.municipality.max() + 1)
    return left[practices.municipality] == 0


def _caps(
    practices: Practices, rates: Rates, ends: Flags, *, seed: int, month: int
) -> tuple[Flags, Flags, Flags, NDArray[np.int64]]:
    draw = uniform(seed, "cap", practices.list_id, month)
    size = uniform(seed, "cap step", practices.list_id, month)
    by_draw = uniform(seed, "cap draw", practices.list_id, month) < rates.share("lowered_with_draw")
    runs = practices.in_force & ~ends
    down = rates.monthly("caps_lowered")
    lowered = runs & (draw < down) & (practices.cap > _LOWEST_CAP)
    raised = runs & (draw >= down) & (draw < down + rates.monthly("caps_raised"))
    middle = rates.values["cap_step"]
    step = np.round((middle + (size - 0.5) * middle * 6 / 7) / 10).astype(np.int64) * 10
    cap = np.where(lowered, np.maximum(practices.cap - step, _LOWEST_CAP), practices.cap + np.where(raised, _RAISE, 0))
    return lowered, lowered & by_draw, raised, cap


def _chance_of_new(practices: Practices, rates: Rates, room: NDArray[np.float64]) -> NDArray[np.float64]:
    """The chance that a colleague begins beside a list: larger where more is wanted, the same in all."""
    cap = np.bincount(practices.municipality[practices.in_force], practices.cap[practices.in_force], len(room))
    weight = np.clip(1 - _NEW_WHERE_WANTED * room / np.maximum(cap, 1), *_NEW_WITHIN)[practices.municipality]
    mean = weight[practices.in_force].mean() if practices.in_force.any() else 1.0
    return rates.monthly("new_lists") * weight / mean


def _new_lists(practices: Practices, rates: Rates, begins: Flags, *, seed: int, month: int, today: int) -> Practices:
    """A colleague begins beside some of the lists."""
    beside = np.flatnonzero(begins)
    size = uniform(seed, "new list cap", practices.list_id[beside], month)
    cap = np.round(rates.values["new_list_cap"] * (0.8 + 0.4 * size) / 10).astype(np.int64) * 10
    count = len(beside)
    last = int(practices.list_id[-1]) if len(practices) else 0
    return Practices(
        list_id=last + 1 + np.arange(count),
        municipality=practices.municipality[beside],
        office_id=practices.office_id[beside],
        cap=cap,
        has_gp=np.ones(count, bool),
        locked=np.zeros(count, bool),
        salaried=practices.salaried[beside],
        in_force=np.ones(count, bool),
        pull=(_NEW_PULL * _PULL_A_PLACE * cap).astype(np.float64),
        start=np.full(count, today, np.int32),
        end=np.full(count, NO_DAY, np.int32),
    )

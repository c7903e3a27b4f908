"""Who stands where under one policy, and the queue: what a policy changes of the world."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import Reason
from fastlege.matching.reduction import DrawUnit, draw
from fastlege.simulation.life.nation.people import RESIDENT
from fastlege.simulation.life.nation.world import Events, World
from fastlege.simulation.life.queue import Queue
from fastlege.simulation.months import day_number

Positions = NDArray[np.int64]
NO_LIST = -1
REASONS = tuple(Reason)
CODE = {reason: code for code, reason in enumerate(REASONS)}
_DAY = 86_400
KEPT_DAYS = 400
"""Ended memberships are kept for a good year, the history that a snapshot holds."""


@dataclass(frozen=True)
class Ended:
    """Memberships that ended: person, list, first day, day after the last, reasons of beginning and end (codes)."""

    person: Positions
    list_: Positions
    start: Positions
    end: int
    begin_reason: NDArray[np.int8]
    end_reason: int


@dataclass
class Standing:
    """Under one policy: each person's list (`NO_LIST`: none), since which day and why; lists' length and status.

    For one without a list `since` is the first day without. `left` collects queue places that are gone, with why, and
    `moved` the moves of the last rounds.
    """

    on: NDArray[np.int32]
    since: NDArray[np.int32]
    reason: NDArray[np.int8]
    length: Positions
    is_open: NDArray[np.bool_]
    queue: Queue
    ended: list[Ended] = field(default_factory=list)
    left: list[tuple[str, Queue]] = field(default_factory=list)
    moved: list[tuple[date, pl.DataFrame]] = field(default_factory=list)

    def live(self, world: World, events: Events) -> None:
        """Let the month's events meet these lists and this queue; nobody is given a place yet."""
        self.left = []
        self.moved = [each for each in self.moved if each[0] > world.day - timedelta(days=KEPT_DAYS)]
        self.ended = [each for each in self.ended if each.end > events.day - KEPT_DAYS]
        self._take_in_new(world, events)
        self._leave(events.dead, events.day, Reason.DEATH)
        self._leave(events.emigrated, events.day, Reason.EMIGRATION)
        self._end_lists(events)
        self._reduce_lists(world, events)
        self._thin_queue(world, events)

    def put(self, person: Positions, to: Positions, *, day: int, reason: NDArray[np.int8]) -> None:
        """Put people on lists from a day, for reasons (codes of `REASONS`); none of them twice."""
        placed = self.on[person] >= 0
        for code in np.unique(reason[placed]):
            self._end(person[placed & (reason == code)], day, int(code))
        self.on[person], self.since[person], self.reason[person] = to, day, reason
        np.add.at(self.length, to, 1)

    def set_status(self, world: World, *, reopens_at: int) -> None:
        """Close lists without a free place, open closed ones with enough of them."""
        practices = world.practices
        free = practices.cap - self.length
        self.is_open = practices.in_force & ~practices.locked & np.where(self.is_open, free > 0, free >= reopens_at)

    def drop(self, gone: NDArray[np.bool_], why: str) -> None:
        """Take places out of the queue and remember why."""
        if gone.any():
            self.left.append((why, self.queue.only(gone)))
            self.queue = self.queue.only(~gone)

    def copy(self) -> Standing:
        """Another of the same, to be changed on its own."""
        return replace(
            self,
            on=self.on.copy(),
            since=self.since.copy(),
            reason=self.reason.copy(),
            length=self.length.copy(),
            is_open=self.is_open.copy(),
            ended=list(self.ended),
            left=[],
            moved=list(self.moved),
        )

    def keep_best(self, most: int) -> None:
        """Take the least wanted places of those who have more than are allowed out of the queue."""
        queue = self.queue
        order = np.lexsort((queue.rank, queue.person))
        person = queue.person[order]
        first = np.flatnonzero(np.diff(person, prepend=-1))
        turn = np.arange(len(person)) - np.repeat(first, np.diff(np.append(first, len(person))))
        over = np.zeros(len(queue), bool)
        over[order] = turn >= most
        self.drop(over, "not_allowed")

    def without_list(self, world: World) -> Positions:
        """Residents who have no list."""
        return np.flatnonzero((self.on == NO_LIST) & (world.people.status == RESIDENT))

    def _end(self, person: Positions, day: int, reason: int) -> None:
        """Take people off their lists."""
        if not len(person):
            return
        on = self.on[person].astype(np.int64)
        self.ended.append(
            Ended(person, on, self.since[person].astype(np.int64), day, self.reason[person].copy(), reason)
        )
        np.subtract.at(self.length, on, 1)
        # Why somebody lost the list is kept, for the reason of the place that they get instead.
        self.on[person], self.since[person], self.reason[person] = NO_LIST, day, reason

    def _leave(self, person: Positions, day: int, reason: Reason) -> None:
        self._end(person[self.on[person] >= 0], day, CODE[reason])
        self.drop(_among(person, len(self.on))[self.queue.person], reason.value)

    def _take_in_new(self, world: World, events: Events) -> None:
        people = world.people
        new = np.arange(events.first_new, len(people))
        born = new < events.first_immigrant
        mother = people.mother[new[born]]
        on = np.full(len(new), NO_LIST, np.int32)
        on[born] = self.on[mother]
        self.on = np.concatenate([self.on, on])
        # Newborn come to their list on the first of the month; until they have one, nobody has it longer than a month.
        self.since = np.concatenate([self.since, np.full(len(new), events.day, np.int32)])
        reason = np.where(born, CODE[Reason.BIRTH], CODE[Reason.IMMIGRATION]).astype(np.int8)
        self.reason = np.concatenate([self.reason, reason])
        lists = len(world.practices) - len(self.length)
        self.length = np.concatenate([self.length, np.zeros(lists, np.int64)])
        self.is_open = np.concatenate([self.is_open, np.ones(lists, bool)])
        np.add.at(self.length, on[on >= 0], 1)

    def _end_lists(self, events: Events) -> None:
        ended = events.lists.ended
        if len(ended):
            closed = _among(ended, len(self.length))
            self._end(np.flatnonzero(closed[self.on] & (self.on >= 0)), events.day, CODE[Reason.PRACTICE_CLOSED])
            self.is_open[ended] = False
            self.drop(closed[self.queue.list_], "list_ended")

    def _reduce_lists(self, world: World, events: Events) -> None:
        """Draw out those above a lowered cap, household by household, as the register does."""
        over = self.length - world.practices.cap
        reduced = events.lists.reduced[over[events.lists.reduced] > 0]
        if not len(reduced):
            return
        standing = np.flatnonzero(_among(reduced, len(self.length))[self.on] & (self.on >= 0))
        on, household = self.on[standing], world.people.household_id[standing]
        drawn = [np.zeros(0, np.int64)]
        for place in reduced.tolist():
            here = standing[on == place]
            kinds, group, size = np.unique(household[on == place], return_inverse=True, return_counts=True)
            units = [DrawUnit(one, 0, n) for one, n in zip(kinds.tolist(), size.tolist(), strict=True)]
            tag, list_id = f"{world.seed}:{world.day}", int(world.practices.list_id[place])
            lots = draw(units, int(over[place]), tag=tag, list_id=list_id)
            out = np.array([lot.unit.household_id for lot in lots if lot.drawn], np.int64)
            drawn.append(here[np.isin(kinds, out)[group]])
        self._end(np.concatenate(drawn), events.day, CODE[Reason.LIST_REDUCTION])

    def _thin_queue(self, world: World, events: Events) -> None:
        """Some give up waiting; who moves and wants a list at the new home no longer waits for the old ones."""
        given_up = world.chance("gives up", self.queue.person) < world.rates.share("withdrawn_a_month")
        self.drop(given_up, "withdrawn")
        heads = _among(events.choosing, len(self.on))
        moved = _among(events.movers, len(self.on)) & heads[world.people.head]
        self.drop(moved[self.queue.person], "moved")


def _earliest(person: Positions, at: Positions) -> Positions:
    """The first moment among all rows of the same person; rows come by person."""
    first = np.flatnonzero(np.diff(person, prepend=-1))
    if not len(first):
        return at
    return np.repeat(np.minimum.reduceat(at, first), np.diff(np.append(first, len(person))))


def _among(positions: Positions, count: int) -> NDArray[np.bool_]:
    found = np.zeros(count, bool)
    found[positions] = True
    return found


def read_standing(snapshot: Snapshot, world: World) -> Standing:
    """Where everybody stands in a snapshot, and its queue; places that no rule can meet are left out."""
    people, practices, today = world.people, world.practices, day_number(snapshot.as_of)
    columns = ["person_id", "list_id", "start", "end", "begin_reason"]
    rows = pl.DataFrame(snapshot.table("memberships", columns)).filter(
        (pl.col("start") <= snapshot.as_of) & (pl.col("end").is_null() | (pl.col("end") > snapshot.as_of))
    )
    person = np.searchsorted(people.person_id, rows["person_id"].to_numpy())
    on = np.full(len(people), NO_LIST, np.int32)
    since = np.full(len(people), today, np.int32)
    reason = np.full(len(people), CODE[Reason.ALLOCATED], np.int8)
    on[person] = np.searchsorted(practices.list_id, rows["list_id"].to_numpy())
    since[person] = rows["start"].to_physical().to_numpy()
    reason[person] = rows["begin_reason"].replace_strict({r.value: c for r, c in CODE.items()}).to_numpy()
    unplaced = pl.DataFrame(snapshot.table("unplaced"))
    waiting = np.searchsorted(people.person_id, unplaced["person_id"].to_numpy())
    since[waiting] = unplaced["since"].to_physical().to_numpy()
    return Standing(
        on=on,
        since=since,
        reason=reason,
        length=np.bincount(on[on >= 0], minlength=len(practices)).astype(np.int64),
        is_open=world.open_at_start & practices.in_force,
        queue=_read_queue(snapshot, world, on),
    )


def _read_queue(snapshot: Snapshot, world: World, on: NDArray[np.int32]) -> Queue:
    people, practices = world.people, world.practices
    rows = pl.DataFrame(snapshot.table("queue")).sort("person_id", "rank")
    rows = rows.filter(
        pl.col("person_id").is_in(pl.Series(people.person_id[people.status == RESIDENT]).implode())
        & pl.col("list_id").is_in(pl.Series(practices.list_id[practices.in_force]).implode())
    )
    person = np.searchsorted(people.person_id, rows["person_id"].to_numpy()).astype(np.int64)
    list_ = np.searchsorted(practices.list_id, rows["list_id"].to_numpy()).astype(np.int64)
    at = rows["requested_at"].dt.epoch("s").to_numpy().astype(np.int64)
    queue = Queue(
        person=person,
        list_=list_,
        rank=rows["rank"].to_numpy().astype(np.int64),
        at=at,
        family=rows["family_id"].fill_null(0).to_numpy().astype(np.int64),
        entered=at // _DAY,
        spell=_earliest(person, at),
    )
    return queue.only(on[person] != list_)

"""The world that all policies share: a month of births, deaths, moves, practices and wishes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.snapshot import Snapshot
from fastlege.simulation.life.nation.homes import Homes, drawn_from, read_homes
from fastlege.simulation.life.nation.keyed import month_key, uniform, what_happens
from fastlege.simulation.life.nation.people import DEAD, EMIGRATED, NOBODY, RESIDENT, People, read_people
from fastlege.simulation.life.nation.practices import Flags, ListEvents, Practices, live_a_month, read_practices
from fastlege.simulation.life.nation.rates import (
    BIRTH,
    DEATH,
    EMIGRATION,
    MOVE,
    WISH,
    WISH_IF_VACANT,
    Rates,
    load_rates,
)
from fastlege.simulation.months import day_number

Positions = NDArray[np.int64]
_DAY = 86_400
_CHILD_DAYS = int(16 * 365.2425)


@dataclass(frozen=True)
class Events:
    """What happened in the month before the day of a round, as positions of people and lists.

    People from `first_new` on are new: first the newborn, whose mothers are in `People`, then from `first_immigrant`
    on those who have come to the country. `movers` have moved with their household; of these `choosing` lead a
    household that wants a list at the new home. `wishing` want another list without having moved, and so do
    `wishing_if_vacant` when theirs has no GP. `children` are those under 16 who go with their mother when she queues.
    """

    number: int
    day: int
    first_second: int
    cutoff: int
    dead: Positions
    emigrated: Positions
    first_new: int
    first_immigrant: int
    movers: Positions
    choosing: Positions
    wishing: Positions
    wishing_if_vacant: Positions
    children: Positions
    arriving: Positions
    lists: ListEvents


class World:
    """People and practices on a day; `step` takes them a month on."""

    def __init__(self, snapshot: Snapshot, seed: int) -> None:
        self.seed = seed
        self.rates: Rates = load_rates()
        self.people: People = read_people(snapshot)
        self.practices: Practices
        self.practices, self.open_at_start = read_practices(snapshot)
        self.homes: Homes = read_homes(snapshot, self.practices.municipality, self.practices.pull)
        self.day = snapshot.as_of
        self.month = 0
        self.history: list[tuple[int, ListEvents]] = []
        members = _members_at_home(snapshot, self.practices, len(self.homes.codes))
        self._listed_elsewhere = members - self._residents()

    def step(self) -> Events:
        """Live a month: from the first day of one to the first of the next."""
        before, self.day = self.day, _next_month(self.day)
        self.month += 1
        today = day_number(self.day)
        happened = np.empty(len(self.people), np.int8)
        people = self.people
        what_happens(
            (people.person_id, people.birth, people.sex, people.status, people.head),
            self.rates.bounds, month_key(self.seed, self.month), today, happened,
        )  # fmt: skip
        dead = np.flatnonzero(happened == DEATH)
        gone = self._with_household(happened == EMIGRATION)
        gone = gone[happened[gone] != DEATH]
        movers = self._with_household(happened == MOVE)
        movers = movers[happened[movers] != DEATH]
        self._leave(dead, gone)
        mothers = np.flatnonzero((happened == BIRTH) & (people.status == RESIDENT))
        moved = self._move(movers)
        first_new = len(people)
        first_immigrant = first_new + len(mothers)
        self._arrive(mothers, before=day_number(before), today=today)
        self.practices, lists = live_a_month(
            self.practices, self.rates, self._room(), seed=self.seed, month=self.month, today=today
        )
        self.history.append((today, lists))
        wants = self._chance("chooses at new home", moved) < self.rates.share("movers_who_choose")
        return Events(
            number=self.month,
            day=today,
            first_second=day_number(before) * _DAY,
            cutoff=today * _DAY - 1,
            dead=dead,
            emigrated=gone,
            first_new=first_new,
            first_immigrant=first_immigrant,
            movers=moved,
            choosing=moved[wants & (self.people.head[moved] == moved)],
            wishing=np.flatnonzero(happened == WISH),
            wishing_if_vacant=np.flatnonzero(happened == WISH_IF_VACANT),
            children=self._children(happened, today),
            arriving=np.arange(first_immigrant, len(self.people)),
            lists=lists,
        )

    def chance(self, decision: str, persons: Positions) -> NDArray[np.float64]:
        """A keyed chance of persons in this month."""
        return self._chance(decision, persons)

    def _residents(self) -> NDArray[np.int64]:
        """Residents of each municipality with lists and of those that it serves."""
        people = self.people
        at_home = np.bincount(people.municipality[people.status == RESIDENT], minlength=len(self.homes.codes))
        served = np.bincount(self.homes.serving, at_home, len(at_home))
        return served.astype(np.int64)

    def _room(self) -> NDArray[np.float64]:
        """Room on the lists of each municipality if as many as at the start were listed elsewhere than they live."""
        practices = self.practices
        cap = np.bincount(
            practices.municipality[practices.in_force], practices.cap[practices.in_force], len(self.homes.codes)
        )
        return cap - self._residents() - self._listed_elsewhere

    def _chance(self, decision: str, persons: Positions) -> NDArray[np.float64]:
        return uniform(self.seed, decision, self.people.person_id[persons], self.month)

    def _with_household(self, heads: Flags) -> Positions:
        """The heads and everybody who follows them."""
        if not heads.any():
            return np.zeros(0, np.int64)
        return np.flatnonzero(heads[self.people.head] & (self.people.status == RESIDENT))

    def _leave(self, dead: Positions, gone: Positions) -> None:
        people = self.people
        people.status[dead] = DEAD
        people.status[gone] = EMIGRATED
        # The others of a household whose head has died stay where they are, each on their own.
        orphaned = np.flatnonzero((people.status[people.head] == DEAD) & (people.status == RESIDENT))
        people.head[orphaned] = orphaned

    def _move(self, movers: Positions) -> Positions:
        """Move households to other municipalities; those who have nowhere to go stay."""
        people, homes = self.people, self.homes
        head = people.head[movers].astype(np.int64)
        to = drawn_from(homes.move_to, people.municipality[head].astype(np.int64), self._chance("moves to", head))
        moves = to >= 0
        movers, head, to = movers[moves], head[moves], to[moves]
        people.municipality[movers] = to
        people.basic_unit[movers] = homes.places_in(to, self._chance("address", head))
        return movers

    def _children(self, happened: NDArray[np.int8], today: int) -> Positions:
        people = self.people
        wishes = (happened == WISH) | (happened == WISH_IF_VACANT)
        young = np.flatnonzero(people.birth[: len(happened)] > today - _CHILD_DAYS)
        mother = people.mother[young]
        young, mother = young[mother >= 0], mother[mother >= 0].astype(np.int64)
        goes = wishes[mother] & (people.status[young] == RESIDENT)
        young, mother = young[goes], mother[goes]
        return young[self._chance("with children", mother) < self.rates.share("with_children")]

    def _arrive(self, mothers: Positions, *, before: int, today: int) -> None:
        people = self.people
        newborn = _rows_like(people, mothers, int(people.person_id[-1]) + 1)
        chance = self._chance("born on", mothers)
        newborn = replace(
            newborn,
            birth=(before + (chance * (today - before)).astype(np.int32)).astype(np.int32),
            sex=np.where(self._chance("sex", mothers) < 0.513, 1, 2).astype(np.int8),
            mother=mothers.astype(np.int32),
            father=np.full(len(mothers), NOBODY, np.int32),
            gp_use=np.zeros(len(mothers), np.int16),
        )
        self.people = people.with_more(newborn)
        self.people = self.people.with_more(self._immigrants(today))

    def _drawn(self, decision: str, keys: NDArray[np.int64]) -> NDArray[np.float64]:
        """A keyed draw of the month, from 0 up to 1."""
        return uniform(self.seed, decision, keys, self.month)

    def _immigrants(self, today: int) -> People:
        """People who come to the country: alone, or a couple with a child."""
        people = self.people
        residents = np.count_nonzero(people.status == RESIDENT)
        expected = self.rates.monthly("immigrants") * residents
        with_family = self.rates.share("immigrants_with_family")
        # An arrival is one person, or three: a woman, a man and their child.
        arrivals = np.arange(int(expected / (1 + 2 * with_family)))
        size = np.where(self._drawn("arrives with", arrivals) < with_family, 3, 1)
        arrival = np.repeat(arrivals, size)
        turn = np.arange(len(arrival)) - np.repeat(np.cumsum(size) - size, size)
        is_child, in_family = turn == 2, size[arrival] == 3
        person_id = int(people.person_id[-1]) + 1 + np.arange(len(arrival))
        age = 20 + 18 * self._drawn("age", arrivals)[arrival]
        age = np.where(is_child, 10 * self._drawn("age of child", arrivals)[arrival], age)
        sex = np.where(self._drawn("sex", person_id) < 0.5, 1, 2)
        sex = np.where(in_family & ~is_child, 2 - turn, sex)
        total = np.cumsum(self.homes.population * (self.homes.serving == np.arange(len(self.homes.codes))))
        home = np.searchsorted(total, self._drawn("arrives in", arrivals) * total[-1], side="right")
        units = self.homes.places_in(home, self._drawn("address", arrivals))
        household = int(people.household_id.max()) + 1 + arrivals
        lead = len(people) + np.flatnonzero(turn == 0)[arrival]
        mother = np.where(is_child, lead, NOBODY)
        return People(
            person_id=person_id,
            birth=(today - age * 365.2425).astype(np.int32),
            sex=sex.astype(np.int8),
            municipality=home[arrival].astype(np.int16),
            basic_unit=units[arrival],
            household_id=household[arrival],
            mother=mother.astype(np.int32),
            father=np.where(is_child, mother + 1, NOBODY).astype(np.int32),
            head=lead.astype(np.int32),
            status=np.zeros(len(arrival), np.int8),
            gp_use=np.zeros(len(arrival), np.int16),
        )


def _rows_like(people: People, rows: Positions, first_id: int) -> People:
    """New persons at the address and in the household of others."""
    return People(
        person_id=first_id + np.arange(len(rows)),
        birth=people.birth[rows],
        sex=people.sex[rows],
        municipality=people.municipality[rows],
        basic_unit=people.basic_unit[rows],
        household_id=people.household_id[rows],
        mother=people.mother[rows],
        father=people.father[rows],
        head=people.head[rows],
        status=np.zeros(len(rows), np.int8),
        gp_use=people.gp_use[rows],
    )


def _members_at_home(snapshot: Snapshot, practices: Practices, homes: int) -> NDArray[np.int64]:
    """Members of the lists of each municipality on the day of the snapshot."""
    columns = snapshot.table("memberships", ["list_id", "start", "end"])
    rows = pl.DataFrame(columns).filter(
        (pl.col("start") <= snapshot.as_of) & (pl.col("end").is_null() | (pl.col("end") > snapshot.as_of))
    )
    place = np.searchsorted(practices.list_id, rows["list_id"].to_numpy())
    return np.bincount(practices.municipality[place], minlength=homes).astype(np.int64)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)

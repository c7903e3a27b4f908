"""The state while places are given out: who stands where, how long each list is, and whether it gives places."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from fastlege.planning.market.arrays import NO_RANK, NOWHERE, Integers, Market


class How(StrEnum):
    """How a unit got its place; the key of the explanation it is given."""

    GRANTED = "switch_granted"
    WISH_BEFORE_QUEUE = "without_list_got_wish"
    WITH_PARENT = "without_list_with_parent"
    NEAREST = "without_list_nearest"
    WHEN_FREED = "without_list_when_freed"
    CHILD = "child_of_member"
    RETURNER = "returned"
    QUEUE = "queue"


@dataclass(frozen=True)
class Outcome:
    """Where each person stands after the round, how they got there, and how long and how open each list is."""

    stands_on: Integers
    how: tuple[How | None, ...]
    length: Integers
    is_open: NDArray[np.bool_]
    unserved_grants: int


@dataclass
class Ledger:
    """The state while places are given out. A list gives places while it is open: it closes when none is free, and
    opens again when enough are."""

    market: Market
    reopens_at: int
    lots: list[int]
    length: list[int] = field(init=False)
    cap: list[int] = field(init=False)
    takes_part: list[bool] = field(init=False)
    is_open: list[bool] = field(init=False)
    stands_on: list[int] = field(init=False)
    rank: list[int] = field(init=False)
    how: list[How | None] = field(init=False)
    members: list[list[int]] = field(init=False)

    def __post_init__(self) -> None:
        lists, persons, units = self.market.lists, self.market.persons, self.market.units
        self.length, self.cap = lists.length.tolist(), lists.cap.tolist()
        self.takes_part = lists.takes_part.tolist()
        self.is_open = [status == "open" for status in lists.status]
        for place in range(len(lists)):
            self._open_or_close(place)
        self.stands_on = persons.stands_on.tolist()
        self.rank, self.how = [NO_RANK] * len(units), [None] * len(persons.person_id)
        self.members = [[] for _ in range(len(units))]
        for person, unit in enumerate(persons.unit.tolist()):
            self.members[unit].append(person)

    def free(self, place: int) -> int:
        """Places that a list gives out now: none while it is closed, locked, ended or full."""
        return self.cap[place] - self.length[place] if self.is_open[place] else 0

    def has_room(self, place: int, unit: int) -> bool:
        """Whether the whole unit can have a place on the list."""
        return self.free(place) >= len(self.members[unit])

    def without_list(self, unit: int) -> bool:
        """Whether the unit (all of it) lacks a list."""
        return self.stands_on[self.members[unit][0]] == NOWHERE

    def move(self, unit: int, to: int, how: How, *, rank: int = NO_RANK) -> list[int]:
        """Move the whole unit; the lists that they leave are returned."""
        left = []
        for person in self.members[unit]:
            origin = self.stands_on[person]
            if origin == to:
                continue
            left += self._move_person(person, to, how)
        self.rank[unit] = rank
        return left

    def move_person(self, person: int, to: int, how: How) -> None:
        """Move one person, outside any order of ranks."""
        self._move_person(person, to, how)

    def _move_person(self, person: int, to: int, how: How) -> list[int]:
        origin = self.stands_on[person]
        self.stands_on[person], self.how[person] = to, how
        self.length[to] += 1
        self._open_or_close(to)
        if origin == NOWHERE:
            return []
        self.length[origin] -= 1
        self._open_or_close(origin)
        return [origin]

    def _open_or_close(self, place: int) -> None:
        free = self.cap[place] - self.length[place]
        if not self.takes_part[place] or free <= 0:
            self.is_open[place] = False
        elif free >= self.reopens_at:
            self.is_open[place] = True

    def outcome(self, unserved_grants: int) -> Outcome:
        """What the round has come to."""
        return Outcome(
            stands_on=np.array(self.stands_on, dtype=np.int64),
            how=tuple(self.how),
            length=np.array(self.length, dtype=np.int64),
            is_open=np.array(self.is_open, dtype=np.bool_),
            unserved_grants=unserved_grants,
        )

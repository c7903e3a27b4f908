"""The market of a round: lists, the people it concerns, and what they have asked for, as sorted arrays.

Everything that `planning` knows of a snapshot goes through here; giving out places needs nothing else. All arrays are
in a fixed order (lists, units and requests by their ids), so that the order of rows in the files never matters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.vocabulary import ListStatus

Integers = NDArray[np.int64]
NOWHERE = -1
NO_RANK = 99


class Right(IntEnum):
    """A right to enter a closed list."""

    NONE = 0
    CHILD = 1
    RETURNER = 2


@dataclass(frozen=True)
class Lists:
    """All lists, by `list_id`: `length` is on the day of the round, before it."""

    list_id: Integers
    municipality: tuple[str, ...]
    cap: Integers
    length: Integers
    status: tuple[str, ...]
    in_force: NDArray[np.bool_]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.list_id)

    @property
    def takes_part(self) -> NDArray[np.bool_]:
        """Lists in force that the municipality has not locked."""
        return self.in_force & (np.array(self.status, dtype=object) != ListStatus.LOCKED.value)


@dataclass(frozen=True)
class Persons:
    """The persons whom the round may move, by `person_id`: their unit, and the place of their list in `Lists`."""

    person_id: Integers
    unit: Integers
    stands_on: Integers


@dataclass(frozen=True)
class Units:
    """Families that move together, or one person, by the smallest `person_id` in each.

    `since` is the earliest day (days from 1970) without a list, or NOWHERE for those who have one. `may_move` is false
    where a change of list is already decided for the day or a later one. `parents_list` is the list that a child
    without a list belongs on.
    """

    unit_id: Integers
    size: Integers
    municipality: tuple[str, ...]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    since: Integers
    may_move: NDArray[np.bool_]
    parents_list: Integers

    def __len__(self) -> int:
        return len(self.unit_id)


@dataclass(frozen=True)
class Requests:
    """What units ask for, by unit and rank: list (place in `Lists`), moment (ms from 1970 UTC), right to enter."""

    unit: Integers
    list: Integers
    rank: Integers
    moment: Integers
    right: Integers

    def __len__(self) -> int:
        return len(self.unit)


@dataclass(frozen=True)
class Grants:
    """Switches granted earlier that take effect on the day, in the order they are carried out."""

    person: Integers
    to_list: Integers


@dataclass(frozen=True)
class Market:
    """One round's input. `ignored` counts the requests and grants that could not take part, by reason."""

    on: date
    lists: Lists
    persons: Persons
    units: Units
    requests: Requests
    grants: Grants
    ignored: Mapping[str, int]

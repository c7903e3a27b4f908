"""What a round starts from and what it answers, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_LIST = -1
"""List position of a person without a list."""


class How(IntEnum):
    """How a person got the place the round ended with."""

    NOT_MOVED = 0
    ASSIGNED = 1
    QUEUE = 2
    EXCHANGE = 3

    @property
    def word(self) -> str:
        """The word in `result.csv`."""
        return self.name.lower()


@dataclass(frozen=True)
class Terms:
    """When the round takes effect, which requests it considers, and the seed of its lots.

    `cutoff` is in seconds since 1970 (UTC). With `intake_all` closed lists take people up to their cap too.
    """

    effect: date
    cutoff: int
    seed: str
    intake_all: bool = False


@dataclass(frozen=True)
class Lists:
    """The GP lists in any order. `municipality` is any whole-number code that `Members` shares."""

    list_id: Ints
    municipality: Ints
    cap: Ints
    has_gp: Flags
    is_open: Flags


@dataclass(frozen=True)
class Members:
    """Every resident in any order. `list_id` is 0 for a person without a list.

    `municipality` (home) and `since` (seconds, UTC: without a list since then) matter only for those without a list.
    """

    person_id: Ints
    list_id: Ints
    municipality: Ints
    since: Ints


@dataclass(frozen=True)
class Requests:
    """Request rows in any order. `requested_at` is in seconds (UTC), `family_id` 0 for one who moves alone."""

    person_id: Ints
    list_id: Ints
    rank: Ints
    requested_at: Ints
    family_id: Ints


@dataclass(frozen=True)
class Market:
    """All that a round depends on."""

    terms: Terms
    lists: Lists
    members: Members
    requests: Requests


@dataclass(frozen=True)
class Moves:
    """One row a person whose list changes, by increasing id.

    `from_list` is 0 for one who had none, `how` a code of `How`, `cycle` the number of the ring or 0.
    """

    person_id: Ints
    from_list: Ints
    to_list: Ints
    how: Ints
    cycle: Ints


@dataclass(frozen=True)
class Prices:
    """One row a list, by increasing id: the proof that no exchange settles more waiting time."""

    list_id: Ints
    price: Ints


@dataclass(frozen=True)
class RoundResult:
    """Who moves, and the proof of the exchange."""

    moves: Moves
    prices: Prices

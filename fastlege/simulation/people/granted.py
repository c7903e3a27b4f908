"""Switches granted for the coming month: people who have found a list with room and leave another for it.

What they leave behind is what the first round gives out: without them every queue would stand before a full list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.simulation.nation import Nation
from fastlege.simulation.people.block import Block

Places = NDArray[np.int64]

_SHARE_OF_ROOM = 0.5
"""At most so much of a list's room is granted in a month, so that nobody is promised the last place; assumed."""


@dataclass(frozen=True)
class Granted:
    """Places of the people in the order of id, and of the lists that they go to."""

    person: Places
    to: Places


def draw_granted(nation: Nation, block: Block, waiting: Places) -> Granted:
    """A month's share of the year's direct switches, to open lists of the same unit; nobody who stands in a queue."""
    rng = stream(nation.seed, f"granted:{nation.codes[block.unit]}")
    published = nation.recipe.published
    a_year = published["chosen_switches_per_1000"] / 1000 * published["pct_direct_of_chosen"] / 100
    slots = _slots(nation, block.unit)
    free = block.members[~np.isin(block.members, waiting)]
    count = min(round(len(block.members) * a_year / 12), len(slots), len(free))
    person = np.sort(rng.choice(free, count, replace=False, shuffle=False))
    to = rng.choice(slots, count, replace=False)
    moves = block.list_[person] != to
    return Granted(person[moves], to[moves])


def _slots(nation: Nation, unit: int) -> Places:
    """The unit's open lists, each as often as it may be granted to."""
    lists = nation.lists
    first = int(nation.first_list[unit])
    own = np.arange(first, first + int(nation.margins.lists[unit]))
    own = own[~lists.closed[own] & ~lists.locked[own]]
    return np.repeat(own, (lists.room[own] * _SHARE_OF_ROOM).astype(np.int64).clip(min=0))

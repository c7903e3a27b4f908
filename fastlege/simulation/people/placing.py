"""Who is on which list: exactly as many as each list has, families often together, neighbours often alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastlege.simulation.nation import Nation
from fastlege.simulation.people.ages import ADULT, YEAR
from fastlege.simulation.people.households import People

UNPLACED, OPTED_OUT = -1, -2
_TOGETHER = 0.5
"""Share of households whose adults are on the same list; children are on the list of the household; assumed."""
_NEARNESS = 0.15
"""Spread of the choice of list around the office that is nearest in order, as a share of the municipality; assumed."""


def choose_lists(
    rng: np.random.Generator, nation: Nation, unit: int, people: People, at_home: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Place of each person's list, `UNPLACED` or `OPTED_OUT`; each list gets exactly its length."""
    count = len(people)
    chosen = np.zeros(count, np.int32)
    without = nation.unplaced[unit] + nation.opted_out[unit]
    outside = rng.choice(np.flatnonzero(at_home), without, replace=False, shuffle=False)
    chosen[outside] = UNPLACED
    chosen[outside[rng.permutation(without)[: nation.opted_out[unit]]]] = OPTED_OUT
    members = np.flatnonzero(chosen == 0)
    key = _keys(rng, people, at_home)[members]
    first = nation.first_list[unit]
    lists = np.arange(first, first + nation.margins.lists[unit], dtype=np.int32)
    places = np.repeat(lists, nation.lists.length[lists])
    chosen[members[np.argsort(key, kind="stable")]] = places
    return chosen


def _keys(rng: np.random.Generator, people: People, at_home: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Where each person stands along the lists, which lie in order of their offices' basic units."""
    count = len(people)
    where = np.arange(count, dtype=np.float32) / max(count, 1)
    own = where + np.float32(_NEARNESS) * rng.standard_normal(count, dtype=np.float32)
    u = rng.random(count, dtype=np.float32)
    own = np.where(at_home, own, u)
    apart = (people.household != np.arange(count)) & (people.age >= int(ADULT * YEAR))
    apart &= u[people.household] >= _TOGETHER
    own = np.where(apart, own, own[people.household])
    return np.clip((own + 0.5) * 32767, 0, 65535).astype(np.uint16)

"""Who waits for which list, and since when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.simulation.months import day_number, day_of_month_number
from fastlege.simulation.nation import Nation
from fastlege.simulation.people.block import Block

_MEAN_DAYS = 260
_LONGEST_DAYS = 2400
_DAY_MS = 86_400_000


@dataclass(frozen=True)
class QueuePlaces:
    """Queue places in order of person and rank: place of the person, of the list, moment in ms, place of the family."""

    person: NDArray[np.int64]
    list_: NDArray[np.int64]
    rank: NDArray[np.int8]
    requested: NDArray[np.int64]
    family: NDArray[np.int64]


def draw_queue(nation: Nation, block: Block) -> QueuePlaces:
    """The queue places of a unit's people: exactly as many people as are shared out to it."""
    rng = stream(nation.seed, f"queue:{nation.codes[block.unit]}")
    unit, waiting = block.unit, nation.waiting
    home = block.home_unit[block.members]
    near = block.members[home == unit]
    far = block.members[(home != unit) & (home >= 0) & (nation.wishes.weight[home] > 0)]
    stay, away, back = int(waiting.here[unit]), int(waiting.away[unit]), int(waiting.home[unit])
    near = rng.choice(near, stay + away, replace=False, shuffle=False)
    rng.shuffle(near)
    back_home = rng.choice(far, back, replace=False, shuffle=False)
    persons = np.concatenate([near, back_home])
    wanted_unit = np.full(len(persons), unit)
    wanted_unit[stay : len(near)] = nation.wishes.neighbours(rng, unit, len(near) - stay)
    wanted_unit[len(near) :] = block.home_unit[back_home]
    own = block.list_[persons]
    lists = nation.wishes.lists(rng, wanted_unit, own)
    order = np.argsort(persons, kind="stable")
    persons, lists = persons[order], lists[order]
    return QueuePlaces(
        person=persons,
        list_=lists,
        rank=np.ones(len(persons), np.int8),
        requested=_moments(rng, nation, block, persons),
        family=np.full(len(persons), -1),
    )


def _moments(rng: np.random.Generator, nation: Nation, block: Block, persons: NDArray[np.int64]) -> NDArray[np.int64]:
    """When the places were asked for: after the person came to the present list, and before the day."""
    today = day_number(nation.recipe.as_of)
    start = day_of_month_number(block.tenure.start)[np.searchsorted(block.members, persons)]
    longest = np.minimum(np.maximum(today - start, 1), _LONGEST_DAYS)
    u = rng.random(len(persons))
    # An exponential wait, cut off where the membership begins.
    waited = -_MEAN_DAYS * np.log1p(-u * (1 - np.exp(-longest / _MEAN_DAYS)))
    return ((today - waited) * _DAY_MS).astype(np.int64) // 1000 * 1000 - 1000

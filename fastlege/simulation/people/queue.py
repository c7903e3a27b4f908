"""Who waits for which lists, and since when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.simulation.months import day_number, day_of_month_number
from fastlege.simulation.nation import Nation
from fastlege.simulation.people.ages import YEAR
from fastlege.simulation.people.block import Block

Places = NDArray[np.int64]

_MEAN_DAYS = 260
_LONGEST_DAYS = 2400
_DAY_MS = 86_400_000
_BEFORE_MIDNIGHT_MS = 7_201_000
"""Norway's midnight comes up to two hours before that of UTC, in which moments are counted."""
_FAMILIES = 0.15
"""Share of those who wait that are mothers with children who wait with them; assumed."""
_CHILD_BELOW = 16
_ALONE = -1


@dataclass(frozen=True)
class QueuePlaces:
    """Queue places in order of person and rank: place of the person, of the list, moment in ms, place of the family."""

    person: Places
    list_: Places
    rank: NDArray[np.int8]
    requested: Places
    family: Places


@dataclass(frozen=True)
class _Leads:
    """Those who choose: the unit where each wants a list first, and the family that waits with the lead, or -1."""

    person: Places
    wanted_unit: Places
    family: Places


def draw_queue(nation: Nation, block: Block) -> QueuePlaces:
    """The queue places of a unit's people: exactly as many people as are shared out to it."""
    rng = stream(nation.seed, f"queue:{nation.codes[block.unit]}")
    unit, waiting = block.unit, nation.waiting
    home = block.home_unit[block.members]
    near = block.members[home == unit]
    far = block.members[(home != unit) & (home >= 0) & (nation.wishes.weight[home] > 0)]
    stay, away = int(waiting.here[unit]), int(waiting.away[unit])
    mothers, children = _families(rng, block, near, int(_FAMILIES * stay))
    alone = near[~np.isin(near, np.concatenate([mothers, children]), assume_unique=True)]
    staying = stay - len(mothers) - len(children)
    single = rng.choice(alone, staying + away, replace=False, shuffle=False)
    rng.shuffle(single)
    back = rng.choice(far, int(waiting.home[unit]), replace=False, shuffle=False)
    leads = _Leads(
        person=np.concatenate([mothers, single, back]),
        wanted_unit=np.concatenate([
            np.full(len(mothers) + staying, unit), nation.wishes.neighbours(rng, unit, away), block.home_unit[back],
        ]),
        family=np.concatenate([mothers, np.full(len(single) + len(back), _ALONE)]),
    )  # fmt: skip
    return _with_children(_places_of(rng, nation, block, leads), block, children)


def _families(rng: np.random.Generator, block: Block, near: Places, most: int) -> tuple[Places, Places]:
    """Mothers and their children, together at most so many, where all are on one list now."""
    people = block.people
    child = np.flatnonzero((people.mother >= 0) & (people.age < int(_CHILD_BELOW * YEAR)))
    mother = people.mother[child]
    same = (block.list_[child] == block.list_[mother]) & (block.list_[child] >= 0)
    count = np.bincount(mother, minlength=len(people))
    together = np.bincount(mother[same], minlength=len(people))
    fit = near[(count[near] > 0) & (count[near] == together[near])]
    mothers = rng.permutation(fit)
    mothers = mothers[np.cumsum(1 + count[mothers]) <= most]
    chosen = np.zeros(len(people), bool)
    chosen[mothers] = True
    return mothers, child[chosen[mother]]


def _places_of(rng: np.random.Generator, nation: Nation, block: Block, leads: _Leads) -> QueuePlaces:
    """One place or more for each lead; a list that comes up twice counts once."""
    ranks = nation.recipe.assumed["queue_ranks"]
    count = len(leads.person)
    wanted = 1 + np.searchsorted(np.cumsum(ranks)[:-1], rng.random(count), side="right")
    lead = np.repeat(np.arange(count), wanted)
    turn = np.arange(len(lead)) - np.repeat(np.cumsum(wanted) - wanted, wanted)
    # The first wish decides the municipality; further ones lie in the same.
    lists = nation.wishes.lists(rng, leads.wanted_unit[lead], block.list_[leads.person[lead]])
    order = np.lexsort((turn, lists, lead))
    again = np.zeros(len(lead), bool)
    again[order[1:]] = (lead[order[1:]] == lead[order[:-1]]) & (lists[order[1:]] == lists[order[:-1]])
    lead, lists = lead[~again], lists[~again]
    first = np.searchsorted(lead, lead)
    return QueuePlaces(
        person=leads.person[lead],
        list_=lists,
        rank=(1 + np.arange(len(lead)) - first).astype(np.int8),
        requested=_moments(rng, nation, block, leads.person[lead]),
        family=leads.family[lead],
    )


def _with_children(places: QueuePlaces, block: Block, children: Places) -> QueuePlaces:
    """Add the children's places, which are those of their mothers, and sort."""
    in_family = np.flatnonzero(places.family != _ALONE)
    in_family = in_family[np.argsort(places.person[in_family], kind="stable")]
    mother = block.people.mother[children].astype(np.int64)
    low = np.searchsorted(places.person[in_family], mother, side="left")
    many = np.searchsorted(places.person[in_family], mother, side="right") - low
    offset = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    copied = in_family[np.repeat(low, many) + offset]
    source = np.concatenate([np.arange(len(places.person)), copied])
    person = np.concatenate([places.person, np.repeat(children, many)])
    order = np.lexsort((places.rank[source], person))
    source = source[order]
    return QueuePlaces(
        person[order], places.list_[source], places.rank[source], places.requested[source], places.family[source]
    )


def _moments(rng: np.random.Generator, nation: Nation, block: Block, persons: Places) -> Places:
    """When the places were asked for: after the person came to the present list, and before the day."""
    today = day_number(nation.recipe.as_of)
    start = day_of_month_number(block.tenure.start)[np.searchsorted(block.members, persons)]
    longest = np.minimum(np.maximum(today - start, 1), _LONGEST_DAYS)
    u = rng.random(len(persons))
    # An exponential wait, cut off where the membership begins.
    waited = -_MEAN_DAYS * np.log1p(-u * (1 - np.exp(-longest / _MEAN_DAYS)))
    return ((today - waited) * _DAY_MS).astype(np.int64) // 1000 * 1000 - _BEFORE_MIDNIGHT_MS

"""Units: those who move together, their common requests, and the order that lots give them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fastlege.matching.compiled import compiled
from fastlege.matching.intake import WORST_RANK, Intake, People, Wishes
from fastlege.matching.lots import unit_lots
from fastlege.matching.market import NO_LIST, Flags, Ints
from fastlege.matching.order import stable_order

# The most times that are told apart by their lowest bits, the least, and how many for each request: the table is memory
# that has to be cleared, and a market of a few lists should not wait for that of a nation.
_TIMES, _FEW_TIMES, _ROOM = 1 << 27, 1 << 16, 256
NEVER_MOVED = 99
"""State of a unit that has not obtained a requested list in the round."""


@dataclass(frozen=True)
class Units:
    """Families, and people alone, by increasing id. Every column but the members and wishes has one row a unit.

    The members of unit u are `member[first_member[u]:first_member[u + 1]]` (positions in `People`), its wishes
    the rows `first_wish[u]:first_wish[u + 1]` of `wish_to`, `wish_rank` and `wish_at`, best rank first. `on` is the
    list position of the first member, `NO_LIST` when the unit has no list. `turn` orders units by lot, then id; it is 0
    for those that share no time with another unit, for whom lots decide nothing.
    """

    unit_id: Ints
    size: Ints
    on: Ints
    municipality: Ints
    since: Ints
    turn: Ints
    first_member: Ints
    member: Ints
    first_wish: Ints
    wish_to: Ints
    wish_rank: Ints
    wish_at: Ints

    @property
    def wish_unit(self) -> Ints:
        """The unit of each wish."""
        return np.repeat(np.arange(len(self.unit_id)), np.diff(self.first_wish))


def form_units(intake: Intake, seed: str) -> Units:
    """Put families together; those without a list leave a family of which others have one."""
    people = intake.people
    leader = _leaders(people)
    unit_of_leader = np.cumsum(leader == np.arange(len(leader))) - 1
    unit = unit_of_leader[leader] if len(leader) else leader
    heads = np.flatnonzero(leader == np.arange(len(leader)))
    size = np.bincount(unit, minlength=len(heads)).astype(np.int64)
    since = people.since[heads]
    np.minimum.at(since, unit, people.since)
    unit_id = people.person_id[heads]
    wishes = _common_wishes(intake.wishes, unit, size, len(intake.lists.list_id))
    first_wish = np.searchsorted(wishes.person, np.arange(len(heads) + 1))
    on = people.on[heads]
    tied = _share_a_time(first_wish, wishes.at, on == NO_LIST, since)
    return Units(
        unit_id=unit_id,
        size=size,
        on=on,
        municipality=people.municipality[heads],
        since=since,
        turn=_turns(tied, unit_id, seed),
        first_member=np.concatenate([[0], np.cumsum(size)]),
        member=stable_order(unit),
        first_wish=first_wish,
        wish_to=wishes.to,
        wish_rank=wishes.rank,
        wish_at=wishes.at,
    )


def _turns(tied: Flags, unit_id: Ints, seed: str) -> Ints:
    """The place of each tied unit among them by lot, then id, from 1; 0 for the others."""
    turn = np.zeros(len(unit_id), np.int64)
    rows = np.flatnonzero(tied)
    order = np.lexsort((unit_id[rows], unit_lots(seed, unit_id[rows])))
    turn[rows[order]] = np.arange(1, len(rows) + 1)
    return turn


@compiled
def _share_a_time(first_wish: Ints, at: Ints, without_list: Flags, since: Ints) -> Flags:
    """Units of which some time is that of another unit too, and perhaps a few more.

    Times are looked up by their lowest bits, which repeat only after years, or after days where few ask: a lot too many
    does no harm.
    """
    times = _FEW_TIMES
    while times < _TIMES and times < _ROOM * (len(at) + len(since)):
        times *= 2
    once, twice = np.zeros(times // 8, np.uint8), np.zeros(times // 8, np.uint8)
    tied = np.zeros(len(since), np.bool_)
    for check in range(2):
        for unit in range(len(since)):
            start, end = first_wish[unit], first_wish[unit + 1]
            for wish in range(start, end + without_list[unit]):
                time = (at[wish] if wish < end else since[unit]) & (times - 1)
                byte, bit = time >> 3, np.uint8(1 << (time & 7))
                if check:
                    tied[unit] |= (twice[byte] & bit) != 0
                elif wish == start or time != at[wish - 1] & (times - 1):
                    twice[byte] |= once[byte] & bit
                    once[byte] |= bit
    return tied


def per_member(units: Units, wish: Ints) -> tuple[Ints, Ints]:
    """One row for every member of the unit of each wish: the person (position) and the wish."""
    unit = units.wish_unit[wish]
    size, first = units.size[unit], units.first_member[unit]
    if (size == 1).all():
        return units.member[first], wish
    within = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    return units.member[np.repeat(first, size) + within], np.repeat(wish, size)


def _leaders(people: People) -> Ints:
    """For each person the position of the first (smallest id) of those who move together with them."""
    leader = np.arange(len(people.person_id))
    families = np.flatnonzero(people.family)
    if len(families) == 0:
        return leader
    without = people.on[families] == NO_LIST
    _, group, size = np.unique(people.family[families], return_inverse=True, return_counts=True)
    lacking = np.bincount(group, weights=without, minlength=len(size))[group]
    together = (lacking == 0) | (lacking == size[group])
    # In a family that is divided already, those with a list stay one unit; the first of them leads it.
    remain = together | ~without
    _, first, group = np.unique(people.family[families[remain]], return_index=True, return_inverse=True)
    leader[families[remain]] = families[remain][first[group]]
    return leader


def _common_wishes(wishes: Wishes, unit: Ints, size: Ints, lists: int) -> Wishes:
    """The (list, rank) pairs that every member has, at the latest of their times; by unit, then rank."""
    owner = unit[wishes.person]
    alone = size[owner] == 1
    key = (owner * (WORST_RANK + 1) + wishes.rank) * max(lists, 1) + wishes.to
    shared = np.flatnonzero(~alone)
    pairs, group, count = np.unique(key[shared], return_inverse=True, return_counts=True)
    at = np.full(len(pairs), np.iinfo(np.int64).min)
    np.maximum.at(at, group, wishes.at[shared])
    pair_unit = pairs // max(lists, 1) // (WORST_RANK + 1)
    common = count == size[pair_unit]
    key = np.concatenate([key[alone], pairs[common]])
    at = np.concatenate([wishes.at[alone], at[common]])
    order = np.argsort(key)
    key, at = key[order], at[order]
    rest, to = np.divmod(key, max(lists, 1))
    owner, rank = np.divmod(rest, WORST_RANK + 1)
    return Wishes(owner, to, rank, at)

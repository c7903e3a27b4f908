"""Steps 0 and 1 of a round: people without a list, then free places strictly by queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from fastlege.matching.compiled import compiled
from fastlege.matching.intake import Intake, ListTable
from fastlege.matching.market import NO_LIST, Flags, How, Ints
from fastlege.matching.order import stable_order
from fastlege.matching.queue.serving import EXTRA_RANK, Entries, Groups, Standing, free_places, serve
from fastlege.matching.units import NEVER_MOVED, Units

NOT_PLACED, STEP_0, STEP_1 = -1, 0, 1
_ASSIGNED, _QUEUE = int(How.ASSIGNED), int(How.QUEUE)


@dataclass(frozen=True)
class Queued:
    """Where the units stand after steps 0 and 1.

    `at` is the list position obtained in the round (`NO_LIST`: not moved), `state` the rank of the requested list
    obtained so far, `how` a code of `How`, `step` the step of the last move. `first_class` marks the units that were
    still without a list when step 1 began. `length` counts the members of each list.
    """

    at: Ints
    state: Ints
    how: Ints
    step: Ints
    first_class: Flags
    length: Ints


class _Homes(NamedTuple):
    """Lists by home municipality: those of home h are `lists[first[h]:first[h + 1]]`; `home` is each unit's, or -1."""

    home: Ints
    first: Ints
    lists: Ints
    has_gp: Flags


def give_out_places(intake: Intake, units: Units) -> Queued:
    """Carry out step 0 and step 1."""
    lists, count = intake.lists, len(units.unit_id)
    standing = Standing(
        length=lists.length.copy(),
        limit=lists.limit,
        at=np.full(count, NO_LIST),
        state=np.full(count, NEVER_MOVED),
        how=np.zeros(count, np.int64),
    )
    lacking = np.flatnonzero(units.on == NO_LIST)
    order = lacking[np.lexsort((units.turn[lacking], units.since[lacking]))]
    wishes = (units.size, units.first_wish, units.wish_to, units.wish_rank)
    _place_in_turn(order, wishes, _homes(lists, units, only_open=True), standing)
    placed_first = standing.at != NO_LIST
    at_0 = standing.at.copy()
    first_class = (units.on == NO_LIST) & ~placed_first
    entries, groups = _queues(intake, units, first_class)
    serve(groups, entries, standing, (units.size, units.first_member, units.member, intake.people.on))
    moved_later = standing.at != at_0
    step = np.where(moved_later, STEP_1, np.where(placed_first, STEP_0, NOT_PLACED))
    return Queued(standing.at, standing.state, standing.how, step, first_class, standing.length)


def _homes(lists: ListTable, units: Units, *, only_open: bool) -> _Homes:
    codes, home_of_list = np.unique(lists.municipality, return_inverse=True)
    chosen = np.flatnonzero(lists.is_open) if only_open else np.arange(len(lists.list_id))
    chosen = chosen[np.argsort(home_of_list[chosen], kind="stable")]
    first = np.searchsorted(home_of_list[chosen], np.arange(len(codes) + 1))
    home = np.searchsorted(codes, units.municipality)
    known = np.append(codes, 0)[home] == units.municipality
    known &= home < len(codes)
    return _Homes(np.where(known, home, -1), first, chosen, lists.has_gp)


@compiled
def _place_in_turn(order: Ints, wishes: tuple[Ints, Ints, Ints, Ints], homes: _Homes, standing: Standing) -> None:
    """Step 0: each in turn gets the best requested list with room, else the roomiest open one at home."""
    size, first_wish, wish_to, wish_rank = wishes
    end = homes.first[1:].copy()
    for unit in order:
        found = NO_LIST
        for wish in range(first_wish[unit], first_wish[unit + 1]):
            if free_places(standing, wish_to[wish]) >= size[unit]:
                found = wish_to[wish]
                standing.state[unit] = wish_rank[wish]
                standing.how[unit] = _QUEUE
                break
        if found == NO_LIST and homes.home[unit] >= 0:
            found = _roomiest(homes, homes.home[unit], end, standing, size[unit])
            if found != NO_LIST:
                standing.how[unit] = _ASSIGNED
        if found != NO_LIST:
            standing.at[unit] = found
            standing.length[found] += size[unit]


@compiled
def _roomiest(homes: _Homes, home: int, end: Ints, standing: Standing, size: int) -> int:
    """The open list of a home with room: a GP first, then the most free places, then the smallest id."""
    best, best_free, best_gp = NO_LIST, 0, False
    i = homes.first[home]
    while i < end[home]:
        place = homes.lists[i]
        free = free_places(standing, place)
        if free == 0:
            # Nobody leaves a list in step 0: a full list stays full and is not looked at again.
            end[home] -= 1
            homes.lists[i], homes.lists[end[home]] = homes.lists[end[home]], place
            continue
        i += 1
        if free < size:
            continue
        gp = homes.has_gp[place]
        better = best == NO_LIST or (gp and not best_gp)
        if not better and gp == best_gp:
            better = free > best_free or (free == best_free and place < best)
        if better:
            best, best_free, best_gp = place, free, gp
    return best


def _queues(intake: Intake, units: Units, first_class: Flags) -> tuple[Entries, Groups]:
    """The requests of all units in the order of their keys, by list and size of unit."""
    lacking = np.flatnonzero(first_class)
    wish_unit = units.wish_unit
    unit = np.concatenate([wish_unit, lacking])
    time = np.concatenate([units.wish_at, units.since[lacking]])
    # Within one unit and time the wishes stand by rank, and the extra requests (rank 10) after them.
    order = stable_order(order_keys(~first_class[unit], time, units.turn[unit]))
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    rank = np.concatenate([units.wish_rank, np.full(len(lacking), EXTRA_RANK)])
    sizes, size_code = np.unique(units.size, return_inverse=True)
    is_wish = order < len(wish_unit)
    wish = order[is_wish]
    by_list = _Segments.of(units.wish_to[wish], size_code[wish_unit[wish]], len(sizes))
    homes = _homes(intake.lists, units, only_open=False)
    extra = order[~is_wish]
    extra = extra[homes.home[unit[extra]] >= 0]
    by_home = _Segments.of(homes.home[unit[extra]], size_code[unit[extra]], len(sizes))
    listed = np.concatenate([wish[by_list.order], extra[by_home.order]])
    entries = Entries(unit[listed], rank[listed], position[listed], units.first_wish, units.wish_to)
    return entries, _groups(by_list, by_home, homes, sizes)


def order_keys(second_class: Flags, time: Ints, turn: Ints) -> Ints:
    """One number that orders requests as the queue does: by class, time and turn."""
    if len(time) == 0:
        return time
    time = time - time.min()
    turns = int(turn.max()) + 1
    if (2 * (int(time.max()) + 1) * turns).bit_length() > 62:
        time = np.unique(time, return_inverse=True)[1]
    return (second_class * (time.max() + 1) + time) * turns + turn


@dataclass(frozen=True)
class _Segments:
    """Rows grouped by (place, size): segment i is `order[first[i]:first[i + 1]]`, the rows in their old order."""

    order: Ints
    first: Ints
    place: Ints
    size_code: Ints

    @classmethod
    def of(cls, place: Ints, size_code: Ints, sizes: int) -> _Segments:
        code = place * max(sizes, 1) + size_code
        top = int(code.max(initial=0))
        # NumPy sorts 16-bit numbers by radix, several times faster.
        order = np.argsort(code.astype(np.uint16) if top < 1 << 16 else code, kind="stable")
        kinds, first = np.unique(code[order], return_index=True)
        place, size_code = np.divmod(kinds, max(sizes, 1))
        return cls(order, np.append(first, len(order)), place, size_code)


def _groups(by_list: _Segments, by_home: _Segments, homes: _Homes, sizes: Ints) -> Groups:
    """One group a list and size of unit that asked for it, and one a list and size of unit that lives there."""
    lists_at_home = np.diff(homes.first)[by_home.place]
    segment = np.repeat(np.arange(len(by_home.place)), lists_at_home)
    within = np.arange(len(segment)) - np.repeat(np.cumsum(lists_at_home) - lists_at_home, lists_at_home)
    extra_list = homes.lists[homes.first[by_home.place][segment] + within]
    offset = len(by_list.order)
    place = np.concatenate([by_list.place, extra_list])
    order = np.argsort(place, kind="stable")
    first = np.concatenate([by_list.first[:-1], offset + by_home.first[:-1][segment]])
    end = np.concatenate([by_list.first[1:], offset + by_home.first[1:][segment]])
    size = sizes[np.concatenate([by_list.size_code, by_home.size_code[segment]])]
    return Groups(
        place=place[order],
        size=size[order],
        first=first[order],
        end=end[order],
        waiting=np.zeros(len(order), np.bool_),
        first_of_list=np.searchsorted(place[order], np.arange(len(homes.has_gp) + 1)),
    )

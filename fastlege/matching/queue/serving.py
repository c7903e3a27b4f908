"""The queue step itself: again and again the eligible request with the smallest key, until there is none."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastlege.matching.compiled import compiled
from fastlege.matching.market import Flags, How, Ints
from fastlege.matching.queue.heaps import drop_smallest, push

EXTRA_RANK = 10
"""Rank of the requests that people without a list get for the lists at home they did not ask for."""
_ASSIGNED, _QUEUE = int(How.ASSIGNED), int(How.QUEUE)


class Standing(NamedTuple):
    """How full the lists are and what each unit has obtained; changed as the round goes."""

    length: Ints
    limit: Ints
    at: Ints
    state: Ints
    how: Ints


class Entries(NamedTuple):
    """Requests in group order: unit, rank, and place in the order of keys; and every unit's wishes to look up."""

    unit: Ints
    rank: Ints
    position: Ints
    first_wish: Ints
    wish_to: Ints


class Groups(NamedTuple):
    """Requests for one list (`place`) by units of one size: entries `first` to `end`, in key order, sorted by list.

    Within a group a request that is not eligible now because its unit holds something better never will be again,
    so `first` only moves forward. A group has at most one entry in the heap (`waiting`).
    """

    place: Ints
    size: Ints
    first: Ints
    end: Ints
    waiting: Flags
    first_of_list: Ints


class _Heap(NamedTuple):
    keys: Ints
    items: Ints
    size: Ints


@compiled
def free_places(standing: Standing, place: int) -> int:
    """Places the queue may fill on a list now."""
    return max(0, standing.limit[place] - standing.length[place])


@compiled
def _asked_for(entries: Entries, unit: int, place: int) -> bool:
    asked = False
    for wish in range(entries.first_wish[unit], entries.first_wish[unit + 1]):
        asked |= entries.wish_to[wish] == place
    return asked


@compiled
def _head(group: int, groups: Groups, entries: Entries, standing: Standing) -> int:
    """The first entry of a group whose unit still prefers the list, or -1."""
    while groups.first[group] < groups.end[group]:
        entry = groups.first[group]
        unit, rank = entries.unit[entry], entries.rank[entry]
        wanted = rank < standing.state[unit]
        if wanted and rank == EXTRA_RANK:
            wanted = not _asked_for(entries, unit, groups.place[group])
        if wanted:
            return entry
        groups.first[group] += 1
    return -1


@compiled
def _offer(group: int, groups: Groups, entries: Entries, standing: Standing, heap: _Heap) -> None:
    """Put the head of a group in the heap when its list has room for it."""
    place = groups.place[group]
    if groups.waiting[group] or free_places(standing, place) < groups.size[group]:
        return
    entry = _head(group, groups, entries, standing)
    if entry >= 0:
        key = entries.position[entry] * len(standing.limit) + place
        heap.size[0] = push(heap.keys, heap.items, heap.size[0], key, group)
        groups.waiting[group] = True


@compiled
def _offer_list(place: int, groups: Groups, entries: Entries, standing: Standing, heap: _Heap) -> None:
    for group in range(groups.first_of_list[place], groups.first_of_list[place + 1]):
        _offer(group, groups, entries, standing, heap)


@compiled
def serve(groups: Groups, entries: Entries, standing: Standing, units: tuple[Ints, Ints, Ints, Ints]) -> None:
    """Step 1. `units` holds each unit's size, its members (first row, row), and the list each person started on."""
    size, first_member, member, started_on = units
    heap = _Heap(np.empty(len(groups.place), np.int64), np.empty(len(groups.place), np.int64), np.zeros(1, np.int64))
    for group in range(len(groups.place)):
        _offer(group, groups, entries, standing, heap)
    while heap.size[0] > 0:
        key, group = heap.keys[0], heap.items[0]
        heap.size[0] = drop_smallest(heap.keys, heap.items, heap.size[0])
        groups.waiting[group] = False
        place = groups.place[group]
        entry = _head(group, groups, entries, standing)
        if entry < 0 or free_places(standing, place) < groups.size[group]:
            continue
        if entries.position[entry] * len(standing.limit) + place != key:
            _offer(group, groups, entries, standing, heap)
            continue
        unit, before = entries.unit[entry], standing.at[entries.unit[entry]]
        standing.at[unit], standing.state[unit] = place, entries.rank[entry]
        standing.how[unit] = _ASSIGNED if entries.rank[entry] == EXTRA_RANK else _QUEUE
        standing.length[place] += size[unit]
        if before >= 0:
            standing.length[before] -= size[unit]
            _offer_list(before, groups, entries, standing, heap)
        else:
            for row in range(first_member[unit], first_member[unit + 1]):
                left = started_on[member[row]]
                if left >= 0:
                    standing.length[left] -= 1
                    _offer_list(left, groups, entries, standing, heap)
        _offer(group, groups, entries, standing, heap)

"""Rings: an exchange taken apart into the smallest circles of people who pass their places on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastlege.matching.compiled import compiled
from fastlege.matching.market import Ints


class _Movers(NamedTuple):
    """People in an exchange by increasing id: list left, list entered; and those leaving each list, linked."""

    left: Ints
    entered: Ints
    head: Ints
    next: Ints


def rings(left: Ints, entered: Ints, lists: int) -> Ints:
    """The number of the ring of each mover, from 1. Movers come by increasing person id, lists are positions.

    As many leave a list as enter it. The first mover not yet in a ring closes the shortest ring there is, found
    breadth first, movers by id.
    """
    ring = np.zeros(len(left), np.int64)
    movers = _Movers(left, entered, np.full(lists, -1), np.full(len(left), -1))
    _close_rings(movers, ring, np.full(lists, -1), np.empty(lists, np.int64))
    return ring


@compiled
def _close_rings(movers: _Movers, ring: Ints, through: Ints, queue: Ints) -> None:
    for mover in range(len(ring) - 1, -1, -1):
        movers.next[mover] = movers.head[movers.left[mover]]
        movers.head[movers.left[mover]] = mover
    number = 0
    for mover in range(len(ring)):
        if ring[mover] == 0:
            number += 1
            ring[mover] = number
            seen = _search(movers, ring, mover, through, queue)
            place, goal = movers.left[mover], movers.entered[mover]
            while place != goal:
                ring[through[place]] = number
                place = movers.left[through[place]]
            for i in range(seen):
                through[queue[i]] = -1


@compiled
def _search(movers: _Movers, ring: Ints, mover: int, through: Ints, queue: Ints) -> int:
    """Breadth first from the list entered to the list left; `through` remembers the first mover to reach a list."""
    goal, start = movers.left[mover], movers.entered[mover]
    queue[0], seen, done = start, 1, 0
    through[start] = mover
    while done < seen and through[goal] < 0:
        place = queue[done]
        done += 1
        previous, other = -1, movers.head[place]
        while other >= 0:
            after = movers.next[other]
            if ring[other] > 0:
                # In a ring already: taken off the row for good.
                if previous < 0:
                    movers.head[place] = after
                else:
                    movers.next[previous] = after
            else:
                previous = other
                to = movers.entered[other]
                if through[to] < 0:
                    through[to] = other
                    queue[seen] = to
                    seen += 1
                    if to == goal:
                        break
            other = after
    return seen

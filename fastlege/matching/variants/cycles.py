"""Top trading cycles: the classical rule for exchanging places, without regard to how much waiting it settles."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastlege.matching.compiled import compiled
from fastlege.matching.exchange.options import Traders
from fastlege.matching.market import Ints


class _Lists(NamedTuple):
    """Traders by list and waiting time: those of list l are `members[first[l]:end[l]]`; `left` counts the remaining."""

    members: Ints
    first: Ints
    end: Ints
    left: Ints


def trading_cycles(part: Traders, turn: Ints, lists: int) -> Ints:
    """The list each trader ends on. `turn` gives the place of each option in the order of the queue.

    Every trader points to the list they rank highest among those with places left, their own last; every list to the
    one of its remaining traders who has waited longest. Whoever lies on a circle gets what they point to and is done.
    """
    row = part.trader_of_option
    longest = np.full(len(part.person), np.iinfo(np.int64).max)
    np.minimum.at(longest, row, turn)
    members = np.lexsort((longest, part.own))
    first = np.searchsorted(part.own[members], np.arange(lists + 1))
    table = _Lists(members, first[:-1].copy(), first[1:], np.diff(first).astype(np.int64))
    at = part.own.copy()
    _walk(part.first_option, part.to, table, at)
    return at


@compiled
def _best_left(person: int, pointer: Ints, end: Ints, to: Ints, left: Ints) -> int:
    """The highest-ranked option of a person whose list has places left, or -1. Lists only ever run out."""
    while pointer[person] < end[person + 1]:
        if left[to[pointer[person]]] > 0:
            return to[pointer[person]]
        pointer[person] += 1
    return -1


@compiled
def _walk(first_option: Ints, to: Ints, table: _Lists, at: Ints) -> None:
    """Follow who points to what until a list comes again, carry that circle out, and go on from where it began.

    `path` holds the lists on the way, `follower` the person who leads from each to the next, and `on_path` the place of
    a list on the way, or -1. A person whose wishes have all run out stays, and is out of the way.
    """
    pointer = first_option[:-1].copy()
    on_path = np.full(len(table.left), -1)
    path, follower = np.empty(len(table.left) + 1, np.int64), np.empty(len(table.left) + 1, np.int64)
    done = np.zeros(len(at), np.bool_)
    for start in range(len(table.left)):
        path[0], on_path[start], depth = start, 0, 1
        while depth > 0:
            place = path[depth - 1]
            if table.left[place] == 0:
                on_path[place] = -1
                depth -= 1
                continue
            while done[table.members[table.first[place]]]:
                table.first[place] += 1
            person = table.members[table.first[place]]
            goal = _best_left(person, pointer, first_option, to, table.left)
            if goal < 0:
                done[person] = True
                table.left[place] -= 1
                continue
            follower[depth - 1] = person
            if on_path[goal] < 0:
                path[depth], on_path[goal] = goal, depth
                depth += 1
                continue
            # The goal is on the way already: from there on it is a circle, and each gets the list of the next.
            for i in range(on_path[goal], depth):
                at[follower[i]] = path[i + 1] if i + 1 < depth else goal
                done[follower[i]] = True
                table.left[path[i]] -= 1
            for i in range(on_path[goal] + 1, depth):
                on_path[path[i]] = -1
            depth = on_path[goal] + 1

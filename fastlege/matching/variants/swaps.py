"""Today's practice beside the queue: two people on each other's lists change places."""

from __future__ import annotations

import numpy as np

from fastlege.matching.compiled import compiled
from fastlege.matching.exchange.options import Traders
from fastlege.matching.market import Flags, Ints


def pairwise_swaps(part: Traders, turn: Ints, lists: int) -> Ints:
    """The list each trader ends on. `turn` gives the place of each option in the order of the queue.

    Requests are gone through in the order of the queue; each finds the first request in the opposite direction whose
    person has not swapped yet. Those who swapped and still prefer another list try again from where they are now,
    until nobody can swap.
    """
    at, row = part.own.copy(), part.trader_of_option
    reached = part.first_option[1:].copy()
    order = np.argsort(turn)
    while len(order):
        kinds, pair, opposite = _opposites(at[row[order]], part.to[order], lists)
        found = opposite >= 0
        order, pair, opposite = order[found], pair[found], opposite[found]
        by_pair = np.argsort(pair, kind="stable")
        first = np.searchsorted(pair[by_pair], np.arange(len(kinds) + 1))
        swapped = _swap((order, opposite), (by_pair, first), row, part.to, (at, reached))
        if not swapped.any():
            break
        # Only what is ranked above the list reached is still wanted.
        order = np.flatnonzero(np.arange(len(row)) < reached[row])
        order = order[np.argsort(turn[order])]
    return at


def _opposites(start: Ints, to: Ints, lists: int) -> tuple[Ints, Ints, Ints]:
    """The pairs of lists that are asked for, which each request asks for, and which goes the other way, or -1."""
    kinds, pair = np.unique(start * lists + to, return_inverse=True)
    back = to * lists + start
    opposite = np.searchsorted(kinds, back)
    opposite[np.append(kinds, -1)[opposite] != back] = -1
    return kinds, pair, opposite


@compiled
def _swap(
    requests: tuple[Ints, Ints], opposites: tuple[Ints, Ints], row: Ints, to: Ints, state: tuple[Ints, Ints]
) -> Flags:
    """Swap each request with the first that goes the other way; returns who has swapped.

    `opposites`: the requests of each pair of lists, in the order of the queue, and where each pair begins.
    """
    order, opposite = requests
    by_pair, first = opposites
    at, reached = state
    swapped = np.zeros(len(at), np.bool_)
    head = first[:-1].copy()
    for request in range(len(order)):
        person = row[order[request]]
        if swapped[person]:
            continue
        group = opposite[request]
        while head[group] < first[group + 1] and swapped[row[order[by_pair[head[group]]]]]:
            head[group] += 1
        if head[group] == first[group + 1]:
            continue
        other_option, option = order[by_pair[head[group]]], order[request]
        other = row[other_option]
        at[person], at[other] = to[option], to[other_option]
        reached[person], reached[other] = option, other_option
        swapped[person], swapped[other] = True, True
    return swapped

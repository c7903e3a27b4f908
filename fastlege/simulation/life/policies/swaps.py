"""Swaps between two people who each stand on the list that the other wants, as today's practice has them."""

from __future__ import annotations

import numpy as np

from fastlege.matching.compiled import compiled
from fastlege.matching.exchange.options import Traders
from fastlege.matching.market import Ints


def swap_pairs(traders: Traders, order: Ints, alone: np.ndarray, lists: int) -> Ints:
    """The list (position) of each trader after the swaps. `order` is who comes first, `alone` who moves alone.

    In that order each is swapped with the first in line of those who stand on the best list wanted and want theirs;
    one swap a person and round.
    """
    owner = traders.trader_of_option
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    usable = np.flatnonzero(alone[owner])
    bucket = traders.own[owner[usable]] * lists + traders.to[usable]
    by_bucket = np.lexsort((place[owner[usable]], bucket))
    kinds, first = np.unique(bucket[by_bucket], return_index=True)
    at = traders.own.copy()
    waiting = (owner[usable][by_bucket], np.append(first, len(usable)), kinds)
    _swap(order[alone[order]], (traders.own, traders.first_option, traders.to), waiting, lists, at)
    return at


@compiled
def _swap(
    order: Ints, traders: tuple[Ints, Ints, Ints], waiting: tuple[Ints, Ints, Ints], lists: int, at: Ints
) -> None:
    own, first_option, to = traders
    people, bounds, kinds = waiting
    head = bounds[:-1].copy()
    for trader in order:
        if at[trader] != own[trader]:
            continue
        for option in range(first_option[trader], first_option[trader + 1]):
            wanted = to[option]
            key = wanted * lists + own[trader]
            bucket = np.searchsorted(kinds, key)
            if bucket == len(kinds) or kinds[bucket] != key:
                continue
            while head[bucket] < bounds[bucket + 1] and at[people[head[bucket]]] != own[people[head[bucket]]]:
                head[bucket] += 1
            if head[bucket] < bounds[bucket + 1]:
                other = people[head[bucket]]
                at[trader], at[other] = wanted, own[trader]
                break

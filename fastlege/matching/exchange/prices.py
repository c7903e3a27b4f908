"""Prices of lists: whole numbers that prove an exchange optimal."""

from __future__ import annotations

import numpy as np

from fastlege.matching.compiled import compiled
from fastlege.matching.exchange.options import Traders
from fastlege.matching.market import Flags, Ints
from fastlege.matching.order import stable_order
from fastlege.matching.queue.heaps import drop_smallest, push

# Searches in the order of known prices look at each list little more than once; this many times is enough in vain.
_TIRED = 8


def least_prices(traders: Traders, at: Ints, near: Ints) -> Ints:
    """The smallest prices, none below zero, at which everybody has the list worth most to them.

    They are longest paths: whoever ended on list x and values an option on l more by w asks that l cost at least w
    more than x. They exist exactly when no exchange is better, and depend on nothing but the solution. `near` are any
    prices, the quicker the nearer they come to proving the solution.
    """
    lists = len(near)
    value = _value_at(traders, at)
    owner = traders.trader_of_option
    # Whoever has moved must not gain by being back.
    moved = np.flatnonzero(at != traders.own)
    start = np.concatenate([at[owner], at[moved]])
    to = np.concatenate([traders.to, traders.own[moved]])
    weight = np.concatenate([traders.value - value[owner], -value[moved]])
    order = stable_order(start)
    first = np.searchsorted(start[order], np.arange(lists + 1))
    price = np.zeros(lists, np.int64)
    _rise_in_order(first, to[order], weight[order], price, near)
    if not _longest_paths(first, to[order], weight[order], price):
        raise RuntimeError("the exchange can be bettered, so no prices prove it")
    return price


def _value_at(traders: Traders, at: Ints) -> Ints:
    """What the list each person ended on is worth to them: 0 for one who stays."""
    chosen: Flags = traders.to == at[traders.trader_of_option]
    value = np.zeros(len(at), np.int64)
    value[traders.trader_of_option[chosen]] = traders.value[chosen]
    return value


@compiled
def _rise_in_order(first: Ints, to: Ints, weight: Ints, price: Ints, near: Ints) -> None:
    """Raise prices that are too low, those farthest above what is near first; right or not, they are never too high."""
    lists = len(price)
    most = _TIRED * lists
    keys, items, size = np.empty(most + lists, np.int64), np.empty(most + lists, np.int64), 0
    for place in range(lists):
        size = push(keys, items, size, near[place], place)
    raised = 0
    while size > 0 and raised < most:
        key, place = keys[0], items[0]
        size = drop_smallest(keys, items, size)
        if key != near[place] - price[place]:
            continue
        for arc in range(first[place], first[place + 1]):
            asked = price[place] + weight[arc]
            if asked > price[to[arc]] and raised < most:
                price[to[arc]] = asked
                size = push(keys, items, size, near[to[arc]] - asked, to[arc])
                raised += 1


@compiled
def _longest_paths(first: Ints, to: Ints, weight: Ints, price: Ints) -> bool:
    """Raise prices until every arc holds, first in first out; False when they would rise for ever."""
    lists = len(price)
    queue, waiting = np.arange(lists), np.ones(lists, np.bool_)
    taken, filled, visits = 0, lists, np.zeros(lists, np.int64)
    while filled > 0:
        place = queue[taken]
        taken = (taken + 1) % lists
        filled -= 1
        waiting[place] = False
        visits[place] += 1
        if visits[place] > lists + 1:
            return False
        for arc in range(first[place], first[place + 1]):
            asked = price[place] + weight[arc]
            if asked > price[to[arc]]:
                price[to[arc]] = asked
                if not waiting[to[arc]]:
                    waiting[to[arc]] = True
                    queue[(taken + filled) % lists] = to[arc]
                    filled += 1
    return True

"""Prices of lists: whole numbers that prove an exchange optimal."""

from __future__ import annotations

import numpy as np

from fastlege.matching.compiled import compiled
from fastlege.matching.exchange.options import Traders
from fastlege.matching.market import Flags, Ints


def least_prices(traders: Traders, at: Ints, lists: int) -> Ints:
    """The smallest prices, none below zero, at which everybody has the list worth most to them.

    They are longest paths: whoever ended on list x and values an option on l more by w asks that l cost at least w
    more than x. They exist exactly when no exchange is better, and depend on nothing but the solution.
    """
    option_from = at[traders.trader_of_option]
    taken = _value_at(traders, at)[traders.trader_of_option]
    least = traders.value - taken
    # Whoever has moved must not gain by being back.
    moved = np.flatnonzero(at != traders.own)
    start = np.concatenate([option_from, at[moved]])
    to = np.concatenate([traders.to, traders.own[moved]])
    weight = np.concatenate([least, -_value_at(traders, at)[moved]])
    other = start != to
    start, to, weight = start[other], to[other], weight[other]
    order = np.argsort(start, kind="stable")
    first = np.searchsorted(start[order], np.arange(lists + 1))
    price = np.zeros(lists, np.int64)
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

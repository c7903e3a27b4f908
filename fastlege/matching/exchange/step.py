"""Step 2 as a whole: solve, drop the families it divides, solve again, and prove the last solution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fastlege.matching.exchange.auction import Trade, hold_auction
from fastlege.matching.exchange.balance import Balance
from fastlege.matching.exchange.options import Traders
from fastlege.matching.exchange.prices import least_prices
from fastlege.matching.market import NO_LIST, Ints


@dataclass(frozen=True)
class Exchanged:
    """The last solution: those who took part in it, where each of them ends, the prices, and units dropped."""

    traders: Traders
    at: Ints
    price: Ints
    dropped: Ints


def exchange(traders: Traders, size: Ints, lists: int) -> Exchanged:
    """Find the exchange of greatest value that divides no unit. `size` is the number of members of each unit."""
    rows, trade = linked_trade(traders, lists)
    hold_auction(trade)
    balance = Balance(trade)
    balance.level()
    dropped = np.zeros(len(size), np.bool_)
    while len(divided := _divided(traders.unit[rows], trade, size)):
        dropped[divided] = True
        balance.take_out(np.flatnonzero(dropped[traders.unit[rows]] & (trade.at != NO_LIST)))
        balance.level()
    at = traders.own.copy()
    took_part = trade.at != NO_LIST
    at[rows[took_part]] = trade.at[took_part]
    stay_in = ~dropped[traders.unit]
    remaining = traders.only(stay_in) if dropped.any() else traders
    at = at[stay_in]
    return Exchanged(remaining, at, least_prices(remaining, at, trade.price), np.flatnonzero(dropped))


def linked_trade(traders: Traders, lists: int) -> tuple[Ints, Trade]:
    """The part of the market where exchange is possible at all, and the rows of its people."""
    owner = traders.trader_of_option[traders.linked]
    rows = np.unique(owner)
    own = traders.own[rows]
    trade = Trade(
        own=own,
        first=np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(traders.person))[rows])]),
        to=traders.to[traders.linked],
        value=traders.value[traders.linked],
        places=np.bincount(own, minlength=lists).astype(np.int64),
        price=np.zeros(lists, np.int64),
        at=np.full(len(rows), NO_LIST),
    )
    return rows, trade


def _divided(unit: Ints, trade: Trade, size: Ints) -> Ints:
    """Units of which somebody moves, but not all their members to one and the same list."""
    moving = np.flatnonzero((trade.at != trade.own) & (trade.at != NO_LIST) & (size[unit] > 1))
    if len(moving) == 0:
        return moving
    kinds, first, inverse, count = np.unique(unit[moving], return_index=True, return_inverse=True, return_counts=True)
    to = trade.at[moving]
    elsewhere = np.bincount(inverse, weights=to != to[first][inverse], minlength=len(kinds)) > 0
    return kinds[elsewhere | (count < size[kinds])]

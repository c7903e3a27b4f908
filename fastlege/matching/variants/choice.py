"""One round by any of the rules that are compared, from the same market and with the same kind of answer."""

from __future__ import annotations

from enum import Enum

import numpy as np

from fastlege.matching.exchange.options import Traders
from fastlege.matching.market import Ints, Market, Moves
from fastlege.matching.round import moves_of, run_round, traders_of
from fastlege.matching.units import Units
from fastlege.matching.variants.cycles import trading_cycles
from fastlege.matching.variants.swaps import pairwise_swaps
from fastlege.matching.variants.unguarded import exchange_before_queue


class Variant(Enum):
    """The rules compared. All of them begin with the residents who have no list."""

    ROUND = "round"
    """Ours: the queue, then the exchange that settles the most waiting time."""
    QUEUE = "queue"
    """The queue alone."""
    SWAPS = "swaps"
    """Today's practice: the queue, then two people on each other's lists change places, the earliest request first."""
    CYCLES = "cycles"
    """The queue, then top trading cycles, in which those who have waited longest on each list choose first."""
    UNGUARDED = "unguarded"
    """The exchange of ours before the queue, so that somebody ahead in a queue can be passed for a free place."""


def run_variant(market: Market, variant: Variant) -> Moves:
    """Who moves to which list when the round is held by this rule."""
    if variant is Variant.ROUND:
        return run_round(market).moves
    if variant is Variant.UNGUARDED:
        return exchange_before_queue(market)
    intake, units, queued, part = traders_of(market)
    # Families take part in the queue only: a trade of one place for one cannot keep them together.
    alone = part.only(units.size[part.unit] == 1)
    lists = len(intake.lists.list_id)
    at = alone.own
    if variant is not Variant.QUEUE:
        trade = pairwise_swaps if variant is Variant.SWAPS else trading_cycles
        at = trade(alone, _turns(alone, units, lists), lists)
    return moves_of(intake, units, queued, alone, at)


def _turns(part: Traders, units: Units, lists: int) -> Ints:
    """The place of each option in the order of the queue: time, then lot, then rank."""
    wish_key = units.wish_unit * lists + units.wish_to
    order = np.argsort(wish_key)
    unit = part.unit[part.trader_of_option]
    wish = order[np.searchsorted(wish_key[order], unit * lists + part.to)]
    turn = np.empty(len(wish), np.int64)
    turn[np.lexsort((units.wish_rank[wish], units.turn[unit], units.wish_at[wish]))] = np.arange(len(wish))
    return turn

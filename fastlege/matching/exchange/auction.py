"""Nearly the best exchange, quickly: people bid for places on lists, in rounds of finer and finer steps.

The exchange is a transport problem: everybody who takes part holds one place on their own list, and these places are
given out again so that the total value is greatest (staying is worth nothing). In Bertsekas' auction each person in
turn bids for the place worth most to them at today's prices, so high that the second best becomes as good but for
the step; whoever is outbid bids again. A list's price is its lowest standing bid. What a round leaves is optimal but
for one step a person; `balance` makes the last one exact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastlege.matching.compiled import compiled
from fastlege.matching.market import NO_LIST, Ints
from fastlege.matching.queue.heaps import sink

# Measured on a national market: larger or smaller steps down are slower.
_FINER = 5
_CLOSE_ENOUGH = 32


class Trade(NamedTuple):
    """The exchange as a transport problem, one row a person: list of today and options; and the prices of lists.

    `places` are the places a list has to give out: one for each of the people on it who take part.
    `at` is the list given to each person, `NO_LIST` while there is none.
    """

    own: Ints
    first: Ints
    to: Ints
    value: Ints
    places: Ints
    price: Ints
    at: Ints


class _Bids(NamedTuple):
    """Standing bids by list, each list's a heap from `first[l]`: twice the bid, plus one when somebody holds it."""

    first: Ints
    bid: Ints
    holder: Ints
    unplaced: Ints


@compiled
def worth(trade: Trade, person: int, place: int) -> int:
    """What a list is worth to a person after its price; `place` is their own list or one of their options."""
    if place == trade.own[person]:
        return -trade.price[place]
    for option in range(trade.first[person], trade.first[person + 1]):
        if trade.to[option] == place:
            return trade.value[option] - trade.price[place]
    return -(1 << 62)


@compiled
def best(trade: Trade, person: int) -> tuple[int, int, int]:
    """The list worth most to a person after its price, that worth, and the second best worth."""
    place = trade.own[person]
    first, second = -trade.price[place], -(1 << 62)
    for option in range(trade.first[person], trade.first[person + 1]):
        after = trade.value[option] - trade.price[trade.to[option]]
        if after > first:
            place, first, second = trade.to[option], after, first
        elif after > second:
            second = after
    return place, first, second


@compiled
def _release(step: int, trade: Trade, bids: _Bids) -> int:
    """Start a round: keep those content to within a step, and set all standing bids to the price. Gives the others."""
    held = np.zeros(len(trade.places), np.int64)
    unplaced = 0
    for person in range(len(trade.own)):
        place = trade.at[person]
        if place >= 0 and worth(trade, person, place) >= best(trade, person)[1] - step:
            held[place] += 1
        else:
            trade.at[person] = NO_LIST
            bids.unplaced[unplaced] = person
            unplaced += 1
    next_free = np.empty(len(trade.places), np.int64)
    for place in range(len(trade.places)):
        start, vacant = bids.first[place], trade.places[place] - held[place]
        # Equal numbers with the vacant places first: a heap already.
        bids.bid[start : start + vacant] = 2 * trade.price[place]
        bids.holder[start : start + vacant] = -1
        next_free[place] = start + vacant
    for person in range(len(trade.own)):
        place = trade.at[person]
        if place >= 0:
            bids.bid[next_free[place]] = 2 * trade.price[place] + 1
            bids.holder[next_free[place]] = person
            next_free[place] += 1
    return unplaced


@compiled
def _bid_until_placed(step: int, unplaced: int, trade: Trade, bids: _Bids) -> None:
    while unplaced > 0:
        unplaced -= 1
        person = bids.unplaced[unplaced]
        place, first, second = best(trade, person)
        bid = trade.price[place] + (first - second) + step
        start, places = bids.first[place], trade.places[place]
        outbid = bids.holder[start]
        if outbid >= 0:
            trade.at[outbid] = NO_LIST
            bids.unplaced[unplaced] = outbid
            unplaced += 1
        sink(bids.bid[start : start + places], bids.holder[start : start + places], places, 2 * bid + 1, person)
        trade.at[person] = place
        trade.price[place] = bids.bid[start] >> 1


@compiled
def take_the_best(trade: Trade) -> int:
    """Move everybody who is not content to the list worth most to them; gives the number of places now lacking."""
    taken = np.zeros(len(trade.places), np.int64)
    for person in range(len(trade.own)):
        if trade.at[person] < 0:
            continue
        place, first, _ = best(trade, person)
        if worth(trade, person, trade.at[person]) < first:
            trade.at[person] = place
        taken[trade.at[person]] += 1
    return int(np.maximum(taken - trade.places, 0).sum())


def hold_auction(trade: Trade) -> None:
    """Set `at` and `price` so that everybody has the list worth most to them, and few lists have too many people.

    The step goes down to 1 if need be, which bounds the work left whatever the market; it stops when little is left.
    """
    people = len(trade.own)
    if people == 0:
        return
    bids = _Bids(
        first=np.concatenate([[0], np.cumsum(trade.places)]),
        bid=np.empty(people, np.int64),
        holder=np.empty(people, np.int64),
        unplaced=np.empty(people + 1, np.int64),
    )
    step = max(int(trade.value.max(initial=1)) // 4, 1)
    while True:
        unplaced = _release(step, trade, bids)
        _bid_until_placed(step, unplaced, trade, bids)
        placed = trade.at.copy()
        lacking = take_the_best(trade)
        if lacking * _CLOSE_ENOUGH <= people or step == 1:
            return
        trade.at[:] = placed
        step = max(step // _FINER, 1)

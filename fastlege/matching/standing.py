"""Where everybody stands after a round: place in line, and what an exchange would have asked for, wish by wish."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from fastlege.matching.exchange.options import LOT_BITS, Traders
from fastlege.matching.market import NO_LIST, Flags, Ints
from fastlege.matching.order import stable_order
from fastlege.matching.queue.places import order_keys
from fastlege.matching.round import Stages, places_after_queue
from fastlege.matching.units import Units, per_member


class Fate(IntEnum):
    """What became of a wish in the round."""

    WAITING = 0
    """It stands: its list is still preferred to the one obtained, or to the one kept."""
    MET = 1
    """It was met, by queue or by exchange."""
    SURPASSED = 2
    """It falls away: something ranked higher was obtained in the round."""


class Trade(IntEnum):
    """What the exchange had to say about a wish that stands."""

    PRICED = 0
    """Points and threshold say it: the exchange asked for more than the wish was worth."""
    NO_RING = 1
    """No ring of wishes leads from the person's list to the one wanted, so no exchange could meet it."""
    DIVIDED = 2
    """The exchange would have divided the family, so it was left out."""
    NO_PLACE = 3
    """The person has no list, so no place to give in exchange."""
    NONE = 4
    """The wish does not stand any more."""


@dataclass(frozen=True)
class Standings:
    """One row a person and wish that counted in the round, by person and rank.

    `requested_at` is the time that holds in the queue (for a family the latest of its members). For wishes that stand,
    `position` is the place in line after the round, from 1, and `ahead_persons` how many persons stand before it;
    members of a family share both. Both are 0 for other wishes.

    `points` are the whole points of the wish in the exchange (`PRICED` and `NO_RING`), `threshold` those that the
    exchange asked for (`PRICED`); 0 elsewhere. No single person has more than was asked for; where both are equal the
    lot decided. Somebody who moved in the exchange and still prefers another list is measured against that move.
    """

    person_id: Ints
    list_id: Ints
    rank: Ints
    requested_at: Ints
    fate: Ints
    position: Ints
    ahead_persons: Ints
    trade: Ints
    points: Ints
    threshold: Ints


def standings(stages: Stages) -> Standings:
    """Where everybody who asked for a list stands when the round is over."""
    intake, units = stages.intake, stages.units
    got, at = _obtained(stages)
    owner = units.wish_unit
    rank = units.wish_rank
    fate = np.where(rank < got[owner], int(Fate.WAITING), np.where(rank == got[owner], int(Fate.MET), Fate.SURPASSED))
    position, ahead = _lines(units, fate == Fate.WAITING, at == NO_LIST)
    person, wish = per_member(units, np.arange(len(owner)))
    order = stable_order(person)
    person, wish = person[order], wish[order]
    trade, points, threshold = _asked(stages, person, wish, fate[wish], at)
    return Standings(
        person_id=intake.people.person_id[person],
        list_id=intake.lists.list_id[units.wish_to[wish]],
        rank=rank[wish],
        requested_at=units.wish_at[wish],
        fate=fate[wish],
        position=position[wish],
        ahead_persons=ahead[wish],
        trade=trade,
        points=points,
        threshold=threshold,
    )


def _obtained(stages: Stages) -> tuple[Ints, Ints]:
    """For each unit the rank of the list it obtained in the round (99: none), and the list of its first member."""
    units, solved = stages.units, stages.exchanged
    after, _ = places_after_queue(stages.intake, units, stages.queued)
    after[solved.traders.person] = solved.at
    at = after[units.member[units.first_member[:-1]]]
    got = stages.queued.state.copy()
    moved = np.zeros(len(got), np.bool_)
    moved[solved.traders.unit[solved.at != solved.traders.own]] = True
    owner = units.wish_unit
    entered = moved[owner] & (units.wish_to == at[owner])
    got[owner[entered]] = units.wish_rank[entered]
    return got, at


def _lines(units: Units, stands: Flags, without_list: Flags) -> tuple[Ints, Ints]:
    """For each wish its place in the line of its list, and the persons before it; 0 for one that does not stand.

    The order is that of the queue: those still without a list, then time, then lot.
    """
    position, ahead = np.zeros(len(stands), np.int64), np.zeros(len(stands), np.int64)
    wish = np.flatnonzero(stands)
    owner = units.wish_unit[wish]
    key = order_keys(~without_list[owner], units.wish_at[wish], units.turn[owner])
    wish = wish[stable_order(key)]
    wish = wish[stable_order(units.wish_to[wish])]
    place = units.wish_to[wish]
    first = np.searchsorted(place, place)
    size = units.size[units.wish_unit[wish]]
    before = np.cumsum(size) - size
    position[wish] = np.arange(len(wish)) - first + 1
    ahead[wish] = before - before[first] if len(wish) else before
    return position, ahead


def _asked(stages: Stages, person: Ints, wish: Ints, fate: Ints, at: Ints) -> tuple[Ints, Ints, Ints]:
    """What the exchange says to each wish: the kind of answer, the points of the wish, the points asked for."""
    units, solved = stages.units, stages.exchanged
    part, price = solved.traders, solved.price
    unit = units.wish_unit[wish]
    trade = np.full(len(wish), int(Trade.NONE))
    points, threshold = np.zeros(len(wish), np.int64), np.zeros(len(wish), np.int64)
    trade[fate == Fate.WAITING] = Trade.NO_PLACE
    has_list = (fate == Fate.WAITING) & (at[unit] != NO_LIST)
    left_out = np.zeros(len(units.size), np.bool_)
    left_out[solved.dropped] = True
    trade[has_list & left_out[unit]] = Trade.DIVIDED
    rows = np.flatnonzero(has_list & ~left_out[unit])
    option = _option_of(part, person[rows], units.wish_to[wish[rows]], len(price))
    trader = part.trader_of_option[option]
    linked = part.linked[option]
    trade[rows] = np.where(linked, int(Trade.PRICED), int(Trade.NO_RING))
    points[rows] = part.value[option] >> LOT_BITS
    rows, option, trader = rows[linked], option[linked], trader[linked]
    asked = price[part.to[option]] - price[part.own[trader]] + _surplus(part, solved.at, price)[trader]
    threshold[rows] = asked >> LOT_BITS
    return trade, points, threshold


def _option_of(part: Traders, person: Ints, to: Ints, lists: int) -> Ints:
    """The row of the option with which each person asks for each list; they must have one."""
    key = part.person[part.trader_of_option] * max(lists, 1) + part.to
    order = np.argsort(key)
    found: Ints = order[np.searchsorted(key[order], person * max(lists, 1) + to)]
    return found


def _surplus(part: Traders, at: Ints, price: Ints) -> Ints:
    """What each person's move was worth beyond the price of it; 0 for those who stayed."""
    owner = part.trader_of_option
    chosen = np.flatnonzero((part.to == at[owner]) & (at != part.own)[owner])
    surplus = np.zeros(len(at), np.int64)
    trader = owner[chosen]
    surplus[trader] = part.value[chosen] - price[at[trader]] + price[part.own[trader]]
    return surplus

"""What a round promises, each promise a function of its own: it gives the ids that break it, none when it holds.

They look at a result from outside: none of them solves anything. `fastlege.matching.verify` applies them to a result,
whoever made it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from fastlege.matching.exchange.options import Traders
from fastlege.matching.exchange.rings import rings
from fastlege.matching.intake import Intake
from fastlege.matching.market import NO_LIST, Flags, How, Ints
from fastlege.matching.queue.places import STEP_0, STEP_1, Queued
from fastlege.matching.units import Units


@dataclass(frozen=True)
class Outcome:
    """A result laid beside its input. Rows are people (as in `Intake.people`) or lists (as in `Intake.lists`).

    `before` and `how_before` are what steps 0 and 1 give when carried out again, `traders` those who could exchange
    then, with exact values. `at`, `how`, `cycle` (a row a person) and `price` (a row a list) are what the result says.
    """

    intake: Intake
    units: Units
    queued: Queued
    traders: Traders
    before: Ints
    how_before: Ints
    at: Ints
    how: Ints
    cycle: Ints
    price: Ints

    @property
    def unit(self) -> Ints:
        """The unit of each person."""
        unit = np.empty(len(self.at), np.int64)
        unit[self.units.member] = np.repeat(np.arange(len(self.units.size)), self.units.size)
        return unit

    @property
    def exchanged(self) -> Flags:
        """Whether each person moved by exchange."""
        return self.how == How.EXCHANGE

    @property
    def length(self) -> Ints:
        """Members of each list after the round."""
        lists = len(self.price)
        left = np.bincount(self.intake.people.on + 1, minlength=lists + 1)[1:]
        came = np.bincount(self.at + 1, minlength=lists + 1)[1:]
        return self.intake.lists.length - left + came

    @property
    def rank(self) -> Ints:
        """For each unit the rank of the requested list it ends with, 99 for none. Families count by their first."""
        units = self.units
        rank = self.queued.state.copy()
        moved = self.exchanged[units.member[units.first_member[:-1]]]
        owner = units.wish_unit
        got = (units.wish_to == self.at[units.member[units.first_member[:-1]]][owner]) & moved[owner]
        rank[owner[got]] = units.wish_rank[got]
        return rank


def lists_within_limits(outcome: Outcome) -> Ints:
    """No list is longer than the limit of its queue, or than it was before."""
    lists = outcome.intake.lists
    return lists.list_id[outcome.length > np.maximum(lists.limit, lists.length)]


def exchange_keeps_lengths(outcome: Outcome) -> Ints:
    """In the exchange as many enter each list as leave it."""
    moved = np.flatnonzero(outcome.exchanged)
    lists = len(outcome.price)
    entered = np.bincount(outcome.at[moved] + 1, minlength=lists + 1)[1:]
    left = np.bincount(outcome.before[moved] + 1, minlength=lists + 1)[1:]
    return outcome.intake.lists.list_id[entered != left]


def queue_as_described(outcome: Outcome) -> Ints:
    """Whoever did not exchange has the list that steps 0 and 1 give, for the reason they give."""
    differs = (outcome.at != outcome.before) | (outcome.how != outcome.how_before)
    return outcome.intake.people.person_id[differs & ~outcome.exchanged]


def moves_were_asked_for(outcome: Outcome) -> Ints:
    """People enter only lists they asked for, or one at home when they had none."""
    people = outcome.intake.people
    asked = _wished(outcome, outcome.at)
    # A family's home is that of its first.
    home = outcome.intake.lists.municipality[outcome.at] == outcome.units.municipality[outcome.unit]
    at_home = (people.on == NO_LIST) & home & (outcome.how == How.ASSIGNED)
    moved = outcome.at != people.on
    return people.person_id[moved & ~asked & ~at_home]


def families_stay_whole(outcome: Outcome) -> Ints:
    """The members of a unit all move to one list, or none of them moves."""
    moved = outcome.at != outcome.intake.people.on
    first = outcome.units.member[outcome.units.first_member[:-1]]
    same = (outcome.at == outcome.at[first][outcome.unit]) & moved
    together = np.bincount(outcome.unit, weights=same, minlength=len(first))
    moving = np.bincount(outcome.unit, weights=moved, minlength=len(first))
    return outcome.units.unit_id[(moving > 0) & (together < outcome.units.size)]


def nobody_loses(outcome: Outcome) -> Ints:
    """Whoever had a list leaves it only for one they ranked, and in the exchange only for one they ranked higher."""
    people = outcome.intake.people
    moved = outcome.at != people.on
    lost = moved & (people.on != NO_LIST) & ~_wished(outcome, outcome.at)
    unit = outcome.unit
    worse = outcome.exchanged & (outcome.rank[unit] >= outcome.queued.state[unit])
    return people.person_id[lost | worse]


def queue_respected(outcome: Outcome) -> Ints:
    """No single person who is ahead in the queue of a list and still prefers it is passed by a `queue` placement."""
    units, queued, lists = outcome.units, outcome.queued, len(outcome.price)
    owner, place = units.wish_unit, units.wish_to
    position = _positions(~queued.first_class[owner], units.wish_at, units.turn[owner])
    served = (queued.at[owner] == place) & (queued.how[owner] == How.QUEUE)
    prefers = (units.wish_rank < queued.state[owner]) & (units.size[owner] == 1)
    later = served & (queued.step[owner] == STEP_1)
    passed = _passed(place, position, later, prefers, lists)
    # Step 0 has an order of its own, and is for people without a list only.
    lacked = units.on[owner] == NO_LIST
    position = _positions(~lacked, units.since[owner], units.turn[owner])
    passed |= _passed(place, position, served & (queued.step[owner] == STEP_0), prefers & lacked, lists)
    return outcome.intake.lists.list_id[passed | _switchers_before_the_listless(outcome)]


def nothing_left_to_trade(outcome: Outcome) -> Ints:
    """No circle of single persons could still improve, and no free place is one that a single person prefers."""
    units, lists = outcome.units, len(outcome.price)
    owner = units.wish_unit
    stands = outcome.at[units.member[units.first_member[:-1]]]
    prefers = (units.size[owner] == 1) & (units.wish_rank < outcome.rank[owner])
    free = np.maximum(outcome.intake.lists.limit - outcome.length, 0)
    left = np.zeros(lists, np.bool_)
    left[units.wish_to[prefers & (free[units.wish_to] > 0)]] = True
    start, to = stands[owner][prefers], units.wish_to[prefers]
    start, to = start[start >= 0], to[start >= 0]
    graph = coo_matrix((np.ones(len(start), np.int32), (start, to)), shape=(lists, lists)).tocsr()
    _, component = connected_components(graph, directed=True, connection="strong")
    left[to[component[start] == component[to]]] = True
    return outcome.intake.lists.list_id[left]


def prices_prove_the_exchange(outcome: Outcome) -> Ints:
    """At the prices everybody has the list worth most to them: no exchange settles more.

    For single persons and for families that moved. A family that stayed may be one the exchange left out because it
    would have been divided.
    """
    traders, price = outcome.traders, outcome.price
    counts = (outcome.units.size[traders.unit] == 1) | outcome.exchanged[traders.person]
    at, row = outcome.at[traders.person], traders.trader_of_option
    worth = traders.value - price[traders.to]
    have = -price[traders.own]
    chosen = np.flatnonzero(traders.to == at[row])
    have[row[chosen]] = worth[chosen]
    broken = np.zeros(len(at), np.bool_)
    broken[row[worth > have[row]]] = True
    broken |= have < -price[traders.own]
    return outcome.intake.people.person_id[traders.person[broken & counts]]


def rings_are_as_described(outcome: Outcome) -> Ints:
    """The exchange falls into the rings that the description names; nobody else has a ring."""
    moved = np.flatnonzero(outcome.exchanged)
    cycle = np.zeros(len(outcome.at), np.int64)
    if len(exchange_keeps_lengths(outcome)) == 0:
        cycle[moved] = rings(outcome.before[moved], outcome.at[moved], len(outcome.price))
    return outcome.intake.people.person_id[cycle != outcome.cycle]


def _wished(outcome: Outcome, place: Ints) -> Flags:
    """Whether the unit of each person asked for a list."""
    units, lists = outcome.units, len(outcome.price)
    wishes = units.wish_unit * lists + units.wish_to
    return np.isin(outcome.unit * lists + place, wishes) & (place >= 0)


def _positions(second_class: Flags, time: Ints, turn: Ints) -> Ints:
    position = np.empty(len(time), np.int64)
    position[np.lexsort((turn, time, second_class))] = np.arange(len(time))
    return position


def _passed(place: Ints, position: Ints, served: Flags, prefers: Flags, lists: int) -> Flags:
    """Lists on which somebody was served behind somebody who still prefers it."""
    last, ahead = np.full(lists, -1), np.full(lists, len(place))
    np.maximum.at(last, place[served], position[served])
    np.minimum.at(ahead, place[prefers], position[prefers])
    return ahead < last


def _switchers_before_the_listless(outcome: Outcome) -> Flags:
    """Lists that took a switcher in step 1 while a single person of that municipality is left without a list."""
    units, queued, lists = outcome.units, outcome.queued, outcome.intake.lists
    left = (units.on == NO_LIST) & (queued.at == NO_LIST) & (units.size == 1)
    lacking = np.isin(lists.municipality, units.municipality[left])
    switched = (queued.step == STEP_1) & ~queued.first_class & (queued.how == How.QUEUE)
    took = np.zeros(len(lists.list_id), np.bool_)
    took[queued.at[switched]] = True
    return took & lacking

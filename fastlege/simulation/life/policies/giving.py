"""A month's places given out under a policy, by the engine that the register uses (`matching`)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fastlege.matching.exchange.options import Traders, traders
from fastlege.matching.exchange.rings import rings
from fastlege.matching.intake import Intake, take_in
from fastlege.matching.market import NO_LIST, How, Ints, Market, Members
from fastlege.matching.queue.places import NOT_PLACED, Queued
from fastlege.matching.round import Stages, places_after_queue, result_of, run_stages, traders_of
from fastlege.matching.units import NEVER_MOVED, Units, form_units
from fastlege.simulation.life.policies.catalogue import Exchange, Policy
from fastlege.simulation.life.policies.swaps import swap_pairs
from fastlege.simulation.life.policies.trading import trade_in_cycles

_WORST = 1 << 20


@dataclass(frozen=True)
class Given:
    """Who moves: person and list ids (0: from no list), how, and the ring or 0; and the price of each list, if any.

    `stages` is what each step of the round left behind, where the policy is the round of the register.
    """

    person_id: Ints
    from_list: Ints
    to_list: Ints
    how: Ints
    cycle: Ints
    list_id: Ints
    price: Ints
    stages: Stages | None = None


def give_out(policy: Policy, market: Market) -> Given:
    """Give out the places of a market."""
    if policy.exchange is Exchange.RINGS:
        stages = run_stages(market)
        result = result_of(stages)
        moves = result.moves
        return Given(moves.person_id, moves.from_list, moves.to_list, moves.how, moves.cycle,
                     result.prices.list_id, result.prices.price, stages)  # fmt: skip
    if policy.exchange is Exchange.RINGS_BEFORE_QUEUE:
        return _trading_first(market)
    intake, units, queued, part = traders_of(market)
    at, how = places_after_queue(intake, units, queued)
    after = part.own
    if policy.exchange is Exchange.PAIRS:
        after = swap_pairs(part, _in_line(units, part), units.size[part.unit] == 1, len(intake.lists.list_id))
    return _given(intake, part, after, at, how)


def _trading_first(market: Market) -> Given:
    """Cycles among all who wait; then the queue, in which those who have moved ask only for what they rank higher."""
    intake = take_in(market)
    units = form_units(intake, market.terms.seed)
    part = traders(intake, units, _nobody_placed(intake, units), market.terms)
    after = trade_in_cycles(part, _in_line(units, part), units.size[part.unit] == 1, len(intake.lists.list_id))
    stays = intake.people.on.copy(), np.zeros(len(intake.people.on), np.int64)
    traded = _given(intake, part, after, *stays)
    now, later, queued, _ = traders_of(_market_after(market, traded))
    at_later, how_later = places_after_queue(now, later, queued)
    ids = intake.people.person_id
    place = np.searchsorted(ids, traded.person_id)
    at, how, cycle = stays[0], stays[1], np.zeros(len(ids), np.int64)
    at[place] = np.searchsorted(intake.lists.list_id, traded.to_list)
    how[place], cycle[place] = How.EXCHANGE, traded.cycle
    moved = np.flatnonzero(at_later != now.people.on)
    place = np.searchsorted(ids, now.people.person_id[moved])
    at[place], how[place], cycle[place] = at_later[moved], how_later[moved], 0
    return _rows(intake, at, how, cycle)


def _in_line(units: Units, part: Traders) -> Ints:
    """Traders by the time of their earliest request, then lot."""
    first = np.full(len(units.unit_id), np.iinfo(np.int64).max)
    np.minimum.at(first, units.wish_unit, units.wish_at)
    return np.lexsort((units.turn[part.unit], first[part.unit]))


def _given(intake: Intake, part: Traders, after: Ints, at: Ints, how: Ints) -> Given:
    """The moves of the queue (`at`, `how` by person) with the exchange `after` it."""
    cycle = np.zeros(len(at), np.int64)
    moved = np.flatnonzero(after != part.own)
    moved = moved[np.argsort(part.person[moved])]
    person = part.person[moved]
    cycle[person] = rings(part.own[moved], after[moved], len(intake.lists.list_id))
    at, how = at.copy(), how.copy()
    at[person], how[person] = after[moved], How.EXCHANGE
    return _rows(intake, at, how, cycle)


def _rows(intake: Intake, at: Ints, how: Ints, cycle: Ints) -> Given:
    """One row for everybody whose list (position) is another than before."""
    before = intake.people.on
    rows = np.flatnonzero(at != before)
    ids, none = np.append(intake.lists.list_id, 0), np.zeros(0, np.int64)
    person_id = intake.people.person_id[rows]
    return Given(person_id, ids[before[rows]], ids[at[rows]], how[rows], cycle[rows], none, none)


def _nobody_placed(intake: Intake, units: Units) -> Queued:
    count, length = len(units.unit_id), intake.lists.length
    return Queued(
        at=np.full(count, NO_LIST),
        state=np.full(count, NEVER_MOVED),
        how=np.zeros(count, np.int64),
        step=np.full(count, NOT_PLACED),
        first_class=np.zeros(count, np.bool_),
        length=length,
        length_after_0=length,
    )


def _market_after(market: Market, moved: Given) -> Market:
    """The market with the moves carried out; requests met, or wanted less than what was got, are gone."""
    members, requests = market.members, market.requests
    list_id = _looked_up(members.person_id, moved.person_id, moved.to_list, members.list_id)
    got = _looked_up(requests.person_id, moved.person_id, moved.to_list, np.zeros(len(requests.person_id), np.int64))
    rank_got = np.full(len(got), _WORST)
    met = np.flatnonzero((got == requests.list_id) & (got > 0))
    order = np.argsort(requests.person_id[met])
    rank_got = _looked_up(requests.person_id, requests.person_id[met][order], requests.rank[met][order], rank_got)
    keep = requests.rank < rank_got
    kept = replace(requests, **{name: getattr(requests, name)[keep] for name in vars(requests)})
    return replace(
        market, members=Members(members.person_id, list_id, members.municipality, members.since), requests=kept
    )


def _looked_up(ids: Ints, known: Ints, values: Ints, otherwise: Ints) -> NDArray[np.int64]:
    """For each id the value of the same id in `known` (rising), or what it has otherwise."""
    if not len(known):
        return otherwise
    place = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    return np.where(known[place] == ids, values[place], otherwise)

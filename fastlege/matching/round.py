"""One round from input to result: the one function that planning, the command line and the audits call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fastlege.matching.exchange.options import Traders, traders
from fastlege.matching.exchange.rings import rings
from fastlege.matching.exchange.step import Exchanged, exchange
from fastlege.matching.intake import Intake, take_in
from fastlege.matching.market import NO_LIST, How, Ints, Market, Moves, Prices, RoundResult
from fastlege.matching.queue.places import Queued, give_out_places
from fastlege.matching.units import Units, form_units


@dataclass(frozen=True)
class Stages:
    """What each step of a round left behind, for explanations and audits."""

    intake: Intake
    units: Units
    queued: Queued
    exchanged: Exchanged


def run_round(market: Market) -> RoundResult:
    """Who moves to which list. The same market gives the same result, whatever the order of its rows."""
    return result_of(run_stages(market))


def traders_of(market: Market) -> tuple[Intake, Units, Queued, Traders]:
    """Steps 0 and 1, and those who take part in the exchange after them."""
    intake = take_in(market)
    units = form_units(intake, market.terms.seed)
    queued = give_out_places(intake, units)
    return intake, units, queued, traders(intake, units, queued, market.terms)


def run_stages(market: Market) -> Stages:
    """Carry out the round and keep every step."""
    intake, units, queued, part = traders_of(market)
    return Stages(intake, units, queued, exchange(part, units.size, len(intake.lists.list_id)))


def result_of(stages: Stages) -> RoundResult:
    """The rows that the round answers with."""
    solved = stages.exchanged
    moves = moves_of(stages.intake, stages.units, stages.queued, solved.traders, solved.at)
    return RoundResult(moves, Prices(stages.intake.lists.list_id, solved.price))


def moves_of(intake: Intake, units: Units, queued: Queued, part: Traders, solved_at: Ints) -> Moves:
    """Who moves where, when after the queue the traders of `part` end on the lists `solved_at`."""
    at, how = places_after_queue(intake, units, queued)
    cycle = np.zeros(len(at), np.int64)
    moved = np.flatnonzero(solved_at != part.own)
    moved = moved[np.argsort(part.person[moved])]
    person = part.person[moved]
    cycle[person] = rings(part.own[moved], solved_at[moved], len(intake.lists.list_id))
    at[person], how[person] = solved_at[moved], How.EXCHANGE
    return move_rows(intake, at, how, cycle)


def move_rows(intake: Intake, at: Ints, how: Ints, cycle: Ints) -> Moves:
    """One row for each of the people whose list has changed."""
    rows = np.flatnonzero(at != intake.people.on)
    ids = np.append(intake.lists.list_id, 0)
    return Moves(
        person_id=intake.people.person_id[rows],
        from_list=ids[intake.people.on[rows]],
        to_list=ids[at[rows]],
        how=how[rows],
        cycle=cycle[rows],
    )


def places_after_queue(intake: Intake, units: Units, queued: Queued) -> tuple[Ints, Ints]:
    """For each person the list after steps 0 and 1 and how it was obtained."""
    unit = np.empty(len(intake.people.person_id), np.int64)
    unit[units.member] = np.repeat(np.arange(len(units.unit_id)), units.size)
    at = queued.at[unit] if len(unit) else unit
    return np.where(at != NO_LIST, at, intake.people.on), queued.how[unit] if len(unit) else unit

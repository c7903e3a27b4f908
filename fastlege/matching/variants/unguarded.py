"""The exchange before the queue: what the guard of our round, the queue first, is there to prevent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fastlege.matching.exchange.options import traders
from fastlege.matching.exchange.rings import rings
from fastlege.matching.exchange.step import exchange
from fastlege.matching.intake import Intake, Wishes, take_in
from fastlege.matching.market import NO_LIST, How, Ints, Market, Moves
from fastlege.matching.queue.places import NOT_PLACED, Queued, give_out_places
from fastlege.matching.round import move_rows, places_after_queue
from fastlege.matching.units import NEVER_MOVED, Units, form_units


def exchange_before_queue(market: Market) -> Moves:
    """Who moves where when everybody trades first and only then the free places go by queue.

    Somebody behind in a queue may have traded before; then a place that the queue would have given to the one in front
    of them, and the one that it would have left behind, go otherwise. So somebody can end worse off than by queue
    alone, which our round rules out.
    """
    intake = take_in(market)
    units = form_units(intake, market.terms.seed)
    part = traders(intake, units, _before_anything(intake, units), market.terms)
    solved = exchange(part, units.size, len(intake.lists.list_id))
    moved = solved.traders.person[solved.at != solved.traders.own]
    on = intake.people.on.copy()
    on[solved.traders.person] = solved.at
    later = _afterwards(intake, on, moved)
    units = form_units(later, market.terms.seed)
    at, how = places_after_queue(later, units, give_out_places(later, units))
    traded = np.sort(moved)
    ring = rings(intake.people.on[traded], on[traded], len(intake.lists.list_id))
    cycle = np.zeros(len(at), np.int64)
    cycle[traded] = ring
    kept = (how == How.NOT_MOVED) & (cycle > 0)
    how = np.where(kept, int(How.EXCHANGE), how)
    return move_rows(intake, at, how, np.where(kept, cycle, 0))


def _before_anything(intake: Intake, units: Units) -> Queued:
    count = len(units.size)
    nowhere = np.full(count, NO_LIST)
    return Queued(
        at=nowhere,
        state=np.full(count, NEVER_MOVED),
        how=np.zeros(count, np.int64),
        step=np.full(count, NOT_PLACED),
        first_class=units.on == NO_LIST,
        length=intake.lists.length,
    )


def _afterwards(intake: Intake, on: Ints, moved: Ints) -> Intake:
    """The input of the queue after the exchange: new lists, and of those who moved only the wishes still preferred."""
    wishes, people = intake.wishes, len(on)
    got = np.full(people, NEVER_MOVED)
    mine = wishes.to == on[wishes.person]
    got[wishes.person[mine]] = wishes.rank[mine]
    has_moved = np.zeros(people, np.bool_)
    has_moved[moved] = True
    keep = ~has_moved[wishes.person] | (wishes.rank < got[wishes.person])
    left = Wishes(wishes.person[keep], wishes.to[keep], wishes.rank[keep], wishes.at[keep])
    return replace(intake, people=replace(intake.people, on=on), wishes=left)

"""From wishes to queue places: what is asked for under one policy, given the lists that are open and who waits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fastlege.simulation.life.nation.people import RESIDENT
from fastlege.simulation.life.nation.wishes import ARRIVED, MOST_WISHES, MOVED, OWN_IF_VACANT, Wishes
from fastlege.simulation.life.nation.world import World
from fastlege.simulation.life.queue import Queue
from fastlege.simulation.life.standing import NO_LIST, Standing

_CONTENT = 0.4
"""How little it matters for staying that others want to come: with 1 not at all; assumed."""
Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]


def ask(world: World, standing: Standing, wishes: Wishes, *, day: int, most: int) -> Queue:
    """The new queue places, at most `most` a person."""
    lead = np.flatnonzero(_may_ask(world, standing, wishes))
    picks = wishes.picks[lead].copy()
    wanted = np.minimum(wishes.count[lead], most)
    found = _lists_with_room(world, standing, wishes.home[lead], wishes.chance[lead])
    direct = ~wishes.particular[lead] & (found >= 0)
    picks[direct, 0] = found[direct]
    # Who would have taken any list but finds none with room queues for one.
    wanted[~wishes.particular[lead]] = 1
    row, list_, rank = _ranked(picks, wanted, standing.on[wishes.person[lead]])
    places = Queue(
        person=wishes.person[lead[row]],
        list_=list_,
        rank=rank,
        at=wishes.at[lead[row]],
        family=np.zeros(len(row), np.int64),
        entered=np.full(len(row), day),
        spell=wishes.at[lead[row]],
    )
    return _with_companions(world, standing, wishes, places, lead[row])


def _may_ask(world: World, standing: Standing, wishes: Wishes) -> Flags:
    """Residents who do not wait yet; who has come to the country has no list, the others have one."""
    waiting = np.zeros(len(standing.on), bool)
    waiting[standing.queue.person] = True
    on = standing.on[wishes.person]
    placed = (on >= 0) | (wishes.kind == ARRIVED)
    vacant = (on >= 0) & ~world.practices.has_gp[on]
    allowed = (wishes.kind != OWN_IF_VACANT) | vacant
    allowed &= (wishes.kind > OWN_IF_VACANT) | (wishes.doubt < _discontent(world)[on])
    return placed & allowed & ~waiting[wishes.person] & (world.people.status[wishes.person] == RESIDENT)


def _discontent(world: World) -> NDArray[np.float64]:
    """Share of wishes to leave that hold, by list: people stay where others want to come."""
    practices = world.practices
    wanted = practices.pull / np.maximum(practices.cap, 1)
    times = wanted / max(float(wanted[practices.in_force].mean()), 1e-9)
    return np.minimum(1.0, 1.0 / (_CONTENT + (1 - _CONTENT) * times))


def _lists_with_room(world: World, standing: Standing, home: Positions, chance: NDArray[np.float64]) -> Positions:
    """An open list in each home, the more room the likelier; -1 where none has any."""
    practices = world.practices
    room = np.where(standing.is_open & practices.in_force, np.maximum(practices.cap - standing.length, 0), 0)
    order = np.argsort(practices.municipality, kind="stable")
    running = np.concatenate([[0], np.cumsum(room[order])])
    first = np.searchsorted(practices.municipality[order], np.arange(len(world.homes.codes) + 1))
    low, high = running[first[home]], running[first[home + 1]]
    point = low + np.floor(chance * (high - low)).astype(np.int64)
    found: Positions = np.searchsorted(running, point, side="right") - 1
    return np.where(high > low, order[np.clip(found, 0, len(order) - 1)], -1)


def _ranked(picks: Positions, wanted: Positions, own: NDArray[np.int32]) -> tuple[Positions, Positions, Positions]:
    """Row, list and rank of each wish: own lists and repeated ones are left out, the rest close up."""
    good = (picks >= 0) & (picks != own[:, None]) & (np.arange(MOST_WISHES) < wanted[:, None])
    for column in range(1, MOST_WISHES):
        good[:, column] &= ~(picks[:, :column] == picks[:, column : column + 1]).any(axis=1)
    row, place = np.nonzero(good)
    return row, picks[row, place], np.cumsum(good, axis=1)[row, place]


def _with_companions(
    world: World, standing: Standing, wishes: Wishes, places: Queue, lead_of_place: Positions
) -> Queue:
    """Add those who go along: one family with the lead when they stand on the same list, else on their own."""
    waiting = np.zeros(len(standing.on), bool)
    waiting[standing.queue.person] = True
    may_ask = ~waiting[wishes.companion] & (world.people.status[wishes.companion] == RESIDENT)
    same_list = standing.on[wishes.companion] == standing.on[wishes.person[wishes.led_by]]
    moved_too = (wishes.kind[wishes.led_by] == MOVED) & (standing.on[wishes.companion] != NO_LIST)
    goes = may_ask & (same_list | moved_too)
    companion, led_by, same = wishes.companion[goes], wishes.led_by[goes], same_list[goes]
    # Places come by lead, so those of one lead are a stretch; a companion gets a copy of each.
    low = np.searchsorted(lead_of_place, led_by, side="left")
    many = np.searchsorted(lead_of_place, led_by, side="right") - low
    source = np.repeat(low, many) + np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    who, together = np.repeat(companion, many), np.repeat(same, many)
    family = np.zeros(len(wishes.person), np.int64)
    family[led_by[same]] = world.people.person_id[wishes.person[led_by[same]]]
    led = Queue(
        person=who,
        list_=places.list_[source],
        rank=places.rank[source],
        at=places.at[source],
        family=np.where(together, family[lead_of_place[source]], 0),
        entered=places.entered[source],
        spell=places.spell[source],
    )
    led = led.only(standing.on[led.person] != led.list_)
    return replace(places, family=family[lead_of_place]).and_also(led)

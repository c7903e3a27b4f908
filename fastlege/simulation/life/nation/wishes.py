"""Who wants which list this month: the same under every policy, until it meets what lists and queues there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastlege.simulation.life.nation.homes import drawn_from
from fastlege.simulation.life.nation.world import Events, World

Positions = NDArray[np.int64]
MOST_WISHES = 5
OWN, OWN_IF_VACANT, MOVED, ARRIVED = range(4)
"""Why somebody wants a list."""


@dataclass(frozen=True)
class Wishes:
    """One row a lead: who wants what, and why (`kind`).

    One who is not `particular` wants any list at home that has room, which one `chance` decides; others want the lists
    `picks`, best first, the first `count` of them. `doubt` decides whether one who is well off leaves. `companions` go
    with the lead of that row in `led_by`.
    """

    person: Positions
    kind: NDArray[np.int8]
    home: Positions
    particular: NDArray[np.bool_]
    chance: NDArray[np.float64]
    doubt: NDArray[np.float64]
    picks: NDArray[np.int64]
    count: Positions
    at: Positions
    companion: Positions
    led_by: Positions


def draw_wishes(world: World, events: Events) -> Wishes:
    """The wishes of a month."""
    groups = (events.wishing, events.wishing_if_vacant, events.choosing, _arriving_leads(world, events))
    person = np.concatenate(groups)
    kind = np.repeat(np.arange(len(groups)), [len(group) for group in groups]).astype(np.int8)
    people, homes = world.people, world.homes
    home = homes.serving[people.municipality[person]]
    near = (kind <= OWN_IF_VACANT) & (world.chance("wish away", person) < world.rates.share("away"))
    elsewhere = drawn_from(homes.wish_in, home, world.chance("wish in", person))
    wanted_in = np.where(near & (elsewhere >= 0), elsewhere, home)
    particular = world.chance("particular", person) < world.rates.share("particular")
    particular[kind == ARRIVED] = True
    span = events.cutoff - events.first_second
    bounds = np.cumsum(world.rates.wish_counts)[:-1]
    companion, led_by = _companions(world, events, person, kind)
    return Wishes(
        person=person,
        kind=kind,
        home=home,
        particular=particular,
        chance=world.chance("direct", person),
        doubt=world.chance("doubt", person),
        picks=_picks(world, person, wanted_in),
        count=1 + np.searchsorted(bounds, world.chance("wishes", person), side="right"),
        at=events.first_second + (world.chance("asks at", person) * span).astype(np.int64),
        companion=companion,
        led_by=led_by,
    )


def _arriving_leads(world: World, events: Events) -> Positions:
    leads = events.arriving[world.people.head[events.arriving] == events.arriving]
    return leads[world.chance("chooses on arrival", leads) < world.rates.share("immigrants_who_choose")]


def _picks(world: World, person: Positions, wanted_in: Positions) -> Positions:
    """Five lists for each person in a municipality, by their pull; -1 where there is none."""
    practices = world.practices
    pull = practices.pull * (practices.in_force & ~practices.locked)
    order = np.argsort(practices.municipality, kind="stable")
    running = np.concatenate([[0.0], np.cumsum(pull[order])])
    first = np.searchsorted(practices.municipality[order], np.arange(len(world.homes.codes) + 1))
    low, high = running[first[wanted_in]], running[first[wanted_in + 1]]
    picks = np.full((len(person), MOST_WISHES), -1)
    for column in range(MOST_WISHES):
        point = low + world.chance(f"wish {column}", person) * (high - low)
        found = np.searchsorted(running, point, side="right") - 1
        found = np.clip(found, first[wanted_in], np.maximum(first[wanted_in + 1] - 1, 0))
        picks[:, column] = np.where(high > low, order[np.minimum(found, len(order) - 1)], -1)
    return picks


def _companions(world: World, events: Events, person: Positions, kind: NDArray[np.int8]) -> tuple[Positions, Positions]:
    """Children with their mothers, and households that have moved or arrived with the first of them."""
    people = world.people
    row = np.full(len(people), -1)
    row[person] = np.arange(len(person))
    together = np.concatenate([events.movers, events.arriving])
    together = together[people.head[together] != together]
    companion = np.concatenate([events.children, together])
    leader = np.concatenate([people.mother[events.children], people.head[together]]).astype(np.int64)
    led_by = row[leader]
    # Children follow a mother's own wish, households the move of their head.
    led = led_by >= 0
    own = kind[np.maximum(led_by, 0)] <= OWN_IF_VACANT
    led &= own == (np.arange(len(companion)) < len(events.children))
    companion, led_by = companion[led], led_by[led]
    # Whoever wants something of their own this month does not go along.
    free = row[companion] < 0
    companion, led_by = companion[free], led_by[free]
    _, first = np.unique(companion, return_index=True)
    return companion[first], led_by[first]

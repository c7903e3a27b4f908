"""How many people of each municipality's lists wait for another list, and where that list is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.simulation.margins.flows import Flows
from fastlege.simulation.margins.model import Counts, Margins
from fastlege.simulation.margins.rounding import share_out_within
from fastlege.simulation.practices.lists import Lists
from fastlege.simulation.recipe import Recipe

_WITHOUT_ROOM = 1.6
"""People wait so much more often where the municipality has no free places; assumed."""
_OPENED = 0.1
"""Share of the open lists that have opened since the last round and have a queue that the next one serves; assumed."""


@dataclass(frozen=True)
class Waiting:
    """People waiting, by unit of their present list: where the list that they want is.

    `here`: in the same municipality as the present list, which is also where they live. `home`: they live elsewhere
    and want a list there. `away`: they live here and want a list in another municipality.
    """

    here: Counts
    home: Counts
    away: Counts
    popularity: NDArray[np.float64]
    """Weight of each list among those who wait for one of its municipality; 0 for lists that nobody waits for."""


@dataclass(frozen=True)
class Homes:
    """For each municipality the unit that serves it, and whether it is that unit itself."""

    served_by: Counts
    own: NDArray[np.bool_]


def waiting(recipe: Recipe, margins: Margins, streams: Flows, homes: Homes, lists: Lists, *, seed: int) -> Waiting:
    """Share out the published numbers of people waiting over the units."""
    served_by, own = homes.served_by, homes.own
    popularity = _popularity(lists, seed)
    closed = np.bincount(lists.unit, popularity > 0, minlength=len(margins.lists))
    has_closed = closed > 0
    units = len(margins.lists)
    near = np.zeros(units)
    outside = np.zeros(units)
    for unit, (places, residents) in enumerate(streams.streams):
        unit_of = served_by[places]
        near[unit] = residents[(unit_of == unit) & own[places]].sum()
        outside[unit] = residents[(unit_of != unit) & own[places] & has_closed[unit_of]].sum()
    eager = np.where(margins.room_with_gp + margins.room_vacant <= 0, _WITHOUT_ROOM, 1.0)
    total, home, away = _totals(recipe, int(margins.residents.sum()))
    none = np.zeros(units, np.int64)
    return Waiting(
        here=share_out_within(
            total - home - away, near * eager * (closed > 1) + 1e-9, none, (0.3 * near * (closed > 1)).astype(np.int64)
        ),
        home=share_out_within(home, outside + 1e-9, none, (0.6 * outside).astype(np.int64)),
        away=share_out_within(away, near * eager + 1e-9, none, (0.2 * near).astype(np.int64)),
        popularity=popularity,
    )


def _totals(recipe: Recipe, residents: int) -> tuple[int, int, int]:
    """People who wait; those of them who wait for a list where they live but are not listed; and for one elsewhere."""
    if "waiting" in recipe.published:
        total = recipe.published["waiting"]
        not_gps = recipe.published["waiting_not_gps_municipality"]
        not_home = recipe.published["waiting_not_home_municipality"]
    else:
        total = round(recipe.published["waiting_per_1000"] * residents / 1000)
        not_gps = round(recipe.assumed["pct_waiting_not_gps_municipality"] * total / 100)
        not_home = round(recipe.assumed["pct_waiting_not_home_municipality"] * total / 100)
    return total, not_gps - not_home, not_home


def _popularity(lists: Lists, seed: int) -> NDArray[np.float64]:
    """Lists that take nobody have a queue, and those that have opened since the last round still have theirs.

    How long it is differs widely, and the places on a list matter.
    """
    # A Pareto tail: a tenth of the lists draw most of the wishes.
    drawn = (1 - 0.999 * stream(seed, "popularity").random(len(lists))) ** -0.75
    opened = stream(seed, "opened").random(len(lists)) < _OPENED
    waited_for = lists.closed | lists.locked | (opened & (lists.room > 0))
    return np.where(waited_for, drawn * lists.length * np.where(lists.vacant, 0.2, 1.0), 0.0)

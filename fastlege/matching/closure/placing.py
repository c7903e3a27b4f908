"""Placing households on lists with free places: wishes first, then near, families whole.

Placing households whole at the least distance is a packing problem that no known method solves exactly in reasonable
time. Here the families follow the best flow of single persons, which may divide them, as far as they can stay whole;
those who live alone then fill what is left, at the least distance that is possible. The flow that may divide families
is a bound that no placing can be below, and the result carries it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from fastlege.matching.closure.flow import Ints, cheapest_flow

NOWHERE = -1


class Way(IntEnum):
    """How a unit was placed."""

    NO_PLACE = 0
    WISH = 1
    NEAR = 2


@dataclass(frozen=True)
class Displaced:
    """Units that need a place, in the order in which their wishes are met.

    `size` persons each, from the point `point`; `wishes[unit]` are lists, best first.
    """

    size: Ints
    point: Ints
    wishes: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Placing:
    """The list of each unit, NOWHERE for none; how it was found; and what it comes to.

    `metres` is the total over all persons placed near, `bound` the least that it could be, and `bound_placed` the
    most persons that could be placed near, when families may be divided.
    """

    place: Ints
    way: Ints
    metres: int
    bound: int
    bound_placed: int


def place_units(displaced: Displaced, metres: Ints, free: Ints) -> Placing:
    """Give the units places on lists with `free` places; `metres[point, list]` is the cost of one person."""
    free = np.maximum(free, 0)
    place = np.full(len(displaced.size), NOWHERE, np.int64)
    _meet_wishes(displaced, place, free)
    wished = place != NOWHERE
    rest = np.flatnonzero(~wished)
    people = _people_at(displaced, rest, len(metres))
    point, to, flow = cheapest_flow(people, metres, free)
    _place_families(
        displaced,
        place,
        metres,
        free,
        dict(zip(zip(point.tolist(), to.tolist(), strict=True), flow.tolist(), strict=True)),
    )
    _place_singles(displaced, place, metres, free)
    _place_leftover(displaced, place, metres, free)
    near = ~wished & (place != NOWHERE)
    way = np.where(wished, Way.WISH, np.where(near, Way.NEAR, Way.NO_PLACE)).astype(np.int64)
    total = int((displaced.size[near] * metres[displaced.point[near], place[near]]).sum())
    return Placing(place, way, total, int((flow * metres[point, to]).sum()), int(flow.sum()))


def _meet_wishes(displaced: Displaced, place: Ints, free: Ints) -> None:
    """Each unit in turn gets the best list that it asked for and that has room for all of it."""
    for unit, wishes in enumerate(displaced.wishes):
        size = displaced.size[unit]
        met = next((wish for wish in wishes if free[wish] >= size), None)
        if met is not None:
            place[unit] = met
            free[met] -= size


def _people_at(displaced: Displaced, units: Ints, points: int) -> Ints:
    counts = np.zeros(points, np.int64)
    np.add.at(counts, displaced.point[units], displaced.size[units])
    return counts


def _place_families(
    displaced: Displaced, place: Ints, metres: Ints, free: Ints, quota: dict[tuple[int, int], int]
) -> None:
    """Families go where the flow sends people from their point, the largest first, nearest lists first.

    A family that the flow divides goes to the nearest list with room, as long as the flow sends more people from the
    point than live alone there: the others are those for whom it has no place.
    """
    families = np.flatnonzero((place == NOWHERE) & (displaced.size > 1))
    families = families[np.argsort(-displaced.size[families], kind="stable")]
    alone = np.bincount(displaced.point[(place == NOWHERE) & (displaced.size == 1)], minlength=len(metres))
    lists_of: dict[int, list[int]] = {}
    owed = -alone
    for point, to in sorted(quota, key=lambda pair: (metres[pair], pair)):
        lists_of.setdefault(point, []).append(to)
        owed[point] += quota[point, to]
    divided: list[int] = []
    for unit in families.tolist():
        size, point = int(displaced.size[unit]), int(displaced.point[unit])
        whole = next((to for to in lists_of.get(point, ()) if quota[point, to] >= size), None)
        if whole is None:
            divided.append(unit)
            continue
        quota[point, whole] -= size
        owed[point] -= size
        place[unit], free[whole] = whole, free[whole] - size
    for unit in divided:
        point = displaced.point[unit]
        if owed[point] > 0 and _to_nearest(displaced, unit, place, metres, free):
            owed[point] -= displaced.size[unit]


def _place_leftover(displaced: Displaced, place: Ints, metres: Ints, free: Ints) -> None:
    """Whoever still fits somewhere goes there, the largest first: no place is left empty that a unit could have."""
    rest = np.flatnonzero((place == NOWHERE) & (displaced.size <= free.max(initial=0)))
    for unit in rest[np.argsort(-displaced.size[rest], kind="stable")].tolist():
        _to_nearest(displaced, unit, place, metres, free)


def _to_nearest(displaced: Displaced, unit: int, place: Ints, metres: Ints, free: Ints) -> bool:
    """Place a unit on the nearest list with room for all of it; whether there is one."""
    size = displaced.size[unit]
    with_room = np.flatnonzero(free >= size)
    if not len(with_room):
        return False
    to = int(with_room[np.argmin(metres[displaced.point[unit], with_room])])
    place[unit], free[to] = to, free[to] - size
    return True


def _place_singles(displaced: Displaced, place: Ints, metres: Ints, free: Ints) -> None:
    """Those who live alone take what is left, at the least total distance; at one point in the order of the units."""
    singles = np.flatnonzero((place == NOWHERE) & (displaced.size == 1))
    point, to, flow = cheapest_flow(_people_at(displaced, singles, len(metres)), metres, free)
    order = np.lexsort((to, metres[point, to], point))
    givers, lists = np.repeat(point[order], flow[order]), np.repeat(to[order], flow[order])
    takers = singles[np.argsort(displaced.point[singles], kind="stable")]
    first_place = np.searchsorted(givers, displaced.point[takers])
    turn = np.arange(len(takers)) - np.searchsorted(displaced.point[takers], displaced.point[takers])
    position = first_place + turn
    served = position < np.searchsorted(givers, displaced.point[takers], side="right")
    place[takers[served]] = lists[position[served]]
    free -= np.bincount(lists[position[served]], minlength=len(free))

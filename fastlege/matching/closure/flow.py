"""Single persons to places at the least total distance: a min-cost flow from points to lists."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

Ints = NDArray[np.int64]

NO_PLACE_METRES = 10**11
"""What leaving one person without a place costs: more than all detours that a place for them could cause."""


def cheapest_flow(people: Ints, metres: Ints, free: Ints) -> tuple[Ints, Ints, Ints]:
    """How many people go from each point to each list, as (point, list, people) of what is not zero.

    As many as possible get a place, and among all such ways the total distance is least. `metres[point, list]` is
    what one person costs.
    """
    point, place = _worth_having(people, metres, free)
    points, lists = len(people), len(free)
    sink = points + lists
    everyone, every_list = np.arange(points), np.arange(lists)
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        point, points + place, np.minimum(people[point], free[place]), metres[point, place]
    )
    solver.add_arcs_with_capacity_and_unit_cost(points + every_list, np.full(lists, sink), free, np.zeros_like(free))
    solver.add_arcs_with_capacity_and_unit_cost(
        everyone, np.full(points, sink), people, np.full(points, NO_PLACE_METRES)
    )
    solver.set_nodes_supplies(np.append(everyone, sink), np.append(people, -people.sum()))
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"the flow was not solved: {status}")
    flow = np.asarray(solver.flows(arcs), dtype=np.int64)
    used = flow > 0
    return point[used], place[used], flow[used]


def _worth_having(people: Ints, metres: Ints, free: Ints) -> tuple[Ints, Ints]:
    """The (point, list) pairs that a best flow may need.

    A point needs only its nearest lists with as many free places together as there are people in all: beyond them
    one of these would always have a place left that is nearer.
    """
    wanted = people.sum()
    has_room = np.flatnonzero(free > 0)
    points, places = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for point in np.flatnonzero(people > 0).tolist():
        nearest = has_room[np.argsort(metres[point, has_room], kind="stable")]
        before = np.cumsum(free[nearest]) - free[nearest]
        kept = nearest[before < wanted]
        points.append(np.full(len(kept), point, np.int64))
        places.append(kept)
    return np.concatenate(points), np.concatenate(places)

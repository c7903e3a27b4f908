"""How many people could be served at best: a bound by a min-cost circulation, computed by a library.

The bound knows no queue, no families and no fairness: every person may go alone to any list that their unit asked
for, or, without a list, to any list at home. Lists may shrink, and grow up to their limit. No rule whatever can serve
more people than that with the same places, so our share of it is at least the share of what is possible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from fastlege.matching.intake import Intake
from fastlege.matching.market import NO_LIST, Ints, RoundResult
from fastlege.matching.round import Stages
from fastlege.matching.units import Units, per_member


@dataclass(frozen=True)
class Bound:
    """People who want to move or lack a list, the most that could be served, and how many the round serves."""

    waiting: int
    at_most: int
    served: int

    @property
    def share(self) -> float:
        """Our share of the bound; 1 when nobody could be served."""
        return self.served / self.at_most if self.at_most else 1.0


@dataclass(frozen=True)
class _Arcs:
    tail: Ints
    head: Ints
    room: Ints
    gain: Ints


def bound(stages: Stages, result: RoundResult) -> Bound:
    """The bound for the market of a round, and what the round reached."""
    intake, units = stages.intake, stages.units
    waiting = np.zeros(len(intake.people.person_id), np.bool_)
    waiting[per_member(units, np.arange(len(units.wish_to)))[0]] = True
    waiting |= intake.people.on == NO_LIST
    return Bound(int(waiting.sum()), most_served(intake, units), len(result.moves.person_id))


def most_served(intake: Intake, units: Units) -> int:
    """The greatest number of people who could have a list they asked for or, without a list, one at home."""
    parts = [_wish_arcs(intake, units), _home_arcs(intake, units), _list_arcs(intake)]
    tail, head, room, gain = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("tail", "head", "room", "gain")
    )
    if len(tail) == 0:
        return 0
    flow = SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tail, head, room, -gain)
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("the library found no optimal circulation")
    return int(-flow.optimal_cost())


def _numbers(intake: Intake) -> tuple[int, int, int]:
    """Nodes: the lists, then the outside, then the people, then the municipalities."""
    lists = len(intake.lists.list_id)
    return lists, lists + 1, lists + 1 + len(intake.people.person_id)


def _wish_arcs(intake: Intake, units: Units) -> _Arcs:
    """From the list of today (or outside) to each person once, and from the person to each list asked for."""
    outside, people, _ = _numbers(intake)
    person, wish = per_member(units, np.arange(len(units.wish_to)))
    who = np.unique(np.concatenate([person, np.flatnonzero(intake.people.on == NO_LIST)]))
    start = np.where(intake.people.on[who] == NO_LIST, outside, intake.people.on[who])
    return _Arcs(
        tail=np.concatenate([start, people + person]),
        head=np.concatenate([people + who, units.wish_to[wish]]),
        room=np.ones(len(who) + len(person), np.int64),
        gain=np.concatenate([np.ones(len(who), np.int64), np.zeros(len(person), np.int64)]),
    )


def _home_arcs(intake: Intake, units: Units) -> _Arcs:
    """From each person without a list to the municipality of their unit, and from it to its lists."""
    _, people, homes = _numbers(intake)
    codes, home_of_list = np.unique(intake.lists.municipality, return_inverse=True)
    municipality = np.empty(len(intake.people.person_id), np.int64)
    municipality[units.member] = np.repeat(units.municipality, units.size)
    lacking = np.flatnonzero((intake.people.on == NO_LIST) & np.isin(municipality, codes))
    home = np.searchsorted(codes, municipality[lacking])
    lists = np.arange(len(home_of_list))
    tail = np.concatenate([people + lacking, homes + home_of_list])
    room = np.concatenate([np.ones(len(lacking), np.int64), np.full(len(lists), len(lacking))])
    return _Arcs(tail, np.concatenate([homes + home, lists]), room, np.zeros(len(tail), np.int64))


def _list_arcs(intake: Intake) -> _Arcs:
    """A list may end up longer by its free places, or shorter by as many as leave it."""
    lists, people = intake.lists, intake.people
    number, outside = np.arange(len(lists.list_id)), np.full(len(lists.list_id), len(lists.list_id))
    grow = np.maximum(lists.limit - lists.length, 0)
    shrink = np.bincount(people.on + 1, minlength=len(number) + 1)[1:]
    return _Arcs(
        tail=np.concatenate([number, outside]),
        head=np.concatenate([outside, number]),
        room=np.concatenate([grow, shrink]),
        gain=np.zeros(2 * len(number), np.int64),
    )

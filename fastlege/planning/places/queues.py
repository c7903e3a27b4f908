"""The queues: each free place goes to the first in its queue, and the place that becomes free to the next in its own.

Among all who can have a place that they prefer to what they have, the one with the smallest key (without a list or
not, time, lot, id, rank, list) moves; this is repeated until nobody can. A family that does not fit is passed over and
tried again when more is free. Those still without a list wait, from the day they lost theirs, for every list that they
may be placed on.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import heappop, heappush

import numpy as np

from fastlege.planning.market.arrays import NO_RANK, NOWHERE
from fastlege.planning.places.ledger import How, Ledger
from fastlege.planning.places.nearness import NearLists
from fastlege.planning.places.steps import in_order_without_list

_MS_PER_DAY = 86_400_000


class Queues:
    """All claims to places in the one order in which they are met."""

    def __init__(self, ledger: Ledger, near: NearLists) -> None:
        self._ledger = ledger
        self._heap: list[tuple[int, int]] = []
        self._first: defaultdict[int, int] = defaultdict(int)
        self._of_list: defaultdict[int, list[int]] = defaultdict(list)
        requests, units = ledger.market.requests, ledger.market.units
        waiting = np.array(in_order_without_list(ledger), dtype=np.int64)
        alive = np.flatnonzero(units.may_move[requests.unit])
        # A unit still without a list has one claim more: to any list that it may be placed on.
        unit = np.concatenate([requests.unit[alive], waiting])
        rank = np.concatenate([requests.rank[alive], np.full(len(waiting), NO_RANK)])
        moment = np.concatenate([requests.moment[alive], units.since[waiting] * _MS_PER_DAY])
        wanted = np.concatenate([requests.list[alive], np.full(len(waiting), NOWHERE)])
        lot = np.array(ledger.lots, dtype=np.uint64)[unit]
        order = np.lexsort((wanted, rank, units.unit_id[unit], lot, moment, ~np.isin(unit, waiting)))
        self._unit, self._rank = unit[order].tolist(), rank[order].tolist()
        for claim, place in enumerate(wanted[order].tolist()):
            for each in (place,) if place != NOWHERE else near.of(self._unit[claim]).tolist():
                self._of_list[each].append(claim)

    def serve(self) -> None:
        """Serve the queues until nobody in them can have a place."""
        for place in sorted(self._of_list):
            self._offer(place)
        while self._heap:
            claim, place = heappop(self._heap)
            changed = {place}
            if self._is_met_by(claim, place):
                changed.update(self._serve(claim, place))
            for touched in sorted(changed):
                self._offer(touched)

    def _serve(self, claim: int, place: int) -> list[int]:
        unit, rank = self._unit[claim], self._rank[claim]
        if rank < NO_RANK:
            how = How.WISH_BEFORE_QUEUE if self._ledger.without_list(unit) else How.QUEUE
        else:
            how = How.WHEN_FREED
        return self._ledger.move(unit, place, how, rank=rank)

    def _is_over(self, claim: int) -> bool:
        """Whether the claim can never be met again in the round: the unit has what it asks for, or something better."""
        unit, rank = self._unit[claim], self._rank[claim]
        return not self._ledger.without_list(unit) if rank == NO_RANK else rank >= self._ledger.rank[unit]

    def _is_met_by(self, claim: int, place: int) -> bool:
        return not self._is_over(claim) and self._ledger.has_room(place, self._unit[claim])

    def _offer(self, place: int) -> None:
        """Put the first claim that the list can meet now among those to be served."""
        if self._ledger.free(place) <= 0:
            return
        queue, first = self._of_list[place], self._first[place]
        while first < len(queue) and self._is_over(queue[first]):
            first += 1
        self._first[place] = first
        for position in range(first, len(queue)):
            if self._is_met_by(queue[position], place):
                heappush(self._heap, (queue[position], place))
                return

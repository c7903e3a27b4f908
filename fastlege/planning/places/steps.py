"""The steps before the queues: switches granted earlier, people without a list, rights to enter a closed list."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from fastlege.planning.market.arrays import NO_RANK, NOWHERE, Market, Right
from fastlege.planning.places.ledger import How, Ledger
from fastlege.planning.places.nearness import NearLists

HOW_BY_RIGHT = {Right.CHILD: How.CHILD, Right.RETURNER: How.RETURNER}


def carry_out_grants(ledger: Ledger) -> int:
    """Carry out the switches granted earlier, and say how many have no place to go to.

    A grant is a promise: it takes its place before anything is given out. One that waits for another to leave is
    tried again when somebody has moved.
    """
    grants = ledger.market.grants
    waiting = list(zip(grants.person.tolist(), grants.to_list.tolist(), strict=True))
    while waiting:
        left_over = []
        for person, to in waiting:
            if ledger.takes_part[to] and ledger.length[to] < ledger.cap[to]:
                ledger.move_person(person, to, How.GRANTED)
            else:
                left_over.append((person, to))
        if len(left_over) == len(waiting):
            break
        waiting = left_over
    return len(waiting)


def place_those_without_list(ledger: Ledger, near: NearLists) -> None:
    """Give those without a list a place, longest without first, then by lot.

    Each gets the best list they have asked for that has room; a child else the list of a parent; else the nearest
    list with room (`right.placed_if_no_choice`, `child.default_list`, `allocation.area`).
    """
    wishes = wishes_by_unit(ledger.market)
    for unit in in_order_without_list(ledger):
        wished = next((wish for wish in wishes[unit] if ledger.has_room(wish[1], unit)), None)
        parents_list = int(ledger.market.units.parents_list[unit])
        if wished is not None:
            ledger.move(unit, wished[1], How.WISH_BEFORE_QUEUE, rank=wished[0])
        elif parents_list != NOWHERE and ledger.takes_part[parents_list]:
            ledger.move(unit, parents_list, How.WITH_PARENT)
        else:
            nearest = next((place for place in near.of(unit).tolist() if ledger.has_room(place, unit)), None)
            if nearest is not None:
                ledger.move(unit, nearest, How.NEAREST)


def in_order_without_list(ledger: Ledger) -> list[int]:
    """Units without a list: longest without first, then by lot, then by id."""
    units = ledger.market.units
    waiting = [unit for unit in np.flatnonzero(units.since != NOWHERE).tolist() if ledger.without_list(unit)]
    return sorted(waiting, key=lambda unit: (units.since[unit], ledger.lots[unit], units.unit_id[unit]))


def use_rights(ledger: Ledger) -> None:
    """Let in those who have a right to enter a closed list, each on the best-ranked such list.

    The right is there for lists that are full, so it holds above the cap too; a locked list takes nobody.
    """
    requests, units = ledger.market.requests, ledger.market.units
    for row in np.flatnonzero(requests.right != Right.NONE).tolist():
        unit, to, rank = int(requests.unit[row]), int(requests.list[row]), int(requests.rank[row])
        if rank < ledger.rank[unit] and units.may_move[unit] and ledger.takes_part[to]:
            ledger.move(unit, to, HOW_BY_RIGHT[Right(int(requests.right[row]))], rank=rank)


def wishes_by_unit(market: Market) -> defaultdict[int, list[tuple[int, int]]]:
    """The (rank, list) pairs of each unit without a list, best first."""
    wishes: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    requests = market.requests
    for row in np.flatnonzero(market.units.since[requests.unit] != NOWHERE).tolist():
        rank = int(requests.rank[row])
        if rank < NO_RANK:
            wishes[int(requests.unit[row])].append((rank, int(requests.list[row])))
    return wishes

"""The best exchange exactly: surplus people of a list are led to lists with places left, each by the cheapest path.

Everybody has the list worth most to them at the prices of the day. As long as a list has more people than places,
the shortest path (loss of worth, Dijkstra) from it to a list with a place left is found, people move along it, and
prices rise behind it so that everybody again has the list worth most to them. With no surplus left the exchange is
optimal, and the prices prove it. The same step repairs an optimum after somebody was taken out of the market.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastlege.matching.compiled import compiled
from fastlege.matching.exchange.auction import Trade, worth
from fastlege.matching.heaps import drop_smallest, push
from fastlege.matching.market import Flags, Ints

_FAR = 1 << 62


class _Rows(NamedTuple):
    """The people on each list as a linked list: first of a list, next and previous of a person; and their number."""

    head: Ints
    next: Ints
    previous: Ints
    people: Ints


class _Search(NamedTuple):
    """One search: distance of each list, the person who leads to it, whether it is settled, those seen, the heap.

    `bound` is the distance of the nearest list with a place left that was reached so far: nothing farther matters.
    """

    distance: Ints
    through: Ints
    settled: Flags
    seen: Ints
    seen_count: Ints
    keys: Ints
    items: Ints
    size: Ints
    bound: Ints


@compiled
def _enter(rows: _Rows, person: int, place: int) -> None:
    head = rows.head[place]
    rows.previous[person], rows.next[person] = -1, head
    if head >= 0:
        rows.previous[head] = person
    rows.head[place] = person
    rows.people[place] += 1


@compiled
def _leave(rows: _Rows, person: int, place: int) -> None:
    before, after = rows.previous[person], rows.next[person]
    if before >= 0:
        rows.next[before] = after
    else:
        rows.head[place] = after
    if after >= 0:
        rows.previous[after] = before
    rows.people[place] -= 1


@compiled
def _reach(search: _Search, place: int, distance: int, person: int, left: bool) -> None:
    """A list was reached; `left` says that it has a place left."""
    if distance >= search.distance[place] or distance >= search.bound[0]:
        return
    if left:
        search.bound[0] = distance
    if search.distance[place] == _FAR:
        search.seen[search.seen_count[0]] = place
        search.seen_count[0] += 1
    search.distance[place] = distance
    search.through[place] = person
    search.size[0] = push(search.keys, search.items, search.size[0], distance, place)


@compiled
def _nearest_place_left(source: int, trade: Trade, rows: _Rows, search: _Search) -> int:
    """Search from a list until one with a place left is settled; gives that list, or -1."""
    _reach(search, source, 0, -1, False)
    while search.size[0] > 0:
        place, distance = search.items[0], search.keys[0]
        search.size[0] = drop_smallest(search.keys, search.items, search.size[0])
        if search.settled[place]:
            continue
        search.settled[place] = True
        if rows.people[place] < trade.places[place]:
            return place
        person = rows.head[place]
        while person >= 0:
            reach = distance + worth(trade, person, place)
            own = trade.own[person]
            _reach(search, own, reach + trade.price[own], person, rows.people[own] < trade.places[own])
            for option in range(trade.first[person], trade.first[person + 1]):
                to = trade.to[option]
                left = rows.people[to] < trade.places[to]
                _reach(search, to, reach - trade.value[option] + trade.price[to], person, left)
            person = rows.next[person]
    return -1


@compiled
def _raise_prices(target: int, trade: Trade, search: _Search) -> None:
    reached = search.distance[target]
    for i in range(search.seen_count[0]):
        place = search.seen[i]
        if search.settled[place]:
            trade.price[place] += reached - search.distance[place]


@compiled
def _shift(source: int, target: int, trade: Trade, rows: _Rows, search: _Search) -> None:
    """Move one person along each step of the path found."""
    place = target
    while place != source:
        person = search.through[place]
        before = trade.at[person]
        _leave(rows, person, before)
        _enter(rows, person, place)
        trade.at[person] = place
        place = before


@compiled
def _forget(search: _Search) -> None:
    for i in range(search.seen_count[0]):
        place = search.seen[i]
        search.distance[place], search.through[place], search.settled[place] = _FAR, -1, False
    search.seen_count[0] = 0
    search.size[0] = 0
    search.bound[0] = _FAR


@compiled
def _level(trade: Trade, rows: _Rows, search: _Search) -> bool:
    for source in range(len(trade.places)):
        while rows.people[source] > trade.places[source]:
            target = _nearest_place_left(source, trade, rows, search)
            if target < 0:
                return False
            _raise_prices(target, trade, search)
            _shift(source, target, trade, rows, search)
            _forget(search)
    return True


@compiled
def _fill(trade: Trade, rows: _Rows) -> None:
    for person in range(len(trade.own) - 1, -1, -1):
        if trade.at[person] >= 0:
            _enter(rows, person, trade.at[person])


def balance(trade: Trade) -> None:
    """Make the exchange optimal. Everybody with a list has the one worth most to them before and after."""
    lists, people = len(trade.places), len(trade.own)
    rows = _Rows(np.full(lists, -1), np.full(people, -1), np.full(people, -1), np.zeros(lists, np.int64))
    _fill(trade, rows)
    most = len(trade.to) + people + 1
    search = _Search(
        distance=np.full(lists, _FAR),
        through=np.full(lists, -1),
        settled=np.zeros(lists, np.bool_),
        seen=np.empty(lists, np.int64),
        seen_count=np.zeros(1, np.int64),
        keys=np.empty(most, np.int64),
        items=np.empty(most, np.int64),
        size=np.zeros(1, np.int64),
        bound=np.full(1, _FAR),
    )
    if not _level(trade, rows, search):
        raise RuntimeError("a list has more people than places, and no path leads to a place left")

"""The best exchange exactly: surplus people of lists are led to lists with places left, each by the cheapest path.

Everybody has the list worth most to them at the prices of the day. As long as lists have more people than places,
shortest paths (loss of worth, Dijkstra) lead from them to lists with a place left; prices rise behind the search so
that everybody again has the list worth most to them, and people move along the paths. One search serves many lists
at once, as far as their paths do not cross. With no surplus left the exchange is optimal, and the prices prove it.
The same step repairs an optimum after somebody was taken out of the market.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastlege.matching.compiled import compiled
from fastlege.matching.exchange.auction import Trade, worth
from fastlege.matching.market import Flags, Ints
from fastlege.matching.queue.heaps import drop_smallest, push

_FAR = 1 << 62


class _Rows(NamedTuple):
    """The people on each list as a linked list: first of a list, next and previous of a person; and their number."""

    head: Ints
    next: Ints
    previous: Ints
    people: Ints


class _Search(NamedTuple):
    """One search: distance of each list, the person and the list that lead to it, whether it is settled, those seen.

    `found` are the lists with a place left, nearest first; `numbers` how many are seen, found and in the heap.
    """

    distance: Ints
    through: Ints
    before: Ints
    settled: Flags
    seen: Ints
    found: Ints
    keys: Ints
    items: Ints
    numbers: Ints


_SEEN, _FOUND, _HEAP = 0, 1, 2


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
def _reach(search: _Search, place: int, distance: int, person: int, before: int) -> None:
    if distance >= search.distance[place]:
        return
    numbers = search.numbers
    if search.distance[place] == _FAR:
        search.seen[numbers[_SEEN]] = place
        numbers[_SEEN] += 1
    search.distance[place] = distance
    search.through[place], search.before[place] = person, before
    numbers[_HEAP] = push(search.keys, search.items, numbers[_HEAP], distance, place)


@compiled
def _expand(place: int, trade: Trade, rows: _Rows, search: _Search) -> None:
    """Where the people on a list could go instead, and what it would cost."""
    distance, person = search.distance[place], rows.head[place]
    while person >= 0:
        reach = distance + worth(trade, person, place)
        own = trade.own[person]
        _reach(search, own, reach + trade.price[own], person, place)
        for option in range(trade.first[person], trade.first[person + 1]):
            to = trade.to[option]
            _reach(search, to, reach - trade.value[option] + trade.price[to], person, place)
        person = rows.next[person]


@compiled
def _find_places(trade: Trade, rows: _Rows, search: _Search, enough: int) -> None:
    """Search from all lists with a surplus until enough lists with a place left are found."""
    numbers = search.numbers
    for place in range(len(trade.places)):
        if rows.people[place] > trade.places[place]:
            _reach(search, place, 0, -1, -1)
    while numbers[_HEAP] > 0 and numbers[_FOUND] < enough:
        place = search.items[0]
        numbers[_HEAP] = drop_smallest(search.keys, search.items, numbers[_HEAP])
        if search.settled[place]:
            continue
        search.settled[place] = True
        if rows.people[place] < trade.places[place]:
            search.found[numbers[_FOUND]] = place
            numbers[_FOUND] += 1
        _expand(place, trade, rows, search)


@compiled
def _raise_prices(trade: Trade, search: _Search) -> None:
    reached = search.distance[search.found[search.numbers[_FOUND] - 1]]
    for i in range(search.numbers[_SEEN]):
        place = search.seen[i]
        if search.settled[place]:
            trade.price[place] += max(0, reached - search.distance[place])


@compiled
def _is_open_path(target: int, trade: Trade, rows: _Rows, search: _Search) -> bool:
    """Whether the path to a list is as the search left it: nobody on it has moved, and its start has a surplus."""
    place = target
    while search.through[place] >= 0:
        if trade.at[search.through[place]] != search.before[place]:
            return False
        place = search.before[place]
    return bool(rows.people[place] > trade.places[place])


@compiled
def _shift(target: int, trade: Trade, rows: _Rows, search: _Search) -> None:
    """Move one person along each step of the path to a list."""
    place = target
    while search.through[place] >= 0:
        person, before = search.through[place], search.before[place]
        _leave(rows, person, before)
        _enter(rows, person, place)
        trade.at[person] = place
        place = before


@compiled
def _forget(search: _Search) -> None:
    for i in range(search.numbers[_SEEN]):
        place = search.seen[i]
        search.distance[place], search.settled[place] = _FAR, False
    search.numbers[:] = 0


@compiled
def _level(trade: Trade, rows: _Rows, search: _Search) -> bool:
    while True:
        lacking = int(np.count_nonzero(rows.people < trade.places))
        if lacking == 0:
            return True
        # The last places are the farthest; half at a time keeps the searches short.
        _find_places(trade, rows, search, (lacking + 1) // 2)
        if search.numbers[_FOUND] == 0:
            return False
        _raise_prices(trade, search)
        for i in range(search.numbers[_FOUND]):
            if _is_open_path(search.found[i], trade, rows, search):
                _shift(search.found[i], trade, rows, search)
        _forget(search)


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
    most = len(trade.to) + people + lists
    search = _Search(
        distance=np.full(lists, _FAR),
        through=np.full(lists, -1),
        before=np.full(lists, -1),
        settled=np.zeros(lists, np.bool_),
        seen=np.empty(lists, np.int64),
        found=np.empty(lists, np.int64),
        keys=np.empty(most, np.int64),
        items=np.empty(most, np.int64),
        numbers=np.zeros(3, np.int64),
    )
    if not _level(trade, rows, search):
        raise RuntimeError("a list has more people than places, and no path leads to a place left")

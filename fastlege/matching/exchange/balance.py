"""The best exchange exactly: surplus people of lists are led to lists with places left, each by the cheapest path.

Everybody has the list worth most to them at the prices of the day. As long as lists have more people than places,
shortest paths (loss of worth, Dijkstra) lead from them to lists with a place left; prices rise behind the search so
that everybody again has the list worth most to them, and people move along the paths. One search serves many lists
at once, as far as their paths do not cross. With no surplus left the exchange is optimal, and the prices prove it.
The same step repairs an optimum after somebody was taken out of the market.

A search never looks at people: of all who could go from one list to another only the one who loses least matters, and
who that is does not depend on prices. These steps are kept for each list until somebody enters or leaves it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastlege.matching.compiled import compiled
from fastlege.matching.exchange.auction import Trade
from fastlege.matching.market import NO_LIST, Flags, Ints
from fastlege.matching.queue.heaps import drop_smallest, push

_FAR = 1 << 62
_WIDER = 2


class _Rows(NamedTuple):
    """The people on each list as a linked list: first of a list, next and previous of a person; and their number."""

    head: Ints
    next: Ints
    previous: Ints
    people: Ints


class _Steps(NamedTuple):
    """For each list the cheapest step to each other list: where to, the value lost by it, and whose step it is.

    Those of list l are `first[l]` to `end[l]`, or `first[l]` is -1 when they have to be gathered anew. `filled` is the
    part of the columns in use; `at` finds the step to a list while steps are gathered, and is -1 otherwise.
    """

    first: Ints
    end: Ints
    to: Ints
    loss: Ints
    person: Ints
    filled: Ints
    at: Ints


class _Search(NamedTuple):
    """One search: distance of each list, the person and the list that lead to it, whether it is settled, those seen.

    `found` are the lists with a place left, nearest first. Lists still to be settled wait in a heap (`keys`, `items`)
    or, when they are as near as the one at hand, on the `stack`. `numbers` says how many are seen, found, in the heap
    and on the stack, and how far the search looks.
    """

    distance: Ints
    through: Ints
    before: Ints
    settled: Flags
    seen: Ints
    found: Ints
    keys: Ints
    items: Ints
    stack: Ints
    numbers: Ints


_SEEN, _FOUND, _HEAP, _STACK, _REACH = 0, 1, 2, 3, 4


@compiled
def _enter(rows: _Rows, steps: _Steps, person: int, place: int) -> None:
    steps.first[place] = -1
    head = rows.head[place]
    rows.previous[person], rows.next[person] = -1, head
    if head >= 0:
        rows.previous[head] = person
    rows.head[place] = person
    rows.people[place] += 1


@compiled
def _leave(rows: _Rows, steps: _Steps, person: int, place: int) -> None:
    steps.first[place] = -1
    before, after = rows.previous[person], rows.next[person]
    if before >= 0:
        rows.next[before] = after
    else:
        rows.head[place] = after
    if after >= 0:
        rows.previous[after] = before
    rows.people[place] -= 1


@compiled
def _gather(place: int, trade: Trade, rows: _Rows, steps: _Steps) -> None:
    """Find the cheapest step from a list to each other one: who of its people loses least by going there.

    A step is to one of a person's options, or back to their own list, which is worth nothing.
    """
    if steps.filled[0] + len(steps.first) > len(steps.to):
        steps.first[:] = -1
        steps.filled[0] = 0
    first, options, value = trade.first, trade.to, trade.value
    at, to, loss, who = steps.at, steps.to, steps.loss, steps.person
    start = end = steps.filled[0]
    person = rows.head[place]
    while person >= 0:
        own, held = trade.own[person], 0
        for option in range(first[person], first[person + 1]):
            if options[option] == place:
                held = value[option]
        # The place before the first option stands for their own list.
        for option in range(first[person] - 1, first[person + 1]):
            goal, worth_there = (own, 0) if option < first[person] else (options[option], value[option])
            step = at[goal]
            if goal != place and (step < 0 or held - worth_there < loss[step]):
                if step < 0:
                    step = at[goal] = end
                    end += 1
                to[step], loss[step], who[step] = goal, held - worth_there, person
        person = rows.next[person]
    for step in range(start, end):
        at[to[step]] = -1
    steps.first[place], steps.end[place], steps.filled[0] = start, end, end


@compiled
def _expand(place: int, price: Ints, steps: _Steps, search: _Search) -> None:
    """Where the people on a list could go instead, and what it would cost."""
    to, loss, person = steps.to, steps.loss, steps.person
    distance, through, before, numbers = search.distance, search.through, search.before, search.numbers
    here, reach = distance[place], numbers[_REACH]
    heap, above = numbers[_HEAP], here - price[place]
    for step in range(steps.first[place], steps.end[place]):
        goal = to[step]
        there = above + loss[step] + price[goal]
        if there <= reach and there < distance[goal]:
            if distance[goal] == _FAR:
                search.seen[numbers[_SEEN]] = goal
                numbers[_SEEN] += 1
            distance[goal], through[goal], before[goal] = there, person[step], place
            if there == here:
                search.stack[numbers[_STACK]] = goal
                numbers[_STACK] += 1
            else:
                heap = push(search.keys, search.items, heap, there, goal)
    numbers[_HEAP] = heap


@compiled
def _start(places: Ints, rows: _Rows, search: _Search) -> None:
    """Begin a search at all lists with a surplus."""
    surplus = np.flatnonzero(rows.people > places)
    search.distance[surplus] = 0
    search.through[surplus] = NO_LIST
    search.seen[: len(surplus)] = surplus
    search.stack[: len(surplus)] = surplus
    search.numbers[_SEEN] = search.numbers[_STACK] = len(surplus)


@compiled
def _find_places(trade: Trade, rows: _Rows, steps: _Steps, search: _Search, enough: int) -> None:
    """Search from all lists with a surplus until enough lists with a place left are found."""
    places, price, people = trade.places, trade.price, rows.people
    settled, numbers = search.settled, search.numbers
    _start(places, rows, search)
    while numbers[_STACK] + numbers[_HEAP] > 0 and numbers[_FOUND] < enough:
        if numbers[_STACK] > 0:
            numbers[_STACK] -= 1
            place = search.stack[numbers[_STACK]]
        else:
            place = search.items[0]
            numbers[_HEAP] = drop_smallest(search.keys, search.items, numbers[_HEAP])
        if settled[place]:
            continue
        settled[place] = True
        if people[place] < places[place]:
            search.found[numbers[_FOUND]] = place
            numbers[_FOUND] += 1
        if steps.first[place] < 0:
            _gather(place, trade, rows, steps)
        _expand(place, price, steps, search)


@compiled
def _raise_prices(trade: Trade, search: _Search) -> int:
    """Raise prices behind a search, so that its paths cost nothing; gives the distance of the last list found."""
    reached = search.distance[search.found[search.numbers[_FOUND] - 1]]
    for i in range(search.numbers[_SEEN]):
        place = search.seen[i]
        if search.settled[place]:
            trade.price[place] += max(0, reached - search.distance[place])
    return int(reached)


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
def _shift(target: int, trade: Trade, rows: _Rows, steps: _Steps, search: _Search) -> None:
    """Move one person along each step of the path to a list."""
    place = target
    while search.through[place] >= 0:
        person, before = search.through[place], search.before[place]
        _leave(rows, steps, person, before)
        _enter(rows, steps, person, place)
        trade.at[person] = place
        place = before


@compiled
def _forget(search: _Search) -> None:
    for i in range(search.numbers[_SEEN]):
        place = search.seen[i]
        search.distance[place], search.settled[place] = _FAR, False
    search.numbers[:_REACH] = 0


@compiled
def _level(trade: Trade, rows: _Rows, steps: _Steps, search: _Search) -> bool:
    numbers = search.numbers
    while True:
        lacking = int(np.count_nonzero(rows.people < trade.places))
        if lacking == 0:
            return True
        # The last places are the farthest; half at a time keeps the searches short.
        enough = (lacking + 1) // 2
        _find_places(trade, rows, steps, search, enough)
        found = numbers[_FOUND]
        if found > 0:
            reached = _raise_prices(trade, search)
            for i in range(found):
                if _is_open_path(search.found[i], trade, rows, search):
                    _shift(search.found[i], trade, rows, steps, search)
            numbers[_REACH] = _WIDER * (reached if found >= enough else numbers[_REACH]) + 1
        elif numbers[_REACH] >= _FAR // _WIDER:
            return False
        else:
            numbers[_REACH] = _WIDER * numbers[_REACH] + 1
        _forget(search)


@compiled
def _fill(trade: Trade, rows: _Rows, steps: _Steps) -> None:
    for person in range(len(trade.own) - 1, -1, -1):
        if trade.at[person] >= 0:
            _enter(rows, steps, person, trade.at[person])


@compiled
def _remove(out: Ints, trade: Trade, rows: _Rows, steps: _Steps) -> None:
    for person in out:
        _leave(rows, steps, person, trade.at[person])
        trade.places[trade.own[person]] -= 1
        trade.at[person] = NO_LIST


class Balance:
    """An exchange kept optimal. Everybody with a list has the one worth most to them before and after each step."""

    def __init__(self, trade: Trade) -> None:
        lists, people = len(trade.places), len(trade.own)
        most = len(trade.to) + people + lists
        nowhere, empty = np.full(lists, NO_LIST), np.empty(most, np.int64)
        self._trade = trade
        self._rows = _Rows(nowhere.copy(), np.full(people, -1), np.full(people, -1), np.zeros(lists, np.int64))
        self._steps = _Steps(
            first=nowhere.copy(),
            end=nowhere.copy(),
            to=empty.copy(),
            loss=empty.copy(),
            person=empty.copy(),
            filled=np.zeros(1, np.int64),
            at=nowhere.copy(),
        )
        self._search = _Search(
            distance=np.full(lists, _FAR),
            through=nowhere.copy(),
            before=nowhere.copy(),
            settled=np.zeros(lists, np.bool_),
            seen=np.empty(lists, np.int64),
            found=np.empty(lists, np.int64),
            keys=empty.copy(),
            items=empty.copy(),
            stack=np.empty(lists + most, np.int64),
            numbers=np.array([0, 0, 0, 0, 1 << 20], np.int64),
        )
        _fill(trade, self._rows, self._steps)

    def level(self) -> None:
        """Make the exchange optimal."""
        if not _level(self._trade, self._rows, self._steps, self._search):
            raise RuntimeError("a list has more people than places, and no path leads to a place left")

    def take_out(self, out: Ints) -> None:
        """Take people out of the market, each with the place they hold on their own list."""
        _remove(out, self._trade, self._rows, self._steps)

"""From raw rows to the people a round may move; input that breaks a rule is refused with its file, row and rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from fastlege.kernel.errors import DataError
from fastlege.matching.compiled import compiled
from fastlege.matching.market import NO_LIST, Flags, Ints, Lists, Market, Members, Requests

BEST_RANK, WORST_RANK = 1, 5
# Below this many times more ids than rows a table by id is smaller and quicker than sorting.
_SPARSE = 8
_MANY_ROWS = 16


@dataclass(frozen=True)
class ListTable:
    """The lists by increasing id; everything else names a list by its position here.

    `length` is the number of members at the start, n(l); `limit` the length up to which the queue may fill it.
    """

    list_id: Ints
    municipality: Ints
    cap: Ints
    has_gp: Flags
    is_open: Flags
    length: Ints
    limit: Ints


@dataclass(frozen=True)
class People:
    """Everybody the round may move, by increasing id: those with a request row and those without a list.

    `on` is a list position or `NO_LIST`; `family` 0 for one who moves alone.
    """

    person_id: Ints
    on: Ints
    municipality: Ints
    since: Ints
    family: Ints


@dataclass(frozen=True)
class Wishes:
    """The valid request rows: position in `People`, list position, rank and time; in no particular order."""

    person: Ints
    to: Ints
    rank: Ints
    at: Ints


@dataclass(frozen=True)
class Intake:
    """The checked input of a round."""

    lists: ListTable
    people: People
    wishes: Wishes


def take_in(market: Market) -> Intake:
    """Check the input and drop the rows that a round ignores."""
    order = _checked_lists(market.lists)
    members = market.members
    on = _positions(members.list_id, market.lists.list_id[order], none=0)
    _check_members(members, on)
    lists = _list_table(market, order, on)
    row_of = _PersonIndex(members.person_id)
    rows = market.requests
    person_row = row_of(rows.person_id)
    _check_requests(rows)
    people, person = _people(members, on, rows, person_row)
    to = _positions(rows.list_id, lists.list_id, none=None)
    keep = (person >= 0) & (to >= 0) & (rows.rank >= BEST_RANK) & (rows.rank <= WORST_RANK)
    keep &= rows.requested_at <= market.terms.cutoff
    keep &= people.on[person] != to if len(people.on) else keep
    kept = np.flatnonzero(keep)
    wishes = Wishes(person[kept], to[kept], rows.rank[kept], rows.requested_at[kept])
    return Intake(lists, people, wishes)


def _refuse(file: str, bad: Flags | Ints, rule: str, remedy: str) -> NoReturn:
    row = int(np.flatnonzero(bad)[0]) if bad.dtype == np.bool_ else int(bad[0])
    # Row 1 is the header.
    raise DataError(rule, where=f"{file}, row {row + 2}", remedy=remedy)


def _checked_lists(lists: Lists) -> Ints:
    """The order of the lists by id, after checking them."""
    if (bad := lists.list_id <= 0).any():
        _refuse("lists.csv", bad, "list_id is not a positive number.", "Number the lists from 1.")
    if (bad := lists.cap < 0).any():
        _refuse("lists.csv", bad, "the cap is below zero.", "A cap is the greatest number of members, 0 or more.")
    order = np.argsort(lists.list_id, kind="stable")
    again = np.flatnonzero(np.diff(lists.list_id[order]) == 0)
    if len(again):
        _refuse("lists.csv", order[again + 1], "the list has a row already.", "Keep one row a list.")
    return order


def _positions(ids: Ints, table: Ints, *, none: int | None) -> Ints:
    """Position of each id in a sorted table; `NO_LIST` for the id `none`, -2 for an id not in the table."""
    if len(ids) == 0 or len(table) == 0:
        found = np.full(len(ids), -2, np.int64)
    elif table[-1] <= _SPARSE * (len(ids) + len(table)):
        known = np.full(int(table[-1]) + 2, -2, np.int64)
        known[table] = np.arange(len(table))
        found = known.take(ids, mode="clip")
    else:
        found = np.minimum(np.searchsorted(table, ids), len(table) - 1)
        found[table[found] != ids] = -2
    if none is not None:
        found[ids == none] = NO_LIST
    return found


class _PersonIndex:
    """Row of each person in the members' file, -1 for somebody unknown. Building it finds people on two lists."""

    def __init__(self, person_id: Ints) -> None:
        if (bad := person_id <= 0).any():
            _refuse("members.csv", bad, "person_id is not a positive number.", "Number the residents from 1.")
        top = int(person_id.max(initial=0))
        self._dense = top <= _SPARSE * len(person_id) + 1000
        if self._dense:
            self._row = np.full(top + 2, -1, np.int32)
            self._row[person_id] = np.arange(len(person_id), dtype=np.int32)
            single = int(np.count_nonzero(self._row >= 0)) == len(person_id)
        else:
            self._order = np.argsort(person_id, kind="stable")
            self._sorted = person_id[self._order]
            single = bool((np.diff(self._sorted) != 0).all())
        if not single:
            order = np.argsort(person_id, kind="stable")
            again = order[1:][np.diff(person_id[order]) == 0]
            rule = "the person has a row already, and a person is on one list at most."
            _refuse("members.csv", again, rule, "Keep one row a resident.")

    def __call__(self, person_id: Ints) -> Ints:
        if self._dense:
            return self._row.take(person_id, mode="clip").astype(np.int64)
        at = np.minimum(np.searchsorted(self._sorted, person_id), max(len(self._sorted) - 1, 0))
        return np.where(self._sorted[at] == person_id, self._order[at], -1)


def _check_members(members: Members, on: Ints) -> None:
    if (bad := on == -2).any():
        _refuse("members.csv", bad, "the list is not in lists.csv.", "Add the list, or leave list_id empty.")


def _list_table(market: Market, order: Ints, on: Ints) -> ListTable:
    lists = market.lists
    length = np.bincount(on + 1, minlength=len(order) + 1)[1:].astype(np.int64)
    cap, is_open = lists.cap[order], lists.is_open[order]
    limit = cap if market.terms.intake_all else np.where(is_open, cap, np.minimum(cap, length))
    return ListTable(lists.list_id[order], lists.municipality[order], cap, lists.has_gp[order], is_open, length, limit)


def _check_requests(rows: Requests) -> None:
    if (bad := (rows.person_id <= 0) | (rows.list_id <= 0) | (rows.family_id < 0)).any():
        _refuse("requests.csv", bad, "an id is not a positive number.", "Ids are whole numbers from 1.")
    order = np.argsort(rows.person_id)
    person, family = rows.person_id[order], rows.family_id[order]
    row, breach = _first_breach(person, rows.rank[order], rows.list_id[order], family)
    if breach == 0:
        return
    rule = {
        1: "the person has another request of the same rank.",
        2: "the person has another request for the same list.",
        3: "the person has requests with different values of family_id.",
    }[breach]
    remedy = "A person has at most one row a list and one a rank, and all of them name the same family or none."
    _refuse("requests.csv", order[row : row + 1], rule, remedy)


@compiled
def _repeated(values: Ints) -> bool:
    if len(values) <= _MANY_ROWS:
        for i in range(len(values)):
            for j in range(i):
                if values[i] == values[j]:
                    return True
        return False
    ordered = np.sort(values)
    return bool(np.any(ordered[1:] == ordered[:-1]))


@compiled
def _first_breach(person: Ints, rank: Ints, to: Ints, family: Ints) -> tuple[int, int]:
    """First row of the first person whose rows break a rule, and which: 1 rank, 2 list, 3 family; (0, 0) if none."""
    start = 0
    while start < len(person):
        end = start + 1
        while end < len(person) and person[end] == person[start]:
            if family[end] != family[start]:
                return end, 3
            end += 1
        if end > start + 1:
            if _repeated(rank[start:end]):
                return start, 1
            if _repeated(to[start:end]):
                return start, 2
        start = end
    return 0, 0


def _people(members: Members, on: Ints, rows: Requests, person_row: Ints) -> tuple[People, Ints]:
    """The people who matter, and for each request row the position of its person there (-1 when unknown)."""
    matters = on == NO_LIST
    known = person_row >= 0
    matters[person_row[known]] = True
    chosen = np.flatnonzero(matters)
    chosen = chosen[np.argsort(members.person_id[chosen])]
    person_id = members.person_id[chosen]
    position = np.empty(len(on) + 1, np.int32)
    position[chosen] = np.arange(len(chosen), dtype=np.int32)
    # Row -1, somebody unknown, is the last place of the table.
    position[-1] = -1
    person = position[person_row].astype(np.int64)
    family = np.zeros(len(chosen), np.int64)
    # Ignored rows count here: a family is not divided because one member's row came too late.
    family[person[known]] = rows.family_id[known]
    people = People(person_id, on[chosen], members.municipality[chosen], members.since[chosen], family)
    return people, person

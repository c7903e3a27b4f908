"""From raw rows to the people a round may move; input that breaks a rule is refused with its file, row and rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.matching.compiled import compiled
from fastlege.matching.market import NO_LIST, Flags, Ints, Lists, Market, Members, Requests

BEST_RANK, WORST_RANK = 1, 5
# Below this many times more ids than rows a table by id is smaller and quicker than sorting.
_SPARSE = 8
_FEW = 1000
_MANY_ROWS = 16
_Bits = NDArray[np.uint8]


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
    list_id = market.lists.list_id[order]
    by_person = np.argsort(market.requests.person_id)
    rows = Requests(*[column[by_person] for column in vars(market.requests).values()])
    asked = rows.person_id[np.flatnonzero(np.diff(rows.person_id, prepend=-1))]
    chosen, on, length = _go_through(market.members, list_id, asked)
    _check_requests(rows, by_person)
    people, person = _people(market.members, chosen, on, rows)
    to = _positions(rows.list_id, list_id)
    keep = (person >= 0) & (to >= 0) & (rows.rank >= BEST_RANK) & (rows.rank <= WORST_RANK)
    keep &= rows.requested_at <= market.terms.cutoff
    keep &= people.on[person] != to if len(people.on) else keep
    wishes = Wishes(person[keep], to[keep], rows.rank[keep], rows.requested_at[keep])
    return Intake(_list_table(market, order, length), people, wishes)


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


def _positions(ids: Ints, table: Ints) -> Ints:
    """Position of each id in a sorted table; -2 for an id not in the table."""
    if len(ids) == 0 or len(table) == 0:
        return np.full(len(ids), -2, np.int64)
    if table[-1] <= _SPARSE * (len(ids) + len(table)):
        known = np.full(int(table[-1]) + 2, -2, np.int64)
        known[table] = np.arange(len(table))
        found: Ints = known.take(ids, mode="clip")
        return found
    found = np.minimum(np.searchsorted(table, ids), len(table) - 1)
    found[table[found] != ids] = -2
    return found


def _go_through(members: Members, list_id: Ints, asked: Ints) -> tuple[Ints, Ints, Ints]:
    """Check all members: the rows of those who asked or have no list, the list of each, and the length of all lists."""
    person, asked = _small_numbers(members.person_id, asked)
    # A list by its position and one, 0 for none; the numbers in the file themselves when they are small.
    on = members.list_id
    place = np.arange(-1, len(list_id))
    if len(list_id) and list_id[-1] <= _SPARSE * len(on) + _FEW:
        place = np.full(int(list_id[-1]) + 1, -2)
        place[0], place[list_id] = NO_LIST, np.arange(len(list_id))
    elif len(list_id):
        on = np.where(on == 0, 0, _positions(on, list_id) + 1)
    rows, at, length = (
        np.empty(len(person), np.int64),
        np.empty(len(person), np.int64),
        np.zeros(len(list_id), np.int64),
    )
    asks = np.zeros(int(max(person.max(initial=0), asked.max(initial=0))) // 8 + 1, np.uint8)
    np.bitwise_or.at(asks, asked >> 3, (1 << (asked & 7)).astype(np.uint8))
    found, bad = _pass_by((person, on), place, asks, (rows, at, length))
    if bad >= 0:
        _refuse_member(members, np.array([bad]), list_id)
    return rows[:found].copy(), at[:found].copy(), length


def _small_numbers(person_id: Ints, asked: Ints) -> tuple[Ints, Ints]:
    """People by small positive numbers: their ids where these are small. Those asked for who are not there drop out."""
    top = int(person_id.max(initial=0))
    if top <= _SPARSE * len(person_id) + _FEW:
        return person_id, asked[(asked > 0) & (asked <= top)]
    ids, number = np.unique(person_id, return_inverse=True)
    at = np.minimum(np.searchsorted(ids, asked), len(ids) - 1)
    # An id below one keeps its sign, to be refused.
    return np.where(person_id > 0, number + 1, person_id), at[ids[at] == asked] + 1


@compiled
def _pass_by(members: tuple[Ints, Ints], place: Ints, asks: _Bits, answer: tuple[Ints, Ints, Ints]) -> tuple[int, int]:
    """Count the members of lists and keep the rows that matter: how many, and the first row with a fault or -1."""
    person, on = members
    rows, at, length = answer
    seen = np.zeros(len(asks), np.uint8)
    found = 0
    for row in range(len(person)):
        who, list_number = person[row], on[row]
        if who <= 0 or list_number < 0 or list_number >= len(place):
            return found, row
        byte, bit, to = who >> 3, np.uint8(1 << (who & 7)), place[list_number]
        if to < NO_LIST or seen[byte] & bit:
            return found, row
        seen[byte] |= bit
        if to >= 0:
            length[to] += 1
        if to < 0 or asks[byte] & bit:
            rows[found], at[found] = row, to
            found += 1
    return found, -1


def _refuse_member(members: Members, row: Ints, list_id: Ints) -> NoReturn:
    if members.person_id[row[0]] <= 0:
        _refuse("members.csv", row, "person_id is not a positive number.", "Number the residents from 1.")
    if members.list_id[row[0]] != 0 and members.list_id[row[0]] not in list_id:
        _refuse("members.csv", row, "the list is not in lists.csv.", "Add the list, or leave list_id empty.")
    rule = "the person has a row already, and a person is on one list at most."
    _refuse("members.csv", row, rule, "Keep one row a resident.")


def _list_table(market: Market, order: Ints, length: Ints) -> ListTable:
    lists = market.lists
    cap, is_open = lists.cap[order], lists.is_open[order]
    limit = cap if market.terms.intake_all else np.where(is_open, cap, np.minimum(cap, length))
    return ListTable(lists.list_id[order], lists.municipality[order], cap, lists.has_gp[order], is_open, length, limit)


def _check_requests(rows: Requests, order: Ints) -> None:
    """Check the requests, sorted by person; `order` are their rows in the file."""
    if (bad := (rows.person_id <= 0) | (rows.list_id <= 0) | (rows.family_id < 0)).any():
        _refuse("requests.csv", np.sort(order[bad]), "an id is not a positive number.", "Ids are whole numbers from 1.")
    row, breach = _first_breach(rows.person_id, rows.rank, rows.list_id, rows.family_id)
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


def _people(members: Members, chosen: Ints, on: Ints, rows: Requests) -> tuple[People, Ints]:
    """The people who matter, and for each request row (sorted by person) the position of its person, -1 if unknown."""
    order = np.argsort(members.person_id[chosen])
    chosen, on = chosen[order], on[order]
    person_id = members.person_id[chosen]
    new = np.diff(rows.person_id, prepend=-1) != 0
    asked = rows.person_id[new]
    position = np.searchsorted(person_id, asked)
    known = np.append(person_id, 0)[position] == asked
    family = np.zeros(len(chosen), np.int64)
    # Ignored rows count here: a family is not divided because one member's row came too late.
    family[position[known]] = rows.family_id[new][known]
    people = People(person_id, on, members.municipality[chosen], members.since[chosen], family)
    return people, np.where(known, position, -1)[np.cumsum(new) - 1]

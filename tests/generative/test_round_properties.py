"""What every round promises, on markets of all shapes, and the same result as a slow one that is plain to see."""

from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from literal_round import LiteralRound

from fastlege.planning.market.arrays import NO_RANK, NOWHERE, Grants, Lists, Market, Persons, Requests, Units
from fastlege.planning.places.giving import give_out
from fastlege.planning.places.ledger import How
from fastlege.rules.parameters import load_rulebook

ON = date(2026, 9, 1)
# Two free places open a closed list here, not ten, so that small markets show what large ones do.
REOPENS_AT = 2
_RULES = load_rulebook()
_TEN = _RULES.row("list.reopen_free_places", on=ON)
BOOK = _RULES.with_rows([replace(_TEN, value=REOPENS_AT, valid_from=date(2026, 1, 1))])
TOWNS = ("0301", "4601")
BY_RIGHT = {How.CHILD, How.RETURNER, How.WITH_PARENT}


def integers(values):
    return np.array(values, dtype=np.int64)


@st.composite
def markets(draw, *, rights=True):
    """A few lists with people on them, some without, who ask for some of them alone or as families."""
    lists = draw(st.integers(1, 5))
    cap = [draw(st.integers(0, 6)) for _ in range(lists)]
    status = [draw(st.sampled_from(["open", "open", "closed", "closed", "locked"])) for _ in range(lists)]
    sizes = draw(st.lists(st.sampled_from([1, 1, 1, 2, 3]), max_size=12))
    stands_on, unit_of, since, rows = [], [], [], []
    for unit, size in enumerate(sizes):
        without = draw(st.booleans()) and draw(st.booleans())
        for _ in range(size):
            stands_on.append(NOWHERE if without else draw(st.integers(0, lists - 1)))
            unit_of.append(unit)
        since.append(draw(st.integers(20000, 20003)) if without else NOWHERE)
        own = {} if without else set(stands_on[-size:])
        wanted = [place for place in draw(st.permutations(range(lists))) if place not in own]
        for rank, place in enumerate(wanted[: draw(st.integers(0, 3))], start=1):
            right = draw(st.sampled_from([0, 0, 0, 1, 2])) if rights else 0
            rows.append((unit, place, rank, draw(st.integers(0, 3)), right))
    length = [draw(st.integers(0, 4)) + stands_on.count(place) for place in range(lists)]
    first = np.cumsum([0, *sizes])[: len(sizes)]
    columns = [integers([row[column] for row in rows]) for column in range(5)]
    return Market(
        on=ON,
        lists=Lists(
            list_id=np.arange(1, lists + 1),
            municipality=tuple(draw(st.sampled_from(TOWNS)) for _ in range(lists)),
            cap=integers(cap),
            length=integers(length),
            status=tuple(status),
            in_force=np.array([draw(st.integers(0, 9)) > 0 for _ in range(lists)]),
            latitude=np.linspace(60, 61, lists),
            longitude=np.full(lists, 10.0),
        ),
        persons=Persons(
            person_id=np.arange(1, len(unit_of) + 1), unit=integers(unit_of), stands_on=integers(stands_on)
        ),
        units=Units(
            unit_id=integers(first + 1),
            size=integers(sizes),
            municipality=tuple(draw(st.sampled_from(TOWNS)) for _ in sizes),
            latitude=np.full(len(sizes), 60.4),
            longitude=np.full(len(sizes), 10.0),
            since=integers(since),
            may_move=np.array([draw(st.integers(0, 9)) > 0 or day != NOWHERE for day in since], dtype=bool),
            parents_list=np.full(len(sizes), NOWHERE),
        ),
        requests=Requests(*columns),
        grants=Grants(person=integers([]), to_list=integers([])),
        ignored={},
    )


def moved(market, outcome):
    return np.flatnonzero(outcome.stands_on != market.persons.stands_on).tolist()


def asked_for(market, unit):
    requests = market.requests
    rows = np.flatnonzero(requests.unit == unit)
    return {int(requests.list[row]): int(requests.rank[row]) for row in rows}


@given(markets(), st.integers(0, 3))
def test_nobody_goes_to_a_list_they_did_not_ask_for_unless_they_have_none(market, seed):
    outcome = give_out(market, seed=seed, book=BOOK)
    for person in moved(market, outcome):
        if market.persons.stands_on[person] != NOWHERE:
            assert int(outcome.stands_on[person]) in asked_for(market, int(market.persons.unit[person]))


@given(markets(), st.integers(0, 3))
def test_no_list_grows_above_its_cap_but_by_those_with_a_right_to_enter(market, seed):
    outcome, lists = give_out(market, seed=seed, book=BOOK), market.lists
    by_right = np.zeros(len(lists), dtype=np.int64)
    for person in moved(market, outcome):
        if outcome.how[person] in BY_RIGHT:
            by_right[outcome.stands_on[person]] += 1
    assert (outcome.length <= np.maximum(lists.cap, lists.length) + by_right).all()


@given(markets(rights=False), st.integers(0, 3))
def test_no_list_grows_above_its_cap_or_what_it_was(market, seed):
    outcome = give_out(market, seed=seed, book=BOOK)
    assert (outcome.length <= np.maximum(market.lists.cap, market.lists.length)).all()


@given(markets(), st.integers(0, 3))
def test_lengths_are_those_before_with_the_moves_added(market, seed):
    outcome = give_out(market, seed=seed, book=BOOK)
    count = len(market.lists)
    before = np.bincount(market.persons.stands_on + 1, minlength=count + 1)[1:]
    after = np.bincount(outcome.stands_on + 1, minlength=count + 1)[1:]
    assert (outcome.length == market.lists.length + after - before).all()


@given(markets(), st.integers(0, 3))
def test_a_family_moves_to_one_list_or_not_at_all(market, seed):
    outcome = give_out(market, seed=seed, book=BOOK)
    for unit in range(len(market.units)):
        people = np.flatnonzero(market.persons.unit == unit)
        went = {int(outcome.stands_on[person]) for person in people if outcome.how[person] is not None}
        how = {outcome.how[person] is not None for person in people}
        assert len(went) <= 1
        assert len(how) == 1


@given(markets(rights=False), st.integers(0, 3))
def test_nobody_is_passed_in_a_queue_by_one_who_asked_later(market, seed):
    """Unless with a family that does not fit, or a change already decided, or without a list."""
    outcome, requests, units = give_out(market, seed=seed, book=BOOK), market.requests, market.units
    rank_got = {}
    for person in moved(market, outcome):
        unit = int(market.persons.unit[person])
        rank_got[unit] = asked_for(market, unit).get(int(outcome.stands_on[person]), NO_RANK)
    served = [row for row in range(len(requests)) if rank_got.get(int(requests.unit[row])) == requests.rank[row]]
    queued = [row for row in served if outcome.how[first_member(market, requests.unit[row])] == How.QUEUE]
    for row in range(len(requests)):
        unit = int(requests.unit[row])
        waits = rank_got.get(unit, NO_RANK) > requests.rank[row]
        if waits and units.size[unit] == 1 and units.may_move[unit]:
            later = [
                s
                for s in queued
                if requests.list[s] == requests.list[row] and requests.moment[s] > requests.moment[row]
            ]
            assert later == []


def first_member(market, unit):
    return int(np.flatnonzero(market.persons.unit == unit)[0])


@given(markets(), st.integers(0, 3))
def test_lists_are_open_at_the_end_only_with_room_and_never_closed_with_enough_free(market, seed):
    outcome, lists = give_out(market, seed=seed, book=BOOK), market.lists
    free = lists.cap - outcome.length
    assert not (outcome.is_open & (free <= 0)).any()
    assert not (~outcome.is_open & lists.takes_part & (free >= REOPENS_AT)).any()
    assert not (outcome.is_open & ~lists.takes_part).any()


@settings(max_examples=300)
@given(markets(rights=False), st.integers(0, 3))
def test_the_result_is_that_of_the_rule_carried_out_literally(market, seed):
    assert give_out(market, seed=seed, book=BOOK).stands_on.tolist() == LiteralRound(market, seed, REOPENS_AT).result()

"""The rules our round is measured against are what they say, and nobody is worse off in ours than by queue alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_markets import CUTOFF, DAY, EXAMPLE, columns, markets, rows

from benchmarks.plain_match import PlainMarket
from fastlege.matching.exchange.options import Traders
from fastlege.matching.market import How, RoundResult
from fastlege.matching.round import run_round
from fastlege.matching.variants.choice import Variant, run_variant
from fastlege.matching.variants.cycles import trading_cycles
from fastlege.matching.variants.swaps import pairwise_swaps

many = settings(max_examples=120, deadline=None)


def _moves(plain, variant):
    return rows(RoundResult(run_variant(columns(plain), variant), None))


def test_on_the_example_only_a_ring_of_three_serves_those_left():
    by_queue = [(12, 1, 3, "queue", 0), (22, 2, 1, "queue", 0), (51, 0, 3, "assigned", 0)]
    assert _moves(EXAMPLE, Variant.QUEUE) == by_queue
    assert _moves(EXAMPLE, Variant.SWAPS) == by_queue
    assert _moves(EXAMPLE, Variant.CYCLES) == _moves(EXAMPLE, Variant.ROUND) == rows(run_round(columns(EXAMPLE)))


@st.composite
def trades(draw):
    """People on full lists with ranked wishes, and an order of all wishes: list of today, wishes, turn of each."""
    lists = draw(st.integers(2, 5))
    own = sorted(draw(st.lists(st.integers(0, lists - 1), min_size=1, max_size=14)))
    wishes = [
        draw(st.lists(st.sampled_from([to for to in range(lists) if to != place]), min_size=1, unique=True))
        for place in own
    ]
    turn = draw(st.permutations(range(sum(map(len, wishes)))))
    return lists, own, wishes, turn


def _traders(own, wishes):
    ids = np.arange(len(own))
    to = np.array([to for wish in wishes for to in wish], np.int64)
    first = np.concatenate([[0], np.cumsum([len(wish) for wish in wishes])])
    return Traders(ids, ids, np.array(own, np.int64), first, to, np.ones(len(to), np.int64), np.ones(len(to), np.bool_))


def _plain_swaps(own, wishes, turn):
    """Pass after pass through all wishes in their order; the partner is the first who wants to come the other way."""
    entries = [(person, to) for person, wish in enumerate(wishes) for to in wish]
    order = sorted(range(len(entries)), key=lambda entry: turn[entry])
    at, again = list(own), True
    while again:
        again, swapped = False, set()
        start = list(at)
        wanted = [
            (person, to)
            for person, to in (entries[entry] for entry in order)
            if start[person] not in wishes[person]
            or wishes[person].index(to) < wishes[person].index(start[person])
        ]  # fmt: skip
        for person, to in wanted:
            partner = next(
                (
                    other
                    for other, goal in wanted
                    if start[other] == to and goal == start[person] and not {other, person} & swapped
                ),
                None,
            )
            if partner is not None:
                at[person], at[partner] = to, start[person]
                swapped |= {person, partner}
                again = True
    return at


@many
@given(trades())
def test_swaps_are_those_of_a_plain_program(case):
    lists, own, wishes, turn = case
    assert pairwise_swaps(_traders(own, wishes), np.array(turn), lists).tolist() == _plain_swaps(own, wishes, turn)


def _plain_cycles(own, wishes, turn):
    """Top trading cycles as in the textbooks: all point, one circle is carried out, and again."""
    number = iter(turn)
    longest = {person: min(next(number) for _ in wish) for person, wish in enumerate(wishes)}
    at, left = list(own), set(longest)
    while left:
        held = {own[person] for person in left}
        points = {
            person: next((to for to in [*wishes[person], own[person]] if to in held), own[person]) for person in left
        }
        head = {place: min((p for p in left if own[p] == place), key=lambda p: (longest[p], p)) for place in held}
        person, seen = min(left), []
        while person not in seen:
            seen.append(person)
            person = head[points[person]]
        for member in seen[seen.index(person) :]:
            at[member] = points[member]
            left.discard(member)
    return at


@many
@given(trades())
def test_trading_cycles_are_those_of_the_textbook(case):
    lists, own, wishes, turn = case
    assert trading_cycles(_traders(own, wishes), np.array(turn), lists).tolist() == _plain_cycles(own, wishes, turn)


def _rank_held(plain, moves):
    """For each person the rank of the list obtained; 99 for none."""
    got = {row[0]: row[2] for row in moves}
    # A request that came too late does not count, though its list may be assigned.
    counts = [row for row in plain.requests if 1 <= row[2] <= 5 and row[3] <= plain.cutoff]
    ranks = {(person, to): rank for person, to, rank, _, _ in counts}
    return {row[0]: ranks.get((row[0], got.get(row[0])), 99) for row in plain.members}


@many
@given(markets())
def test_nobody_is_worse_off_in_our_round_than_by_queue_alone(plain):
    ours, queue = (_rank_held(plain, _moves(plain, variant)) for variant in (Variant.ROUND, Variant.QUEUE))
    assert all(ours[person] <= queue[person] for person in ours)


@pytest.mark.parametrize("variant", Variant)
@settings(max_examples=60, deadline=None)
@given(plain=markets())
def test_no_rule_fills_a_list_beyond_its_limit_or_moves_anybody_unasked(variant, plain):
    market = columns(plain)
    moves = run_variant(market, variant)
    length = {place: 0 for place, *_ in plain.lists}
    for _, place, *_ in plain.members:
        length[place] = length.get(place, 0) + 1
    before = dict(length)
    wanted = {(person, to) for person, to, *_ in plain.requests}
    for person, start, to, reason, _ in rows(RoundResult(moves, None)):
        length[start] = length.get(start, 0) - 1
        length[to] += 1
        assert (person, to) in wanted or reason == "assigned"
    for place, _, cap, _, is_open in plain.lists:
        limit = cap if is_open or plain.intake_all else min(cap, before[place])
        assert length[place] <= max(limit, before[place])


def test_without_the_guard_somebody_ahead_is_worse_off_than_by_queue_alone():
    plain = PlainMarket(
        lists=((1, 301, 1, 1, 0), (2, 301, 1, 1, 0), (3, 301, 2, 1, 1)),
        members=((1, 1, 301, 0), (2, 2, 301, 0), (3, 3, 301, 0)),
        requests=(
            # By queue 2 goes to the free place on list 3, and 1, who has waited longest, to the place 2 leaves.
            (1, 2, 1, CUTOFF - 900 * DAY, 0),
            (2, 3, 1, CUTOFF - 10 * DAY, 0),
            (3, 2, 1, CUTOFF - 5 * DAY, 0),
        ),
        cutoff=CUTOFF,
        seed="s",
    )
    by_queue = {row[0]: row[2] for row in _moves(plain, Variant.QUEUE)}
    assert by_queue == {1: 2, 2: 3}
    assert {row[0]: row[2] for row in _moves(plain, Variant.ROUND)} == by_queue
    # When everybody trades first, 2 and 3 change places: 3, who came last, passes 1 on list 2.
    unguarded = {row[0]: row[2] for row in _moves(plain, Variant.UNGUARDED)}
    assert unguarded == {2: 3, 3: 2}


def test_those_who_trade_first_can_still_be_served_by_the_queue():
    # 1 and 2 trade their second wishes; afterwards the queue gives 1 the free place of the first wish.
    plain = PlainMarket(
        lists=((1, 301, 1, 1, 0), (2, 301, 1, 1, 0), (3, 301, 1, 1, 1)),
        members=((1, 1, 301, 0), (2, 2, 301, 0)),
        requests=((1, 3, 1, CUTOFF - DAY, 0), (1, 2, 2, CUTOFF - DAY, 0), (2, 1, 1, CUTOFF - DAY, 0)),
        cutoff=CUTOFF,
        seed="s",
    )
    moves = run_variant(columns(plain), Variant.UNGUARDED)
    assert rows(RoundResult(moves, None)) == [(1, 1, 3, "queue", 0), (2, 2, 1, "exchange", 1)]
    assert (moves.how == How.EXCHANGE).sum() == 1


def test_a_market_without_anybody_moves_nobody_by_any_rule():
    nobody = replace(EXAMPLE, members=(), requests=())
    assert [_moves(nobody, variant) for variant in Variant] == [[]] * len(Variant)

"""Markets of all shapes: the engine gives what the plain round gives, in any row order, and keeps its promises."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matching_markets import columns, markets, rows
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from benchmarks.plain_match import PlainMarket, best_exchange, plain_round
from fastlege.matching.exchange.options import Traders
from fastlege.matching.exchange.step import exchange
from fastlege.matching.round import result_of, run_round, run_stages
from fastlege.matching.variants.bound import bound
from fastlege.matching.verify import verify

many = settings(max_examples=250, deadline=None)
some = settings(max_examples=100, deadline=None)


@many
@given(markets())
def test_the_round_is_the_plain_round(plain):
    assert rows(run_round(columns(plain))) == plain_round(plain)[0]


@some
@given(markets(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(plain, random):
    shuffled = replace(
        plain, **{name: tuple(random.sample(getattr(plain, name), len(getattr(plain, name)))) for name in _ROWS}
    )
    first, second = run_round(columns(plain)), run_round(columns(shuffled))
    assert rows(first) == rows(second)
    assert first.prices.list_id.tolist() == second.prices.list_id.tolist()
    assert first.prices.price.tolist() == second.prices.price.tolist()


_ROWS = ("lists", "members", "requests")


@some
@given(markets())
def test_every_promise_holds(plain):
    market = columns(plain)
    assert [verdict.promise for verdict in verify(market, run_round(market)) if not verdict.holds] == []


@some
@given(markets())
def test_nobody_serves_more_than_the_bound(plain):
    stages = run_stages(columns(plain))
    found = bound(stages, result_of(stages))
    assert found.served <= found.at_most <= found.waiting


@some
@given(markets(families=False), st.integers(0, 25))
def test_a_person_without_wishes_changes_nothing_but_the_length_of_a_list(plain, which):
    assume(plain.members)
    list_id = plain.members[which % len(plain.members)][1]
    assume(list_id)
    bystander = (5000, list_id, 1, 0)
    caps = tuple((row[0], row[1], row[2] + (row[0] == list_id), *row[3:]) for row in plain.lists)
    wider = replace(plain, lists=caps, members=(*plain.members, bystander))
    assert rows(run_round(columns(wider))) == rows(run_round(columns(plain)))


@st.composite
def small_exchanges(draw):
    """At most six people on four lists: few enough to try every way of moving them."""
    at = {person: draw(st.integers(0, 3)) for person in range(draw(st.integers(1, 6)))}
    values = {
        person: {place: draw(st.integers(1, 50)) for place in draw(st.sets(st.integers(0, 3))) if place != at[person]}
        for person in at
    }
    return at, values


def _best_of_all(at, values):
    best = 0
    for goals in product(*[[at[person], *values[person]] for person in at]):
        if sorted(goals) == sorted(at.values()):
            best = max(best, sum(values[person].get(goal, 0) for person, goal in zip(at, goals, strict=True)))
    return best


@some
@given(small_exchanges())
def test_the_plain_exchange_is_the_best_of_all_ways_to_move(case):
    at, values = case
    to = best_exchange(at, values)
    assert sorted(to.values()) == sorted(at.values())
    assert sum(values[person].get(place, 0) for person, place in to.items()) == _best_of_all(at, values)


def _random_traders(people, lists, options, seed):
    """A market large enough for the auction to need several rounds."""
    random = np.random.default_rng(seed)
    own = np.sort(random.integers(0, lists, people))
    wishes = [random.choice(lists, random.integers(1, options + 1), replace=False) for _ in range(people)]
    wishes = [wish[wish != place] for wish, place in zip(wishes, own, strict=True)]
    count = np.array([len(wish) for wish in wishes])
    to = np.concatenate(wishes)
    value = random.integers(365 << 20, 7000 << 20, len(to))
    first = np.concatenate([[0], np.cumsum(count)])
    ids = np.arange(people)
    return Traders(ids, ids, own, first, to, value, np.ones(len(to), np.bool_))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60), st.sampled_from([1, 1 << 20]))
def test_the_exchange_is_worth_as_much_as_the_librarys_best(seed, lists, coarse):
    traders = _random_traders(1500, lists, min(5, lists), seed)
    # Coarse values leave many exchanges of equal worth, the hard case for an auction.
    traders = replace(traders, value=traders.value // coarse // (300 if coarse > 1 else 1) + 1)
    found = exchange(traders, np.ones(1500, np.int64), lists)
    row = traders.trader_of_option
    ours = int(traders.value[traders.to == found.at[row]].sum())
    flow = SimpleMinCostFlow()
    people = lists + np.arange(1500)
    flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([traders.own, people[row]]),
        np.concatenate([people, traders.to]),
        np.ones(1500 + len(row), np.int64),
        np.concatenate([np.zeros(1500, np.int64), -traders.value]),
    )
    assert flow.solve() == flow.OPTIMAL
    assert ours == -flow.optimal_cost()
    assert np.array_equal(np.bincount(found.at, minlength=lists), np.bincount(traders.own, minlength=lists))


def test_a_market_without_anybody_has_an_empty_result():
    nobody = PlainMarket(lists=((1, 301, 5, 1, 1),), members=(), requests=(), cutoff=0, seed="s")
    result = run_round(columns(nobody))
    assert rows(result) == []
    assert result.prices.price.tolist() == [0]
    assert rows(run_round(columns(replace(nobody, lists=())))) == []

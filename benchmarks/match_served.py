"""People served on a national market by each rule, the most that any rule could serve, and the time each takes."""

from __future__ import annotations

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from benchmarks.harness import Contender, Workload
from benchmarks.match_market import COUNTY, NATION, market_files
from fastlege.matching.exchange.options import Traders
from fastlege.matching.exchange.step import exchange
from fastlege.matching.files import read_market
from fastlege.matching.intake import take_in
from fastlege.matching.market import Market
from fastlege.matching.round import moves_of, traders_of
from fastlege.matching.units import form_units
from fastlege.matching.variants.bound import most_served
from fastlege.matching.variants.choice import Variant, run_variant


def _market() -> Market:
    for variant in Variant:
        run_variant(read_market(market_files("county", COUNTY)), variant)
    return read_market(market_files("nation", NATION))


def _by(variant: Variant):
    def served(market: Market) -> int:
        return len(run_variant(market, variant).person_id)

    return served


def _heads(market: Market) -> int:
    """The queue, then as many people as possible, by a library: nobody asks how long they have waited."""
    intake, units, _, part = traders_of(market)
    by_queue = run_variant(market, Variant.QUEUE)
    alone = part.only(units.size[part.unit] == 1)
    moved = np.flatnonzero(most_heads(alone, len(intake.lists.list_id)) != alone.own)
    people = intake.people.person_id[alone.person[moved]]
    return len(np.union1d(by_queue.person_id, people))


def _alone(market: Market) -> int:
    """Ours with the families left out of the exchange, as in the other rules."""
    intake, units, queued, part = traders_of(market)
    alone = part.only(units.size[part.unit] == 1)
    solved = exchange(alone, units.size, len(intake.lists.list_id))
    return len(moves_of(intake, units, queued, solved.traders, solved.at).person_id)


def most_heads(part: Traders, lists: int) -> np.ndarray:
    """The list each trader ends on when an exchange by the library moves as many of them as possible."""
    row = part.trader_of_option
    people = lists + np.arange(len(part.person))
    flow = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([part.own, people[row]]),
        np.concatenate([people, part.to]),
        np.ones(len(people) + len(row), np.int64),
        np.concatenate([np.full(len(people), -1), np.zeros(len(row), np.int64)]),
    )
    if flow.solve() != flow.OPTIMAL:
        raise SystemExit("the library found no optimum")
    used = np.flatnonzero(flow.flows(arcs[len(people) :]))
    at = part.own.copy()
    at[row[used]] = part.to[used]
    return at


def _bound(market: Market) -> int:
    intake = take_in(market)
    return most_served(intake, form_units(intake, market.terms.seed))


WORKLOAD = Workload(
    name="match_served",
    title="People served on a national market, rule by rule (310 000 waiting)",
    goal="more people than by the queue and pairwise swaps or by trading cycles, in less time than the library's bound",
    contenders=(
        Contender("upper bound for any rule, by ortools", "limit", _bound, _market, same_result=False),
        Contender("ours: queue, then most waiting settled", "ours", _by(Variant.ROUND), _market, same_result=False),
        Contender("ours, without families in the exchange", "rival", _alone, _market, same_result=False),
        Contender("queue alone", "rival", _by(Variant.QUEUE), _market, same_result=False),
        Contender("queue, then pairwise swaps (today)", "rival", _by(Variant.SWAPS), _market, same_result=False),
        Contender("queue, then top trading cycles", "rival", _by(Variant.CYCLES), _market, same_result=False),
        Contender("queue, then most heads, by ortools", "rival", _heads, _market, same_result=False),
        Contender("ours without the guard", "rival", _by(Variant.UNGUARDED), _market, same_result=False),
    ),
    rounds=3,
    at_most=1.0,
    answer="people served",
)

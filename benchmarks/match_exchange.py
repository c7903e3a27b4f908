"""The exchange step of a national round, beside one min-cost-flow solve of the same network by a library."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from benchmarks.harness import Contender, Workload
from benchmarks.match_market import COUNTY, NATION, market_files
from fastlege.matching.exchange.auction import hold_auction
from fastlege.matching.exchange.balance import Balance
from fastlege.matching.exchange.options import Traders
from fastlege.matching.exchange.step import exchange, linked_trade
from fastlege.matching.files import read_market
from fastlege.matching.round import run_stages, traders_of


@dataclass(frozen=True)
class _Network:
    traders: Traders
    size: np.ndarray
    lists: int


def _network() -> _Network:
    run_stages(read_market(market_files("county", COUNTY)))
    market = read_market(market_files("nation", NATION))
    intake, units, _, traders = traders_of(market)
    return _Network(traders, units.size, len(intake.lists.list_id))


def _library(network: _Network) -> int:
    traders = network.traders
    row = traders.trader_of_option[traders.linked]
    people = np.unique(row)
    node = network.lists + np.searchsorted(people, row)
    flow = SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([traders.own[people], node]),
        np.concatenate([network.lists + np.arange(len(people)), traders.to[traders.linked]]),
        np.ones(len(people) + len(row), np.int64),
        np.concatenate([np.zeros(len(people), np.int64), -traders.value[traders.linked]]),
    )
    if flow.solve() != flow.OPTIMAL:
        raise SystemExit("the library found no optimum")
    return -flow.optimal_cost()


def _one_solve(network: _Network) -> int:
    _, trade = linked_trade(network.traders, network.lists)
    hold_auction(trade)
    Balance(trade).level()
    chosen = trade.to == np.repeat(trade.at, np.diff(trade.first))
    return int(trade.value[chosen].sum())


def _whole_step(network: _Network) -> int:
    return len(exchange(network.traders, network.size, network.lists).at)


WORKLOAD = Workload(
    name="match_exchange",
    title="The exchange step of a national round",
    goal="the whole step (divided families dropped, solved again, prices) at most 1.5 x one solve by the library",
    contenders=(
        Contender("ortools SimpleMinCostFlow, one solve", "limit", _library, _network),
        Contender("ours, the whole step", "ours", _whole_step, _network, same_result=False),
        Contender("ours, one solve", "rival", _one_solve, _network),
    ),
    at_most=1.5,
)

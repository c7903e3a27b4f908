"""A month's places given out under a policy, by the engine that the register uses (`matching`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fastlege.matching.market import Market, Moves, Prices
from fastlege.matching.round import Stages, result_of, run_stages
from fastlege.matching.variants.choice import Variant, run_variant
from fastlege.simulation.life.policies.catalogue import Policy


@dataclass(frozen=True)
class Given:
    """Who moves; and where the policy is the register's round, the prices of its exchange and what each step left."""

    moves: Moves
    prices: Prices
    stages: Stages | None


def give_out(policy: Policy, market: Market) -> Given:
    """Give out the places of a market."""
    variant = Variant(policy.variant)
    if variant is Variant.ROUND:
        stages = run_stages(market)
        result = result_of(stages)
        return Given(result.moves, result.prices, stages)
    none = np.zeros(0, np.int64)
    return Given(run_variant(market, variant), Prices(none, none), None)

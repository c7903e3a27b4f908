"""Where households live: basic units in proportion to their population, also in other municipalities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastlege.simulation.nation import Nation
from fastlege.simulation.people.households import People


def place_households(nation: Nation, unit: int, people: People) -> NDArray[np.int32]:
    """Place of each person's basic unit; households come in order of basic unit and stay together."""
    municipalities, residents = nation.flows.streams[unit]
    population = nation.territory.basic_units["population"].to_numpy().astype(float)
    places = np.concatenate([nation.homes[municipality] for municipality in municipalities])
    weights = np.concatenate([
        population[nation.homes[municipality]] * (count / population[nation.homes[municipality]].sum())
        for municipality, count in zip(municipalities, residents, strict=True)
    ])  # fmt: skip
    bounds = np.cumsum(weights) * (len(people) / weights.sum())
    here = np.minimum(np.searchsorted(bounds, people.household + 0.5), len(places) - 1)
    return places[here].astype(np.int32)

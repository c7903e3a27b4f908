"""Ages: how many of each, and draws from them, in days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.simulation.recipe import assumption

YEAR = 365.2425
OLDEST = 104
ADULT = 18


@dataclass(frozen=True)
class AgeTables:
    """Shared assumptions on ages, in years 0 to 103, unless the name says otherwise."""

    share: NDArray[np.float64]
    in_couple: NDArray[np.float64]
    women_alone: NDArray[np.float64]


def load_age_tables() -> AgeTables:
    """Read the assumptions."""
    ages = assumption("ages")
    share = np.zeros(OLDEST)
    for low, below, thousands in ages.select("age_from", "age_below", "thousands").iter_rows():
        # Within the oldest groups each year is smaller than the one before.
        weights = 0.85 ** np.arange(below - low) if low >= 75 else np.ones(below - low)
        share[low:below] = thousands * weights / weights.sum()
    couples = assumption("couples")
    return AgeTables(
        share=share / share.sum(),
        in_couple=by_age(couples, "pct_in_couple") / 100,
        women_alone=by_age(couples, "pct_women_alone") / 100,
    )


def by_age(table: pl.DataFrame, column: str) -> NDArray[np.float64]:
    """A column given by `age_from`, spread over all ages; ages below the first row get 0."""
    starts = np.array(table["age_from"].to_list())
    place = np.searchsorted(starts, np.arange(OLDEST), side="right") - 1
    return np.where(place >= 0, table[column].to_numpy()[np.maximum(place, 0)], 0).astype(float)


def spread_ages(rng: np.random.Generator, weights: NDArray[np.float64], first: int, count: int) -> NDArray[np.int32]:
    """`count` ages in days, rising, that follow the weights of the years from `first` on as evenly as can be."""
    bounds = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum()
    place = (np.arange(count) + rng.random(count)) / max(count, 1)
    years = first + np.interp(place, bounds, np.arange(len(bounds)))
    return (years * YEAR).astype(np.int32)

"""How often people use their GP in a year."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.simulation.people.ages import OLDEST, YEAR, by_age
from fastlege.simulation.people.households import People
from fastlege.simulation.recipe import assumption

_SCALE = 4096
_MOST = 400
_SHAPE = 0.9
"""Shape of the gamma spread of use between people of one age and sex; assumed: a few use much, many nothing."""


def draw_use(rng: np.random.Generator, people: People) -> NDArray[np.int16]:
    """Contacts with a GP in the last calendar year."""
    rows, table = _tables()
    bits = rng.integers(0, _SCALE, size=len(people), dtype=np.uint16)
    year = np.minimum((people.age * np.float32(1 / YEAR)).astype(np.uint8), OLDEST - 1)
    return table[rows[people.sex - 1, year], bits]


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.int16]]:
    """Row of each sex and age, and for each row contacts by 12 random bits."""
    use = assumption("gp_use")
    means = np.stack([by_age(use.filter(pl.col("sex") == sex), "mean") for sex in (1, 2)])
    distinct, rows = np.unique(means, return_inverse=True)
    u = (np.arange(_SCALE) + 0.5) / _SCALE
    table = np.stack([np.searchsorted(_up_to(mean), u) for mean in distinct])
    return rows.reshape(means.shape).astype(np.uint8), table.astype(np.int16)


def _up_to(mean: float) -> NDArray[np.float64]:
    """Chance of at most 0, 1, 2 ... contacts: negative binomial, a Poisson count with a gamma-spread mean."""
    number = np.arange(1, _MOST)
    growth = (number - 1 + _SHAPE) / number * (mean / (mean + _SHAPE))
    start = (_SHAPE / (mean + _SHAPE)) ** _SHAPE
    return np.cumsum(start * np.concatenate([[1.0], np.cumprod(growth)]))

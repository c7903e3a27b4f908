"""How often what happens: published figures, what follows from them, and assumptions, as data with sources."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.simulation.people.ages import OLDEST, by_age
from fastlege.simulation.recipe import life_table

_MONTHS = 12
NOTHING, DEATH, EMIGRATION, BIRTH, MOVE, WISH, WISH_IF_VACANT = range(7)
"""What may happen to a person in a month: at most one of these."""


@dataclass(frozen=True)
class Rates:
    """Rates by name, and `bounds[sex - 1, age, event - 1]`: up to which share of draws an event happens in a month."""

    values: dict[str, float]
    bounds: NDArray[np.float64]

    def share(self, name: str) -> float:
        """A percentage as a share."""
        return self.values[f"pct_{name}"] / 100

    def monthly(self, name: str) -> float:
        """A yearly rate per 1 000 as a chance in a month."""
        return self.values[f"{name}_per_1000"] / 1000 / _MONTHS

    @property
    def wish_counts(self) -> NDArray[np.float64]:
        """Shares of those who queue with one wish, two, and so on."""
        counts = np.array([self.values[f"wishes_{number}"] for number in range(1, 6)])
        return counts / counts.sum()


def load_rates() -> Rates:
    """Read the rates; rows that make no sense are refused."""
    values: dict[str, float] = {}
    for name, value in life_table("rates").select("name", "value").iter_rows():
        if value < 0 or (name.startswith("pct_") and value > 100):
            raise DataError(f"{name} is {value}.", where="rates.csv", remedy="Give a share or a rate that can be.")
        values[str(name)] = float(value)
    return Rates(values, _bounds(values["times_on_vacant_list"]))


def _bounds(times_on_vacant: float) -> NDArray[np.float64]:
    table = life_table("by_age")
    none = np.zeros(OLDEST)
    sexes = []
    for deaths, births in (("deaths_men", none), ("deaths_women", by_age(table, "births"))):
        wishes = by_age(table, "wishes")
        columns = [by_age(table, deaths), by_age(table, "emigrants"), births, by_age(table, "moves"), wishes]
        columns.append(wishes * (times_on_vacant - 1))
        sexes.append(np.cumsum(np.stack(columns, axis=1) / 1000 / _MONTHS, axis=1))
    return np.stack(sexes)

"""Where people live and move to: municipalities, the lists that serve each, and what lies near."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.geography import great_circle_km

_MOVE_REACH_KM = 120.0
"""Distance over which moves to another municipality fall to a third; assumed."""
_MOVE_ANYWHERE = 0.05
"""Weight of a municipality far away against one near by of the same size; assumed."""
_WISH_REACH_KM = 25.0
"""Distance over which the pull of lists in another municipality falls to a third, as in the queues of the recipes."""


@dataclass(frozen=True)
class Homes:
    """Municipalities by position in the snapshot's table.

    `serving` is the municipality whose lists serve each: itself, or the nearest one with lists. `move_to` and
    `wish_in` hold running shares of where one who leaves, and one who wants a list elsewhere, goes. `size_group` is
    the name of each one's size. `unit_bounds` and `units` hold running shares and positions of basic units by home.
    """

    codes: tuple[str, ...]
    size_group: tuple[str, ...]
    population: NDArray[np.float64]
    serving: NDArray[np.int64]
    move_to: NDArray[np.float64]
    wish_in: NDArray[np.float64]
    first_unit: NDArray[np.int64]
    units: NDArray[np.int64]
    unit_bounds: NDArray[np.float64]

    def places_in(self, home: NDArray[np.int64], chance: NDArray[np.float64]) -> NDArray[np.int32]:
        """A basic unit in each home, by population; `chance` decides which."""
        low = self.unit_bounds[self.first_unit[home]]
        high = self.unit_bounds[self.first_unit[home + 1]]
        found = np.searchsorted(self.unit_bounds, low + chance * (high - low), side="right") - 1
        found = np.clip(found, self.first_unit[home], self.first_unit[home + 1] - 1)
        return self.units[found].astype(np.int32)


def read_homes(snapshot: Snapshot, list_municipalities: NDArray[np.int64], pull: NDArray[np.float64]) -> Homes:
    """The homes of a snapshot, given where its lists are (positions) and how many wishes each list draws."""
    table = _frame(snapshot, "municipalities")
    count = table.height
    latitude, longitude = table["latitude"].to_numpy(), table["longitude"].to_numpy()
    distance = great_circle_km(latitude[:, None], longitude[:, None], latitude, longitude)
    served = np.bincount(list_municipalities, minlength=count) > 0
    population = table["population"].to_numpy().astype(float)
    far = np.where(served[None, :], distance, np.inf)
    np.fill_diagonal(far, np.where(served, -1.0, np.inf))
    moves = population * served * (np.exp(-distance / _MOVE_REACH_KM) + _MOVE_ANYWHERE)
    wishes = np.bincount(list_municipalities, pull, minlength=count) * np.exp(-distance / _WISH_REACH_KM)
    units = _frame(snapshot, "basic_units")
    home_of_unit = units["municipality"].replace_strict({c: i for i, c in enumerate(table["municipality"])}).to_numpy()
    order = np.argsort(home_of_unit, kind="stable")
    people = np.maximum(units["population"].to_numpy()[order].astype(float), 1e-9)
    return Homes(
        codes=tuple(table["municipality"]),
        size_group=tuple(table["size_group"]),
        population=population,
        serving=np.argmin(far, axis=1),
        move_to=_running(moves.astype(float)),
        wish_in=_running(wishes.astype(float)),
        first_unit=np.searchsorted(home_of_unit[order], np.arange(count + 1)),
        units=order,
        unit_bounds=np.concatenate([[0.0], np.cumsum(people)]),
    )


def drawn_from(running: NDArray[np.float64], row: NDArray[np.int64], chance: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each row of running shares the column that a chance falls on; -1 where the row is all zero."""
    found = np.empty(len(row), np.int64)
    order = np.argsort(row, kind="stable")
    bounds = np.searchsorted(row[order], np.arange(len(running) + 1))
    for one in np.flatnonzero(np.diff(bounds)):
        rows = order[bounds[one] : bounds[one + 1]]
        top = running[one, -1]
        found[rows] = np.searchsorted(running[one], chance[rows] * top, side="right") if top > 0 else -1
    return found


def _running(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Running sums by row, without the diagonal: nobody moves from a place to itself."""
    weights = weights.copy()
    np.fill_diagonal(weights, 0.0)
    return np.cumsum(weights, axis=1)


def _frame(snapshot: Snapshot, name: str) -> pl.DataFrame:
    frame = pl.from_arrow(snapshot.table(name))
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a table was expected")
    return frame

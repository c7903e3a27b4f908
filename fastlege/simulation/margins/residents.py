"""How many residents the lists of each municipality have, where only shares and wider totals are published."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.simulation.margins.programme import Programme

_LONGEST_MEAN = 1900
"""No municipality's lists with a GP are longer than this on average; assumed, well below the cap of a list."""


def residents_on_lists(
    capacity: pl.DataFrame, guide: pl.DataFrame, population: NDArray[np.float64], total: int
) -> NDArray[np.int64]:
    """Residents on lists for each municipality row of `capacity`, in its order, adding to `total`.

    Each printed share of residents on vacant lists, at every level, is met as rounded. `guide` has the residents on
    lists by size group and county a month earlier; `population` the people each municipality serves.
    """
    units = capacity.filter(pl.col("level") == "municipality")
    aims = _fitted(units, guide, population, total)
    lists = units["lists_with_gp"].to_numpy()
    vacant = units["residents_vacant"].to_numpy()
    low, high = _limits(units)
    programme = Programme(
        lowest=np.maximum(low, vacant + np.where(lists > 0, 100 * lists, 0)).astype(float),
        highest=np.minimum(high, vacant + _LONGEST_MEAN * lists).astype(float),
        aims=np.rint(aims),
        scales=aims,
    )
    for members, row in zip(*totals_and_members(capacity), strict=True):
        low, high = _limits(row)
        programme.keep_sum(members, float(low[0]), float(high[0]))
    programme.keep_sum(np.arange(len(units)), total, total)
    return programme.solve()


def totals_and_members(capacity: pl.DataFrame) -> tuple[list[NDArray[np.int64]], list[pl.DataFrame]]:
    """For each printed total: the places of its municipalities, and its row."""
    units = capacity.filter(pl.col("level") == "municipality")
    county, group = units["county"].to_numpy(), units["size_group"].to_numpy()
    everywhere = np.ones(len(units), bool)
    members, rows = [], []
    for row in capacity.filter(pl.col("level") != "municipality").iter_slices(1):
        level = row["level"][0]
        inside = everywhere if level == "country" else county == row["county"][0]
        if level == "size_group":
            inside = inside & (group == row["size_group"][0])
        members.append(np.flatnonzero(inside))
        rows.append(row)
    return members, rows


def _limits(rows: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Fewest and most residents for which the share on vacant lists rounds to the printed percent."""
    vacant = rows["residents_vacant"].to_numpy()
    percent = rows["pct_vacant"].to_numpy()
    unprinted = np.isnan(percent)
    # A share that is not printed is below half a percent, but for one row where the source forgot it.
    forgotten = unprinted & (rows["level"].to_numpy() != "municipality")
    low = np.where(unprinted, 200 * vacant + 1, np.floor(100 * vacant / (np.nan_to_num(percent) + 0.5)) + 1)
    high = np.where(unprinted, 10**8, np.ceil(100 * vacant / np.where(unprinted, 1, percent - 0.5)) - 1)
    low = np.where(forgotten | (vacant == 0), 0, low)
    alone = (vacant > 0) & (rows["lists_with_gp"].to_numpy() == 0)
    return np.where(alone, vacant, low).astype(np.int64), np.where(alone, vacant, high).astype(np.int64)


def _fitted(
    units: pl.DataFrame, guide: pl.DataFrame, population: NDArray[np.float64], total: int
) -> NDArray[np.float64]:
    """Population scaled in turn to the guide's counties and size groups, and to the total."""
    known = {(row["level"], row["area"]): row["list_residents"] for row in guide.iter_rows(named=True)}
    growth = total / known["country", "Hele landet"]
    county, group = units["county"].to_numpy(), units["size_group"].to_numpy()
    fitted = population.copy()
    for _ in range(60):
        for labels, level in ((group, "size_group"), (county, "county")):
            for label in sorted(set(labels)):
                inside = labels == label
                fitted[inside] *= known[level, label] * growth / fitted[inside].sum()
    return fitted * (total / fitted.sum())

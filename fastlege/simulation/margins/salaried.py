"""Fit lists with a GP and salaried lists by county and centrality to printed shares.

The fit takes seconds, so its outcome lies in the recipe as `cells.csv`; `of_recipe.fit_cells_of` makes it again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.simulation.margins.model import Counts
from fastlege.simulation.margins.programme import Programme

_FEW = 10
"""The printed table marks cells with fewer lists than this."""
_GAP = 0.5
"""How far the fit may be from the best one; going on for minutes did not make it better."""


@dataclass(frozen=True)
class Cells:
    """County and class of each municipality."""

    county: NDArray[np.str_]
    centrality: NDArray[np.int64]


def fit_cells(shares: pl.DataFrame, cells: Cells, weight: NDArray[np.float64], lists_of_class: Counts) -> pl.DataFrame:
    """Columns county, centrality, lists_with_gp and salaried.

    Cells, counties, classes and the whole round to the printed percent; lists are as near to the weights as that
    allows. `shares` has a row for each county and class, "total" for a county, "all_counties" for a class.
    """
    printed = {(row["county"], row["centrality"]): row for row in shares.iter_rows(named=True)}
    names = sorted({(str(one), str(other)) for one, other in zip(cells.county, cells.centrality, strict=True)})
    members = [np.flatnonzero((cells.county == one) & (cells.centrality == int(other))) for one, other in names]
    class_of = np.array([int(other) - 1 for _, other in names])
    due = np.array([weight[inside].sum() for inside in members])
    lists = due * (lists_of_class / np.bincount(class_of, due))[class_of]
    percent = np.array([printed.get(name, printed["all_counties", name[1]])["pct_salaried"] for name in names])
    fewest = np.array([len(inside) for inside in members], float)
    few = np.array([name in printed and printed[name]["fewer_than_10_lists"] for name in names])
    count = len(names)
    programme = Programme(
        lowest=np.concatenate([np.where(few, fewest, np.maximum(fewest, _FEW)), np.zeros(count)]),
        highest=np.concatenate([np.where(few, _FEW - 1, 10.0**5), np.full(count, 10.0**5)]),
        aims=np.concatenate([lists, percent / 100 * lists]),
        scales=np.concatenate([lists, lists]),
    )
    for one in range(len(lists_of_class)):
        programme.keep_sum(np.flatnonzero(class_of == one), lists_of_class[one], lists_of_class[one])
    for (one, other), row in printed.items():
        inside = np.flatnonzero([one in (name[0], "all_counties") and other in (name[1], "total") for name in names])
        programme.keep_percent(count + inside, inside, row["pct_salaried"])
    solved = programme.solve(gap=_GAP)
    return pl.DataFrame(
        {
            "county": [name[0] for name in names],
            "centrality": [int(name[1]) for name in names],
            "lists_with_gp": solved[:count],
            "salaried": solved[count:],
        }
    )

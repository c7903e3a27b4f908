"""Fit lists with a GP and salaried lists by county and centrality to printed shares.

The fit takes seconds, so its outcome lies in the recipe as `cells.csv`; `of_recipe.fit_cells_of` makes it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.simulation.margins.model import Counts
from fastlege.simulation.margins.programme import Programme

_Cell = tuple[str, str]
"""County and centrality class; in the printed table also all counties, and all classes."""
_Printed = Mapping[_Cell, Mapping[str, Any]]

_FEW = 10
"""The printed table marks cells with fewer lists than this."""
_MANY = 10.0**5
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
    printed: _Printed = {(row["county"], row["centrality"]): row for row in shares.iter_rows(named=True)}
    names = sorted({(str(one), str(other)) for one, other in zip(cells.county, cells.centrality, strict=True)})
    programme = _programme(printed, names, cells, weight, lists_of_class)
    _keep_what_is_printed(programme, printed, names, lists_of_class)
    solved = programme.solve(gap=_GAP)
    return pl.DataFrame(
        {
            "county": [county for county, _ in names],
            "centrality": [int(centrality) for _, centrality in names],
            "lists_with_gp": solved[: len(names)],
            "salaried": solved[len(names) :],
        }
    )


def _programme(
    printed: _Printed, names: Sequence[_Cell], cells: Cells, weight: NDArray[np.float64], lists_of_class: Counts
) -> Programme:
    """Two values a cell, all lists before all salaried ones: near its part of the class, and the share printed for it.

    A cell that the table does not print has the share of its class over all counties.
    """
    inside = [np.flatnonzero((cells.county == one) & (cells.centrality == int(other))) for one, other in names]
    due = np.array([weight[members].sum() for members in inside])
    class_of = _classes_of(names)
    lists = due * (lists_of_class / np.bincount(class_of, due))[class_of]
    percent = np.array([printed.get(name, printed["all_counties", name[1]])["pct_salaried"] for name in names])
    few = np.array([name in printed and printed[name]["fewer_than_10_lists"] for name in names])
    # Each municipality has a list.
    fewest = np.array([len(members) for members in inside], float)
    return Programme(
        lowest=np.concatenate([np.where(few, fewest, np.maximum(fewest, _FEW)), np.zeros(len(names))]),
        highest=np.concatenate([np.where(few, _FEW - 1, _MANY), np.full(len(names), _MANY)]),
        aims=np.concatenate([lists, percent / 100 * lists]),
        scales=np.concatenate([lists, lists]),
    )


def _keep_what_is_printed(
    programme: Programme, printed: _Printed, names: Sequence[_Cell], lists_of_class: Counts
) -> None:
    """The lists of each class are exact; each printed share rounds right: of a cell, a county, a class, the whole."""
    class_of = _classes_of(names)
    for number, lists in enumerate(lists_of_class):
        programme.keep_sum(np.flatnonzero(class_of == number), lists, lists)
    for (county, centrality), row in printed.items():
        inside = np.flatnonzero(
            [county in (one, "all_counties") and centrality in (two, "total") for one, two in names]
        )
        programme.keep_percent(len(names) + inside, inside, row["pct_salaried"])


def _classes_of(names: Sequence[_Cell]) -> NDArray[np.int64]:
    return np.array([int(centrality) - 1 for _, centrality in names])

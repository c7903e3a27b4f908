"""Margins of a recipe, by the kind of its source."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.rules.geography import codes_on, municipalities_on
from fastlege.simulation.margins.fitted import Units, fitted_margins, lists_by_class, pulls
from fastlege.simulation.margins.model import Margins
from fastlege.simulation.margins.published import published_codes, published_margins
from fastlege.simulation.margins.salaried import Cells, fit_cells
from fastlege.simulation.recipe import Recipe
from fastlege.simulation.territory import Territory

_GUIDE_DAY = date(2023, 10, 1)


def unit_codes(recipe: Recipe, territory: Territory) -> tuple[str, ...]:
    """Codes of the municipalities that have lists, rising."""
    if recipe.kind == "published_by_municipality":
        return published_codes(recipe)
    codes = territory.municipalities["municipality"].to_list()
    return tuple(code for code in codes if code not in territory.served_by)


def margins_of(
    recipe: Recipe, territory: Territory, population: NDArray[np.float64], *, cap_max: int, seed: int
) -> Margins:
    """Margins for the units of `unit_codes`; `population` is how many people each serves."""
    if recipe.kind == "published_by_municipality":
        return published_margins(recipe, population, cap_max)
    return fitted_margins(recipe, units_of(recipe, territory, population), seed)


def units_of(recipe: Recipe, territory: Territory, population: NDArray[np.float64]) -> Units:
    """What is known of the units of a recipe whose figures are fitted to totals."""
    codes = unit_codes(recipe, territory)
    rows = territory.municipalities.filter(territory.municipalities["municipality"].is_in(codes))
    then = {row["municipality"]: row for row in municipalities_on(_GUIDE_DAY).to_pylist()}
    before = [codes_on(code, was_on=recipe.as_of, on=_GUIDE_DAY)[0] for code in codes]
    county_then = np.array([then[code]["county_name"] for code in before])
    return Units(
        county_name=rows["county_name"].to_numpy().astype(str),
        centrality=rows["centrality"].to_numpy().astype(np.int64),
        population=population,
        pull=pulls(recipe.table("list_residents_2023"), county_then, population),
    )


def fit_cells_of(recipe: Recipe, territory: Territory, population: NDArray[np.float64]) -> pl.DataFrame:
    """Make the recipe's table `cells` again, from its printed shares."""
    units = units_of(recipe, territory, population)
    lists_of_class, _ = lists_by_class(recipe, units)
    return fit_cells(
        recipe.table("salaried_share"), Cells(units.county_name, units.centrality), units.weight, lists_of_class
    )


def served_population(territory: Territory, codes: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each municipality the place of the unit that serves it, and the people that each unit serves."""
    places = {code: place for place, code in enumerate(codes)}
    municipality = territory.municipalities["municipality"].to_list()
    served_by = np.array([places[territory.served_by.get(code, code)] for code in municipality])
    people = territory.municipalities["population"].to_numpy()
    return served_by, np.bincount(served_by, people, minlength=len(codes)).astype(float)

"""Margins of a nation whose figures are published by municipality."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.simulation.margins.model import Counts, Margins
from fastlege.simulation.margins.residents import residents_on_lists
from fastlege.simulation.margins.rooms import rooms
from fastlege.simulation.margins.rounding import share_out_within
from fastlege.simulation.recipe import Recipe


def capacity_table(recipe: Recipe) -> pl.DataFrame:
    """The printed table by municipality and its totals; blanks that mean none are 0, size groups as counted."""
    counts = ["lists_with_gp", "lists", "residents_vacant", "residents_vacant_over_year"]
    return (
        recipe.table("capacity")
        .filter(pl.col("lists").is_not_null())
        .sort("code", nulls_last=True, maintain_order=True)
        .with_columns(
            pl.col(counts).fill_null(0),
            pl.col("pct_vacant").cast(pl.Float64),
            size_group=pl.col("code").replace_strict(recipe.size_groups, default=pl.col("size_group")),
        )
    )


def published_codes(recipe: Recipe) -> tuple[str, ...]:
    """Codes of the municipalities that have lists, rising."""
    return tuple(_units(recipe)["code"])


def _units(recipe: Recipe) -> pl.DataFrame:
    return capacity_table(recipe).filter(pl.col("level") == "municipality")


def published_margins(recipe: Recipe, population: NDArray[np.float64], cap_max: int) -> Margins:
    """Margins for the municipalities of `unit_codes`; `population` is how many people each serves."""
    capacity = capacity_table(recipe)
    units = _units(recipe)
    total = recipe.published["residents_with_gp"] + recipe.published["residents_vacant"]
    residents = residents_on_lists(capacity, recipe.table("list_residents"), population, total)
    vacant = units["residents_vacant"].to_numpy()
    room_with_gp, room_vacant = rooms(capacity, residents - vacant, cap_max)
    lists_with_gp = units["lists_with_gp"].to_numpy()
    lists_vacant = units["lists"].to_numpy() - lists_with_gp
    over_year = units["residents_vacant_over_year"].to_numpy()
    salaried = _salaried_chance(units, recipe.table("salaried_share"))
    salaried_with_gp = round(recipe.published["pct_salaried_with_gp"] / 100 * recipe.published["lists_with_gp"])
    none = np.zeros(len(units), np.int64)
    return Margins(
        lists_with_gp=lists_with_gp,
        lists_vacant=lists_vacant,
        lists_over_year=_lists_over_year(recipe.published["lists_vacant_over_year"], lists_vacant, vacant, over_year),
        residents_with_gp=residents - vacant,
        residents_vacant=vacant,
        residents_over_year=over_year,
        room_with_gp=room_with_gp,
        room_vacant=room_vacant,
        salaried_with_gp=share_out_within(salaried_with_gp, salaried * lists_with_gp, none, lists_with_gp),
        salaried_vacant=share_out_within(
            recipe.published["lists_salaried"] - salaried_with_gp, salaried * lists_vacant, none, lists_vacant
        ),
    )


def _lists_over_year(total: int, lists: Counts, residents: Counts, over_year: Counts) -> Counts:
    """Lists vacant for more than a year: some where their residents are printed, none where not."""
    lowest = (over_year > 0).astype(np.int64)
    highest = np.where(over_year > 0, lists - (residents > over_year), 0)
    return share_out_within(total, lists * over_year / np.maximum(residents, 1), lowest, highest)


def _salaried_chance(units: pl.DataFrame, shares: pl.DataFrame) -> NDArray[np.float64]:
    """Chance that a list is salaried: fitted in turn to the printed shares by size group and by county."""
    printed = {(row["level"], row["area"]): row["pct_salaried"] / 100 for row in shares.iter_rows(named=True)}
    lists = units["lists_with_gp"].to_numpy()
    chance = np.full(len(units), 0.2)
    for _ in range(40):
        for level, labels in (("size_group", units["size_group"].to_numpy()), ("county", units["county"].to_numpy())):
            for label in sorted(set(labels)):
                inside = labels == label
                chance[inside] *= printed[level, label] * lists[inside].sum() / (chance * lists)[inside].sum()
                chance = np.minimum(chance, 1.0)
    return chance

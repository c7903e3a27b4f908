"""Margins of a nation of which only wider totals are published: each municipality's share is fitted to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.simulation.margins.model import Counts, Margins
from fastlege.simulation.margins.rounding import share_out, share_out_within
from fastlege.simulation.recipe import Recipe

_CLASSES = 6


@dataclass(frozen=True)
class Units:
    """What is known of each municipality with lists."""

    county_name: NDArray[np.str_]
    centrality: NDArray[np.int64]
    population: NDArray[np.float64]
    """People it serves."""
    pull: NDArray[np.float64]
    """Residents on its lists for each of those people; only the relations between municipalities count."""

    @property
    def weight(self) -> NDArray[np.float64]:
        """Residents on lists, up to a factor."""
        return self.population * self.pull


def fitted_margins(recipe: Recipe, units: Units, seed: int) -> Margins:
    """Margins for the units, in their order."""
    rng = stream(seed, "margins")
    lists_with_gp, salaried, residents_with_gp = _lists_and_residents(recipe, units)
    mean = residents_with_gp / lists_with_gp
    vacant, over_year = _vacant_lists(rng, recipe, units, lists_with_gp)
    residents_vacant, residents_over_year = _vacant_residents(rng, recipe, mean, vacant, over_year)
    lists_open = _open_lists(rng, recipe, units, lists_with_gp)
    open_room, closed_room = _rooms(rng, recipe, lists_open, lists_with_gp, residents_with_gp)
    chance = salaried / lists_with_gp
    none = np.zeros(len(mean), np.int64)
    return Margins(
        lists_with_gp=lists_with_gp,
        lists_vacant=vacant,
        lists_over_year=over_year,
        residents_with_gp=residents_with_gp,
        residents_vacant=residents_vacant,
        residents_over_year=residents_over_year,
        room_with_gp=open_room + closed_room,
        room_vacant=share_out(recipe.assumed["room_vacant"], residents_vacant.astype(float)),
        salaried_with_gp=salaried,
        salaried_vacant=share_out_within(
            recipe.published["lists_salaried"] - int(salaried.sum()), (chance + 0.05) * vacant, none, vacant
        ),
        open_with_gp=lists_open,
        open_room_with_gp=open_room,
    )


def lists_by_class(recipe: Recipe, units: Units) -> tuple[Counts, Counts]:
    """Lists with a GP of each class, and their residents, so that each class has its printed mean length."""
    means = recipe.table("length_by_centrality")["mean_length_with_gp"].to_numpy().astype(float)
    total, lists = recipe.assumed["residents_with_gp"], recipe.published["lists_with_gp"]
    by_class = np.bincount(units.centrality - 1, units.weight, minlength=_CLASSES) * (total / units.weight.sum())
    count = share_out(lists, by_class / means)
    lowest = np.ceil((means - 0.49) * count).astype(np.int64)
    highest = np.floor((means + 0.49) * count).astype(np.int64)
    return count, share_out_within(total, count * means, lowest, highest)


def _lists_and_residents(recipe: Recipe, units: Units) -> tuple[Counts, Counts, Counts]:
    """Lists with a GP, those of them that are salaried, and residents."""
    weight = units.weight
    _, residents_of_class = lists_by_class(recipe, units)
    count, salaried, residents = (np.zeros(len(weight), np.int64) for _ in range(3))
    for county, centrality, here, employed in recipe.table("cells").iter_rows():
        inside = np.flatnonzero((units.county_name == county) & (units.centrality == centrality))
        share = weight[inside] / weight[inside].sum()
        count[inside] = 1 + share_out(here - len(inside), np.maximum(share * here - 1, 1e-6))
        # Small municipalities employ their GPs sooner than large ones.
        none = np.zeros(len(inside), np.int64)
        salaried[inside] = share_out_within(employed, np.sqrt(count[inside]), none, count[inside])
    for one in range(_CLASSES):
        inside = np.flatnonzero(units.centrality == one + 1)
        residents[inside] = share_out_within(
            int(residents_of_class[one]), weight[inside], 150 * count[inside], 1900 * count[inside]
        )
    return count, salaried, residents


def _vacant_lists(
    rng: np.random.Generator, recipe: Recipe, units: Units, lists_with_gp: Counts
) -> tuple[Counts, Counts]:
    rate = np.array(recipe.assumed["pct_vacant_by_centrality"])[units.centrality - 1]
    times = np.array([recipe.assumed["vacant_times_in_county"].get(name, 1.0) for name in units.county_name])
    total = recipe.published["lists"] - recipe.published["lists_with_gp"]
    vacant = _scattered(rng, total, rate * times * lists_with_gp)
    return vacant, _scattered(rng, recipe.published["lists_vacant_over_year"], vacant.astype(float))


def _scattered(rng: np.random.Generator, total: int, weights: NDArray[np.float64]) -> Counts:
    """`total` whole things along the weights at even steps from a random start: each part gets its due, rounded."""
    bounds = np.cumsum(weights) * (total / weights.sum())
    bounds[-1] = total
    steps = np.floor(bounds + rng.random() * (bounds < total)).astype(np.int64)
    return np.diff(np.minimum(steps, total), prepend=0)


def _vacant_residents(
    rng: np.random.Generator, recipe: Recipe, mean: NDArray[np.float64], vacant: Counts, over_year: Counts
) -> tuple[Counts, Counts]:
    total = recipe.published["residents_vacant"]
    spread = np.exp(0.2 * rng.standard_normal(len(mean)))
    residents = share_out_within(total, mean * vacant * spread, 50 * vacant, 2200 * vacant)
    old = np.where(over_year == vacant, residents, residents * over_year // np.maximum(vacant, 1))
    return residents, np.where(over_year > 0, old, 0)


def _open_lists(rng: np.random.Generator, recipe: Recipe, units: Units, lists: Counts) -> Counts:
    """Lists with a GP that are open: the printed shares in two counties, elsewhere more where there is more room."""
    published = recipe.published
    rate = np.array(recipe.assumed["room_by_centrality"])[units.centrality - 1] / 60.0
    share = np.clip(rate + 0.25 * rng.standard_normal(len(rate)), 0.01, 0.9)
    open_lists = np.zeros(len(lists), np.int64)
    elsewhere = np.ones(len(lists), bool)
    for county, name in (("Oslo", "pct_lists_open_oslo"), ("Vestland", "pct_lists_open_vestland")):
        inside = units.county_name == county
        elsewhere &= ~inside
        wanted = round(published[name] / 100 * int(lists[inside].sum()))
        open_lists[inside] = _within(wanted, share[inside], lists[inside])
    vacant = published["lists"] - published["lists_with_gp"]
    wanted = round(
        published["pct_lists_open"] / 100 * published["lists"]
        - recipe.assumed["pct_vacant_lists_open"] / 100 * vacant
        - open_lists.sum()
    )
    open_lists[elsewhere] = _within(wanted, share[elsewhere], lists[elsewhere])
    return open_lists


def _within(total: int, share: NDArray[np.float64], lists: Counts) -> Counts:
    return share_out_within(total, share * lists, np.zeros(len(lists), np.int64), lists)


def _rooms(
    rng: np.random.Generator, recipe: Recipe, open_lists: Counts, lists: Counts, residents: Counts
) -> tuple[Counts, Counts]:
    """Room on open lists, at least ten places each, and on closed ones, which are full or over-full."""
    mean = residents / lists
    open_room = share_out_within(
        recipe.assumed["open_room_with_gp"],
        open_lists * mean * np.exp(0.5 * rng.standard_normal(len(mean))),
        10 * open_lists,
        (0.7 * mean * open_lists).astype(np.int64),
    )
    over = share_out_within(
        recipe.assumed["open_room_with_gp"] - recipe.assumed["room_with_gp"],
        (lists - open_lists) * mean * rng.exponential(size=len(mean)),
        np.zeros(len(mean), np.int64),
        (0.25 * mean * (lists - open_lists)).astype(np.int64),
    )
    return open_room, -over


def pulls(
    guide: pl.DataFrame, county_then: NDArray[np.str_], population_then: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Residents on lists for each inhabitant in the counties of an earlier guide, for municipalities of today.

    Cities have more people on their lists than live there: students and others who did not move their GP.
    """
    known = {row["area"]: row["list_residents"] for row in guide.filter(level="county").iter_rows(named=True)}
    people = {county: population_then[county_then == county].sum() for county in known}
    return np.array([known[county] / people[county] for county in county_then])

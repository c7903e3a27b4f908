"""The nation's structure: everything but its people, made whole even when only a part is built.

It is small and quick to make, and so the people of a part are the same as in the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fastlege.rules.geography import great_circle_km
from fastlege.rules.parameters import Rulebook, load_rulebook
from fastlege.simulation.margins.flows import Flows, flows
from fastlege.simulation.margins.model import Margins
from fastlege.simulation.margins.of_recipe import margins_of, served_population, unit_codes
from fastlege.simulation.margins.rounding import share_out
from fastlege.simulation.practices.doctors import DoctorPeriods, DoctorPlan, Doctors, make_doctors
from fastlege.simulation.practices.lists import ListPlan, Lists, make_lists
from fastlege.simulation.practices.offices import Offices, make_offices
from fastlege.simulation.recipe import Recipe
from fastlege.simulation.territory import Territory, load_territory
from fastlege.simulation.wishes.draws import Wishes
from fastlege.simulation.wishes.waiting import Homes, Waiting, waiting


@dataclass(frozen=True)
class Nation:
    """Municipalities with lists (`codes`, in order), their margins, streams, lists, offices and doctors."""

    recipe: Recipe
    seed: int
    book: Rulebook
    territory: Territory
    codes: tuple[str, ...]
    served_by: NDArray[np.int64]
    margins: Margins
    flows: Flows
    unplaced: NDArray[np.int64]
    opted_out: NDArray[np.int64]
    lists: Lists
    offices: Offices
    doctors: Doctors
    doctor_periods: DoctorPeriods
    waiting: Waiting

    @cached_property
    def persons(self) -> NDArray[np.int64]:
        """People of each unit: those on its lists, and its people without a list."""
        return self.margins.residents + self.unplaced + self.opted_out

    @cached_property
    def first_person(self) -> NDArray[np.int64]:
        """The lowest person id of each unit."""
        return 1 + np.cumsum(self.persons) - self.persons

    @cached_property
    def first_list(self) -> NDArray[np.int64]:
        """Place of each unit's first list."""
        return np.searchsorted(self.lists.unit, np.arange(len(self.codes)))

    @cached_property
    def home_units(self) -> NDArray[np.int64]:
        """The unit that serves each basic unit."""
        return self.served_by[self._municipality_of_basic_unit]

    @cached_property
    def own_units(self) -> NDArray[np.bool_]:
        """Whether each basic unit lies in a municipality that is a unit itself."""
        own = np.isin(self.territory.municipalities["municipality"].to_numpy(), np.array(self.codes))
        return own[self._municipality_of_basic_unit]

    @cached_property
    def _municipality_of_basic_unit(self) -> NDArray[np.int64]:
        codes = self.territory.municipalities["municipality"].to_numpy()
        return np.searchsorted(codes, self.territory.basic_units["municipality"].to_numpy())

    @cached_property
    def wishes(self) -> Wishes:
        """Which lists are waited for."""
        own = np.searchsorted(self.territory.municipalities["municipality"].to_numpy(), np.array(self.codes))
        latitude, longitude = self.territory.points[own].T
        distance = great_circle_km(latitude[:, None], longitude[:, None], latitude, longitude)
        return Wishes(self.waiting.popularity, self.first_list, self.margins.lists, distance)

    @cached_property
    def homes(self) -> list[NDArray[np.int64]]:
        """Places of the basic units of each municipality (not unit), in order of municipality."""
        where = self.territory.basic_units["municipality"]
        return [np.flatnonzero((where == code).to_numpy()) for code in self.territory.municipalities["municipality"]]


def make_nation(recipe: Recipe, seed: int) -> Nation:
    """The structure that a recipe and a seed give."""
    book = load_rulebook()
    territory = load_territory(recipe.as_of, recipe.size_groups)
    codes = unit_codes(recipe, territory)
    municipality = territory.municipalities["municipality"].to_list()
    served_by, served = served_population(territory, codes)
    own = np.isin(np.array(municipality), np.array(codes))
    population = territory.municipalities["population"].to_numpy().astype(float)
    cap_max = int(str(book.value("list.cap_max", on=recipe.as_of)))
    margins = margins_of(recipe, territory, served, cap_max=cap_max, seed=seed)
    streams = flows(population, territory.points, served_by, margins.residents)
    lists = make_lists(
        ListPlan(
            margins=margins,
            as_of=recipe.as_of,
            seed=seed,
            spread=recipe.assumed["length_spread"],
            pct_locked=recipe.assumed["pct_lists_locked"],
            cap_max=cap_max,
            reopens_at=int(str(book.value("list.reopen_free_places", on=recipe.as_of))),
        )
    )
    where = territory.basic_units["municipality"].replace_strict(
        {code: int(served) for code, served in zip(municipality, served_by, strict=True)}
    )
    offices = make_offices(lists, [np.flatnonzero((where == unit).to_numpy()) for unit in range(len(codes))],
                           territory, seed)  # fmt: skip
    doctors, periods = make_doctors(lists, _doctor_plan(recipe, seed))
    return Nation(
        recipe=recipe,
        seed=seed,
        book=book,
        territory=territory,
        codes=codes,
        served_by=served_by,
        margins=margins,
        flows=streams,
        unplaced=share_out(recipe.published["unplaced"], margins.residents.astype(float)),
        opted_out=share_out(recipe.assumed["opted_out"], margins.residents.astype(float)),
        lists=lists,
        offices=offices,
        doctors=doctors,
        doctor_periods=periods,
        waiting=waiting(recipe, margins, streams, Homes(served_by, own), lists, seed=seed),
    )


def _doctor_plan(recipe: Recipe, seed: int) -> DoctorPlan:
    gps = recipe.published["gps"]
    return DoctorPlan(
        as_of=recipe.as_of,
        seed=seed,
        gps=gps,
        specialists=recipe.published["gps_specialist"],
        women=round(recipe.published["pct_gps_women"] / 100 * gps),
        substitutes=recipe.number("substitutes"),
        in_first_posts=recipe.number("lis1"),
    )

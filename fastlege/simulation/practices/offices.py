"""Offices: where the lists of a municipality are run from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.simulation.margins.rounding import share_out
from fastlege.simulation.practices.lists import Lists
from fastlege.simulation.territory import Territory

_LISTS_AN_OFFICE = 4.2
_KINDS = ("legesenter", "legekontor", "fastlegesenter", "helsehus", "allmennlegepraksis")
_SERVICES = (
    ("blood_tests", 0.97),
    ("vaccination", 0.85),
    ("minor_surgery", 0.75),
    ("contraception", 0.8),
    ("pregnancy", 0.9),
    ("ultrasound", 0.25),
    ("travel_medicine", 0.3),
    ("video", 0.8),
    ("home_visits", 0.7),
    ("evening_hours", 0.12),
    ("step_free", 0.85),
)

_LEAST_WEIGHT = 0.3
"""Offices of a unit share its lists by chance: one each, and the others by weights of at least this; assumed."""
_SPREAD_NORTH, _SPREAD_EAST = 0.003, 0.006
"""How far offices lie from the point of their basic unit, in degrees: some 300 metres; assumed."""


@dataclass(frozen=True)
class Offices:
    """All offices; `of_list` is the place of each list's office."""

    unit: NDArray[np.int64]
    basic_unit: NDArray[np.int64]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    names: list[str]
    services: list[list[str]]
    of_list: NDArray[np.int64]


def make_offices(lists: Lists, homes: list[NDArray[np.int64]], territory: Territory, seed: int) -> Offices:
    """Offices of all units; `homes` gives for each unit the places of its basic units."""
    units: list[int] = []
    basic_units: list[NDArray[np.int64]] = []
    of_list = np.zeros(len(lists), np.int64)
    population = territory.basic_units["population"].to_numpy().astype(float)
    made = 0
    for unit, places in enumerate(homes):
        inside = np.flatnonzero(lists.unit == unit)
        if not len(inside):
            continue
        rng = stream(seed, f"offices:{unit}")
        count = max(1, round(len(inside) / _LISTS_AN_OFFICE))
        chance = population[places] / population[places].sum()
        basic_units.append(np.sort(rng.choice(places, count, p=chance)))
        units += [unit] * count
        sizes = share_out(len(inside) - count, _LEAST_WEIGHT + rng.exponential(size=count)) + 1
        of_list[inside] = made + np.repeat(np.arange(count), sizes)
        made += count
    where = np.concatenate(basic_units)
    rng = stream(seed, "offices")
    return Offices(
        unit=np.array(units),
        basic_unit=where,
        latitude=_near(rng, territory.basic_units["latitude"].to_numpy()[where], _SPREAD_NORTH),
        longitude=_near(rng, territory.basic_units["longitude"].to_numpy()[where], _SPREAD_EAST),
        names=_names(territory.basic_units, where, rng),
        services=_services(rng, made),
        of_list=of_list,
    )


def _near(rng: np.random.Generator, degrees: NDArray[np.float64], spread: float) -> NDArray[np.float64]:
    """Degrees with five decimals, about a metre."""
    near: NDArray[np.float64] = np.round(degrees + rng.normal(0, spread, len(degrees)), 5)
    return near


def _names(basic_units: pl.DataFrame, where: NDArray[np.int64], rng: np.random.Generator) -> list[str]:
    places = basic_units["name"].to_list()
    kinds = rng.integers(0, len(_KINDS), len(where))
    used: dict[str, int] = {}
    names = []
    for place, kind in zip(where, kinds, strict=True):
        name = f"{places[place]} {_KINDS[kind]}"
        used[name] = used.get(name, 0) + 1
        names.append(name if used[name] == 1 else f"{name} {used[name]}")
    return names


def _services(rng: np.random.Generator, count: int) -> list[list[str]]:
    draws = rng.random((count, len(_SERVICES)))
    return [[name for (name, chance), u in zip(_SERVICES, row, strict=True) if u < chance] for row in draws]

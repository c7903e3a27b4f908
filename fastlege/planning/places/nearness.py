"""Which lists are near a person: straight-line distance from the point where they live to the list's office."""

from __future__ import annotations

import numpy as np

from fastlege.kernel.errors import DataError
from fastlege.planning.market.arrays import Integers, Market
from fastlege.rules.parameters import Rulebook

AREA = "allocation.area"
_HOME_MUNICIPALITY = "home municipality"
_EARTH_RADIUS_METRES = 6_371_000


class NearLists:
    """For each unit, the lists it may be placed on without having asked, nearest first, equal distances by id.

    They are the lists of the home municipality (`allocation.area`). A municipality that runs the scheme together with
    a neighbour has no list of its own: then all lists of the country count, and the nearest is the neighbour's.
    """

    def __init__(self, market: Market, book: Rulebook) -> None:
        area = book.text(AREA, on=market.on)
        if area != _HOME_MUNICIPALITY:
            raise DataError(f"{AREA} is {area!r}, which rounds do not know.", remedy=f"Use {_HOME_MUNICIPALITY!r}.")
        self._units, self._lists = market.units, market.lists
        self._all = np.flatnonzero(market.lists.takes_part)
        municipalities = np.array(market.lists.municipality, dtype=object)
        self._by_municipality: dict[str, Integers] = {
            name: self._all[municipalities[self._all] == name] for name in sorted(set(market.units.municipality))
        }
        self._found: dict[tuple[str, float, float], Integers] = {}

    def of(self, unit: int) -> Integers:
        """Places of the lists, nearest first."""
        units = self._units
        key = (units.municipality[unit], float(units.latitude[unit]), float(units.longitude[unit]))
        if key not in self._found:
            at_home = self._by_municipality[key[0]]
            self._found[key] = self._sorted(at_home if len(at_home) else self._all, key[1], key[2])
        return self._found[key]

    def has_lists(self, municipality: str) -> bool:
        """Whether the municipality has a list that takes part."""
        return len(self._by_municipality[municipality]) > 0

    def _sorted(self, candidates: Integers, latitude: float, longitude: float) -> Integers:
        # Whole metres: equal on every machine, whatever the last digit of its sine.
        metres = _metres(latitude, longitude, self._lists.latitude[candidates], self._lists.longitude[candidates])
        return candidates[np.lexsort((candidates, metres))]


def _metres(latitude: float, longitude: float, latitudes: np.ndarray, longitudes: np.ndarray) -> np.ndarray:
    """Great-circle distances, rounded to metres; an office without a position is farthest away."""
    here, there = np.radians(latitude), np.radians(latitudes)
    across = np.radians(longitudes - longitude)
    chord = np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(across / 2) ** 2
    return np.nan_to_num(np.rint(2 * _EARTH_RADIUS_METRES * np.arcsin(np.sqrt(chord))), nan=np.inf)

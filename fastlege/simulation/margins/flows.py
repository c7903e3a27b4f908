"""Who is on the lists of another municipality than their own: a gravity model fitted to both sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastlege.rules.geography import great_circle_km
from fastlege.simulation.margins.rounding import share_out

_REACH_KM = 14.0
"""Distance over which the pull of another municipality's lists falls to a third; assumed."""
_ABROAD = 0.06
"""Weight of other municipalities against one's own at no distance; assumed, gives about one in ten."""
_LEAST = 6
"""A smaller stream between two municipalities is left out."""


@dataclass(frozen=True)
class Flows:
    """Residents on lists of each unit by where they live: `streams[unit]` is (municipality places, residents)."""

    streams: tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]


def flows(
    population: NDArray[np.float64],
    points: NDArray[np.float64],
    served_by: NDArray[np.int64],
    residents: NDArray[np.int64],
) -> Flows:
    """Streams from municipalities of residence (rows) to units (columns) that give each unit its residents.

    `points` are latitude and longitude of the municipalities, `served_by` the place of the unit that each belongs to.
    Sums by unit are exact; sums by municipality of residence follow the population as nearly as that allows.
    """
    units = len(residents)
    home = served_by[:, None] == np.arange(units)[None, :]
    centre = np.zeros((units, 2))
    centre[served_by[::-1]] = points[::-1]
    distance = great_circle_km(points[:, :1], points[:, 1:], centre[:, 0], centre[:, 1])
    pull = np.where(home, 1.0, _ABROAD * np.exp(-distance / _REACH_KM)) * residents[None, :]
    pull[:, residents == 0] = 0
    wanted = population * (residents.sum() / population.sum())
    for threshold in (0.0, _LEAST):
        pull[pull < threshold] = 0
        for _ in range(200):
            pull *= (wanted / pull.sum(axis=1))[:, None]
            pull *= (residents / np.maximum(pull.sum(axis=0), 1e-9))[None, :]
    streams = []
    for unit in range(units):
        places = np.flatnonzero(pull[:, unit])
        streams.append((places, share_out(int(residents[unit]), pull[places, unit])))
    return Flows(tuple(streams))

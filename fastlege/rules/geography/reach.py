"""Population within reach of the people of a municipality: what its centrality is derived from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fastlege.rules.geography.sub_areas import sub_areas

EARTH_RADIUS_KM = 6371.0

NEAR_KM = 5.0
"""People this far away count for 1/e in daily reach: shops, schools and services."""

FAR_KM = 40.0
"""People this far away count for 1/e in weekly reach: the labour market and the nearest city."""

NEAR_SHARE = 0.7
"""Weight of daily reach against weekly reach."""


def great_circle_km(
    latitude: NDArray[np.float64],
    longitude: NDArray[np.float64],
    to_latitude: NDArray[np.float64],
    to_longitude: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Great-circle distance in kilometres between points in degrees; the arguments broadcast."""
    north, to_north = np.radians(latitude), np.radians(to_latitude)
    half_east = (np.radians(to_longitude) - np.radians(longitude)) / 2
    haversine = np.sin((to_north - north) / 2) ** 2 + np.cos(north) * np.cos(to_north) * np.sin(half_east) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(haversine))


def reach(near_km: float, far_km: float, near_share: float) -> Mapping[str, float]:
    """Reach of each municipality on today's borders: a mean over its people of the logarithm of those within reach."""
    places = sub_areas()
    codes = np.array([place.municipality for place in places])
    people = np.array([place.population for place in places], dtype=np.float64)
    latitude = np.array([place.latitude for place in places])
    longitude = np.array([place.longitude for place in places])
    distance = great_circle_km(latitude[:, None], longitude[:, None], latitude, longitude)
    near, far = (np.log(np.exp(-distance / scale) @ people) for scale in (near_km, far_km))
    logarithm = near_share * near + (1 - near_share) * far
    names, place_of = np.unique(codes, return_inverse=True)
    mean = np.bincount(place_of, people * logarithm) / np.bincount(place_of, people)
    return dict(zip(names.tolist(), mean.tolist(), strict=True))


@cache
def chosen_reach() -> Mapping[str, float]:
    """`reach` with the scales that fitted the published tables best."""
    return reach(NEAR_KM, FAR_KM, NEAR_SHARE)

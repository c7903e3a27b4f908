"""Where the out-of-hours service is that people come to: small municipalities share one with a larger neighbour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.geography import great_circle_km
from fastlege.simulation.claims.people import People
from fastlege.simulation.recipe import claims_table

_LARGE = ("10000_49999", "50000_plus")
_AT_HOME = "home_visit"


@dataclass(frozen=True)
class Services:
    """For each municipality the one that it shares a service with, and the share of its contacts that are there."""

    host: NDArray[np.int16]
    share: NDArray[np.float32]

    def of(self, home: NDArray[np.int16], group: str, chance: np.random.Generator) -> NDArray[np.int16]:
        """The municipality whose doctors each contact out of hours is with; home visits are made by the nearest."""
        if group == _AT_HOME:
            return home
        return np.where(chance.random(len(home), np.float32) < self.share[home], self.host[home], home)


def shared_services(snapshot: Snapshot, people: People) -> Services:
    """The host of a municipality is the nearest large one of its county that has an office, or else itself."""
    rows = pl.DataFrame(snapshot.table("offices", ["municipality", "latitude", "longitude"]))
    points = {
        place: (latitude, longitude)
        for place, latitude, longitude in rows.group_by("municipality").mean().sort("municipality").iter_rows()
    }
    shares = dict(claims_table("services").select("size_group", "share").iter_rows())
    size = dict(zip(people.municipalities, people.size_groups, strict=True))
    county = dict(zip(people.municipalities, people.counties, strict=True))
    large = [place for place in points if size[place] in _LARGE]
    number = {place: row for row, place in enumerate(people.municipalities)}
    host = np.arange(len(number), dtype=np.int16)
    for place, point in points.items():
        near = [other for other in large if county[other] == county[place]]
        if near:
            distances = [float(great_circle_km(*point, *points[other])) for other in near]
            host[number[place]] = number[near[int(np.argmin(distances))]]
    return Services(host, np.array([shares.get(size[place], 0.0) for place in people.municipalities], np.float32))

"""Statistical sub-areas with their population and a point: where people live."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from fastlege.rules.dated_rows import DATA, read_lines

COLUMNS = (
    "basic_unit",
    "name",
    "municipality",
    "district",
    "district_name",
    "population",
    "latitude",
    "longitude",
    "land_km2",
)


@dataclass(frozen=True)
class SubArea:
    """A sub-area, or in the largest towns its part of one city district; municipality on the borders of 2024."""

    code: str
    name: str
    municipality: str
    district: str
    district_name: str
    population: int
    latitude: float
    longitude: float


@cache
def sub_areas() -> tuple[SubArea, ...]:
    """All sub-areas, in the order of the file."""
    return tuple(
        SubArea(
            cells["basic_unit"],
            cells["name"],
            cells["municipality"],
            cells["district"],
            cells["district_name"],
            line.whole("population"),
            line.real("latitude"),
            line.real("longitude"),
        )
        for line in read_lines(DATA / "sub_areas.csv", COLUMNS)
        if (cells := line.cells)
    )

"""The geography of a day as snapshot tables."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pyarrow as pa

from fastlege.kernel.snapshot_tables import TABLES
from fastlege.kernel.vocabulary import SizeGroup
from fastlege.rules.geography.borders import (
    codes_on,
    municipalities_by_code,
    populations_on,
    short_name,
)
from fastlege.rules.geography.centrality import centrality_on
from fastlege.rules.geography.sub_areas import SubArea, sub_areas

COUNTED_ON = date(2025, 1, 1)
"""The day on whose borders the sub-areas stand, and when their people were counted."""

_LIMITS = (
    (2_000, SizeGroup.UNDER_2000),
    (5_000, SizeGroup.FROM_2000),
    (10_000, SizeGroup.FROM_5000),
    (50_000, SizeGroup.FROM_10000),
)


def size_group(population: int) -> SizeGroup:
    """The size group of a municipality, as the status report groups them."""
    return next((group for below, group in _LIMITS if population < below), SizeGroup.FROM_50000)


def municipalities_on(day: date) -> pa.Table:
    """The snapshot table `municipalities` on the borders of a day, with the last population counted up to it."""
    people, classes = populations_on(day), centrality_on(day)
    rows = [
        {
            "municipality": one.code,
            "name": one.name,
            "county": one.county,
            "county_name": short_name(one.county_name),
            "size_group": str(size_group(people[one.code])),
            "centrality": classes[one.code],
            "population": people[one.code],
            "latitude": one.latitude,
            "longitude": one.longitude,
        }
        for one in sorted(municipalities_by_code(day).values(), key=lambda one: one.code)
    ]
    return pa.Table.from_pylist(rows, schema=TABLES["municipalities"].schema)


def basic_units(day: date = COUNTED_ON) -> pa.Table:
    """The snapshot table `basic_units`: sub-areas of 2025, in their municipalities on the borders of a day.

    A sub-area keeps its code of 2025 on older borders. Those that several city districts share are one row at the
    population-weighted point of their parts.
    """
    parts: dict[str, list[SubArea]] = defaultdict(list)
    for place in sub_areas():
        parts[place.code].append(place)
    rows = [_basic_unit(parts[code], day) for code in sorted(parts)]
    return pa.Table.from_pylist(rows, schema=TABLES["basic_units"].schema)


def _basic_unit(parts: list[SubArea], day: date) -> dict[str, object]:
    first = parts[0]
    people = sum(part.population for part in parts)
    return {
        "basic_unit": first.code,
        "name": first.name,
        "municipality": codes_on(first.municipality, was_on=COUNTED_ON, on=day)[0],
        "population": people,
        "latitude": round(sum(part.latitude * part.population for part in parts) / people, 4),
        "longitude": round(sum(part.longitude * part.population for part in parts) / people, 4),
    }

"""Fixed prices: the level of each year's prices against the year that fixed prices are stated in."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from io import StringIO

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot

SAME = 1_000_000
"""The price level of the year that fixed prices are stated in."""

FILE = "price_levels.csv"


def year_of_claims(snapshot: Snapshot) -> int:
    """The year that a snapshot's claims were made in."""
    return int(snapshot.meta.get("claims_year", snapshot.as_of.year))


def price_level(snapshot: Snapshot) -> int:
    """The level of prices in the year of the claims, in millionths; a year without one is a `DataError`."""
    year = year_of_claims(snapshot)
    levels = price_levels()
    if year not in levels:
        known = f"{min(levels)}-{max(levels)}"
        raise DataError(
            f"there is no price level for {year}, only for {known}.",
            where=f"figures/data/{FILE}",
            remedy="Add the year, with its source.",
        )
    return levels[year]


@cache
def price_levels() -> dict[int, int]:
    """The price level of each year, in millionths of that of the year of fixed prices."""
    text = (files("fastlege.figures") / "data" / FILE).read_text(encoding="utf-8")
    return {int(row["year"]): int(row["level"]) for row in csv.DictReader(StringIO(text))}

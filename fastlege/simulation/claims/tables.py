"""The tables that a year of claims is drawn from: published volumes and documented assumptions."""

from __future__ import annotations

from datetime import date
from functools import cache

import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.simulation.recipe import claims_table

GP, OUT_OF_HOURS = "gp", "out_of_hours_service"
PLACES = (GP, OUT_OF_HOURS)
LIS1 = "lis1"
WORKERS = (*PLACES, LIS1)
"""Whose bills are made by rows of their own: GPs', those out of hours, and those of doctors in their first posts."""


def years() -> tuple[int, ...]:
    """The years whose volumes are published."""
    return tuple(sorted(set(claims_table("volumes")["year"].cast(pl.Int64))))


def volumes(year: int) -> pl.DataFrame:
    """Contacts of a year by place and group. Raises `DataError` for a year without published volumes."""
    if year not in years():
        known = f"{years()[0]} to {years()[-1]}"
        raise DataError(f"no volumes are published for {year}.", where="year", remedy=f"Choose one of {known}.")
    return claims_table("volumes").filter(pl.col("year").cast(pl.Int64) == year).cast({"contacts": pl.Int64})


@cache
def assumed(name: str) -> float:
    """One assumption by name."""
    return float(claims_table("assumptions").filter(pl.col("name") == name)["value"].item())


def main_codes(place: str, group: str, *, evening: bool, on: date) -> tuple[list[str], list[float]]:
    """The codes that make a contact of a group, and their shares."""
    day = on.isoformat()
    rows = claims_table("codes").filter(
        (pl.col("place") == place)
        & (pl.col("group") == group)
        & (pl.col("evening") == ("yes" if evening else "no"))
        & (pl.col("valid_from") <= day)
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
    )
    return rows["code"].to_list(), rows["share"].cast(pl.Float64).to_list()


@cache
def companions(worker: str) -> pl.DataFrame:
    """Codes that stand beside a main code: with which share of its bills, how often at most, by which doctors."""
    rows = claims_table("companions").filter(pl.col("place") == worker)
    return rows.cast({"share": pl.Float64, "most": pl.Int64})

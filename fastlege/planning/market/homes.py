"""In which municipality a person without a list is placed: at home, or with the neighbour that runs the scheme."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.planning.market.lists import takes_part
from fastlege.rules.geography.reach import great_circle_km
from fastlege.rules.parameters import Rulebook

AREA = "allocation.area"
_HOME_MUNICIPALITY = "home municipality"
_FAR_METRES = 10**9


def with_placing(people: pl.DataFrame, lists: pl.DataFrame, *, on: date, book: Rulebook) -> pl.DataFrame:
    """People with `placed_in`: their own municipality, or that of the nearest list where it has no list of its own.

    Nearest is by the straight way from the sub-area's point to the office, in whole metres, then by list_id.
    """
    area = book.text(AREA, on=on)
    if area != _HOME_MUNICIPALITY:
        raise DataError(f"{AREA} is {area!r}, which rounds do not know.", remedy=f"Use {_HOME_MUNICIPALITY!r}.")
    taking = lists.filter(takes_part()).sort("list_id")
    point = ["municipality", "latitude", "longitude"]
    stray = people.select(point).unique(maintain_order=True).join(taking, on="municipality", how="anti")
    if stray.is_empty() or taking.is_empty():
        return people.with_columns(placed_in=pl.col("municipality"))
    here = [stray[name].to_numpy()[:, None] for name in point[1:]]
    there = [taking[name].to_numpy()[None, :] for name in point[1:]]
    # Whole metres: equal on every machine, whatever the last digit of its sine.
    metres = np.nan_to_num(np.rint(1000 * great_circle_km(*here, *there)), nan=_FAR_METRES)
    nearest = stray.with_columns(neighbour=taking["municipality"].gather(np.argmin(metres, axis=1)))
    return (
        people.join(nearest, on=point, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(placed_in=pl.coalesce("neighbour", "municipality"))
        .drop("neighbour")
    )

"""Where people live on a recipe's day: municipalities and basic units on the borders of that day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from fastlege.rules.geography import basic_units, cooperating_on, municipalities_on


@dataclass(frozen=True)
class Territory:
    """Municipalities and basic units in order of code, and the municipality whose lists serve each municipality."""

    municipalities: pl.DataFrame
    basic_units: pl.DataFrame
    served_by: Mapping[str, str]

    def municipality_table(self) -> pa.Table:
        """The snapshot table of municipalities."""
        return self.municipalities.to_arrow()

    def basic_unit_table(self) -> pa.Table:
        """The snapshot table of basic units."""
        return self.basic_units.to_arrow()

    @property
    def points(self) -> NDArray[np.float64]:
        """Latitude and longitude of the municipalities."""
        return self.municipalities.select("latitude", "longitude").to_numpy()


def load_territory(day: date, size_groups: Mapping[str, str]) -> Territory:
    """The territory of a day; `size_groups` replaces the size group of some municipalities."""
    municipalities = _frame(municipalities_on(day)).with_columns(
        size_group=pl.col("municipality").replace_strict(size_groups, default=pl.col("size_group"))
        if size_groups
        else pl.col("size_group")
    )
    units = _frame(basic_units(day))
    return Territory(municipalities, units, cooperating_on(day))


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a table was expected")
    return frame

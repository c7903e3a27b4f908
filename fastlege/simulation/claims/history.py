"""A nation whose history reaches back to a year long before it: with the lists and doctors of its first known days.

A synthetic nation knows since when people have stood on their list, and little of where they stood before. In the year
before its day that is enough; long before it most would have no list, and no contact would be with the own doctor.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
import pyarrow as pa

from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.snapshot_tables import ALL_TABLES


class ReachingBack(Snapshot):
    """The tables of a snapshot, with what stood first on each list and for each person standing since a first day.

    Nobody stands on a list before being born. The other rows, and all other tables, are those of the snapshot.
    """

    def __init__(self, snapshot: Snapshot, first: date) -> None:
        super().__init__(snapshot.folder)
        self._lent = {
            "memberships": _earliest(
                _with_births(snapshot), "person_id", pl.max_horizontal(pl.lit(first), "birth_date")
            ),
            "doctor_periods": _earliest(_rows(snapshot, "doctor_periods"), "list_id", pl.lit(first)),
            "lists": _rows(snapshot, "lists").with_columns(
                pl.min_horizontal(column, pl.lit(first)) for column in ("start", "agreement_date")
            ),
        }

    def table(self, name: str, columns: Sequence[str] | None = None, *, as_dictionary: Sequence[str] = ()) -> pa.Table:
        """Read a table, or some of its columns, as it was through the year."""
        lent = getattr(self, "_lent", {}).get(name)
        if lent is None:
            return super().table(name, columns, as_dictionary=as_dictionary)
        schema = ALL_TABLES[name].schema
        rows = lent.select(schema.names).to_arrow().cast(schema)
        return rows if columns is None else rows.select(list(columns))


def reaching_back(snapshot: Snapshot, year: int) -> Snapshot:
    """The snapshot itself for a year that its history tells of, the one before its day; else one that reaches back."""
    return snapshot if year >= snapshot.as_of.year - 1 else ReachingBack(snapshot, date(year, 1, 1))


def _rows(snapshot: Snapshot, name: str) -> pl.DataFrame:
    return pl.DataFrame(snapshot.table(name))


def _with_births(snapshot: Snapshot) -> pl.DataFrame:
    births = pl.DataFrame(snapshot.table("persons", ["person_id", "birth_date"]))
    return _rows(snapshot, "memberships").join(births, on="person_id", how="left", maintain_order="left")


def _earliest(rows: pl.DataFrame, owner: str, first: pl.Expr) -> pl.DataFrame:
    """The rows with the earliest one of each owner beginning no later than the first day."""
    is_earliest = pl.col("start") == pl.col("start").min().over(owner)
    moved = pl.when(is_earliest).then(pl.min_horizontal("start", first)).otherwise("start")
    return rows.with_columns(start=moved)

"""A nation in a year that its history does not tell of: with the lists and doctors of its first known days.

A synthetic nation knows since when people have stood on their list, and little of where they stood before. In the year
before its day that is enough; long before it most would have no list, and no contact would be with the own doctor.
Doctors in first posts (LIS1) come and go by half-years: those of the nation's last year are moved to the year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
import pyarrow as pa

from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.snapshot_tables import ALL_TABLES
from fastlege.kernel.vocabulary import Relationship

_ANY = pl.lit(True)
_IN_FIRST_POST = pl.col("relationship") == Relationship.LIS1.value


class InYear(Snapshot):
    """The tables of a snapshot as they are lent to a year before or after it.

    Before it, what stood first on each list and for each person stands since January, but nobody on a list before
    being born. The other rows, and all other tables, are those of the snapshot.
    """

    def __init__(self, snapshot: Snapshot, year: int) -> None:
        super().__init__(snapshot.folder)
        periods, years = _rows(snapshot, "doctor_periods"), year - _last_year(snapshot)
        self._lent = {"doctor_periods": _moved(periods, years)}
        if years < 0:
            first = date(year, 1, 1)
            births = pl.max_horizontal(pl.lit(first), "birth_date")
            self._lent = {
                "memberships": _earliest(_with_births(snapshot), "person_id", births),
                "doctor_periods": _moved(_earliest(periods, "list_id", pl.lit(first), ~_IN_FIRST_POST), years),
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


def in_year(snapshot: Snapshot, year: int) -> Snapshot:
    """The snapshot itself for a year that its history tells of, its own or the one before; else one that is lent."""
    return snapshot if year in (_last_year(snapshot), snapshot.as_of.year) else InYear(snapshot, year)


def _last_year(snapshot: Snapshot) -> int:
    """The last whole year before a snapshot's day."""
    return snapshot.as_of.year - 1


def _rows(snapshot: Snapshot, name: str) -> pl.DataFrame:
    return pl.DataFrame(snapshot.table(name))


def _with_births(snapshot: Snapshot) -> pl.DataFrame:
    births = pl.DataFrame(snapshot.table("persons", ["person_id", "birth_date"]))
    return _rows(snapshot, "memberships").join(births, on="person_id", how="left", maintain_order="left")


def _moved(periods: pl.DataFrame, years: int) -> pl.DataFrame:
    """The doctor periods, with those of first posts so many whole years later."""
    return periods.with_columns(
        pl.when(_IN_FIRST_POST).then(pl.col(name).dt.offset_by(f"{years}y")).otherwise(name).alias(name)
        for name in ("start", "end")
    )


def _earliest(rows: pl.DataFrame, owner: str, first: pl.Expr, among: pl.Expr = _ANY) -> pl.DataFrame:
    """The rows with the earliest one of each owner, among some, beginning no later than the first day."""
    is_earliest = among & (pl.col("start") == pl.col("start").filter(among).min().over(owner))
    moved = pl.when(is_earliest).then(pl.min_horizontal("start", first)).otherwise("start")
    return rows.with_columns(start=moved)

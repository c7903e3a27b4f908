"""Who moves together: the families of the queue."""

from __future__ import annotations

import polars as pl


def units_of(people: pl.DataFrame, queue: pl.DataFrame) -> pl.DataFrame:
    """People with their unit's id (its smallest person_id) and size, and whether the whole unit may move.

    In a family where some but not all lack a list, those without one are units of their own: they come first.
    """
    family = queue.group_by("person_id").agg(family_id=pl.col("family_id").max())
    rows = people.join(family, on="person_id", how="left").with_columns(without=pl.col("list_id").is_null())
    mixed = pl.col("without").any().over("family_id") & ~pl.col("without").all().over("family_id")
    alone = pl.col("family_id").is_null() | (mixed & pl.col("without"))
    rows = rows.with_columns(together=pl.when(~alone).then(pl.col("family_id")))
    first = pl.col("person_id").min().over("together")
    rows = rows.with_columns(unit_id=pl.when(pl.col("together").is_null()).then(pl.col("person_id")).otherwise(first))
    return rows.with_columns(
        unit_size=pl.len().over("unit_id"), unit_may_move=pl.col("may_move").all().over("unit_id")
    ).drop("together", "without")

"""The same people under two policies: who got a list earlier, who later, and by how much."""

from __future__ import annotations

import polars as pl

from fastlege.simulation.life.telling.spells import SERVED

STEPS = (1, 3, 6, 12, 24)
"""Lower bounds in months of the classes of difference, earlier or later; the last class has no end."""


def compare(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """One row a person's spell of waiting that both policies know, with `months` that the other is later by.

    A spell that only one of them served counts from then to its end under the other, or to the last month: a least
    difference (`at_least`). Spells that neither served are the same.
    """
    both = one.join(other, on=["person_id", "waiting_since"], suffix="_other")
    here, there = pl.col("outcome") == SERVED, pl.col("outcome_other") == SERVED
    difference = pl.col("month_other") - pl.col("month")
    months = (
        pl.when(here & there)
        .then(difference)
        .when(here)
        .then(pl.max_horizontal(difference, 1))
        .when(there)
        .then(pl.min_horizontal(difference, -1))
        .otherwise(0)
    )
    rows = both.with_columns(months=months, at_least=here != there, served_by_any=here | there)
    return rows.select("person_id", "waiting_since", "size_group", "months", "at_least", "served_by_any")


def classes(compared: pl.DataFrame, by: str | None = None) -> pl.DataFrame:
    """Counts of spells by class of difference (`from_months`), and by another column."""
    # Classes below zero are named, as those above, by their end nearest to zero.
    months = pl.col("months")
    named = (pl.when(months >= 0).then(_class_of(months)).otherwise(-_class_of(-months))).alias("from_months")
    named = named.cast(pl.Int32)
    keys = ["from_months"] if by is None else [by, "from_months"]
    return compared.with_columns(named).group_by(keys).len("people").sort(keys)


def _class_of(months: pl.Expr) -> pl.Expr:
    found = pl.lit(0)
    for step in STEPS:
        found = pl.when(months >= step).then(pl.lit(step)).otherwise(found)
    return found


def summary(compared: pl.DataFrame, by: str | None = None) -> pl.DataFrame:
    """How many are earlier, as before and later, and by how many months on average, 90th percentile and at most."""
    later = pl.col("months").filter(pl.col("months") > 0)
    earlier = -pl.col("months").filter(pl.col("months") < 0)
    columns = [
        pl.len().alias("people"),
        (pl.col("months") < 0).sum().alias("earlier"),
        ((pl.col("months") == 0) & pl.col("served_by_any")).sum().alias("same"),
        (~pl.col("served_by_any")).sum().alias("not_served"),
        (pl.col("months") > 0).sum().alias("later"),
        earlier.mean().round(1).alias("earlier_by"),
        later.mean().round(1).alias("later_by"),
        later.quantile(0.9, "nearest").alias("later_p90"),
        later.max().alias("later_most"),
    ]
    return compared.select(columns) if by is None else compared.group_by(by).agg(columns).sort(by)

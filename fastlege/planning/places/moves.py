"""The moves of a plan: what was settled before the engine and what the engine answered, each with its ground."""

from __future__ import annotations

from datetime import date

import polars as pl

from fastlege.planning.grounds import GROUNDS
from fastlege.planning.market.assembly import MonthMarket
from fastlege.rules.parameters import Rulebook

_NORWAY = "Europe/Oslo"


def moves_of(month: MonthMarket, answered: pl.DataFrame, *, on: date, book: Rulebook) -> pl.DataFrame:
    """One row for each person whose list changes, with the columns of a plan's moves."""
    settled = month.settled.select(
        *("person_id", "from_list", "to_list", "how"),
        cycle_id=pl.lit(None, pl.Int64),
        exchanged_from=pl.lit(None, pl.Int64),
    )
    # Whom the engine moves on from a place that was settled comes from where they stood before it.
    begun = settled.select("person_id", begun_on="from_list", settled=pl.lit(True))
    answered = answered.join(begun, on="person_id", how="left").with_columns(
        from_list=pl.when("settled").then("begun_on").otherwise("from_list")
    )
    stayed = settled.join(answered, on="person_id", how="anti")
    moves = pl.concat([stayed, answered.select(settled.columns)])
    moves = moves.filter(~pl.col("from_list").eq_missing(pl.col("to_list"))).sort("person_id")
    met = month.queue.select("person_id", "rank", "requested_at", to_list="list_id")
    return (
        moves.rename({"how": "explanation_key"})
        .join(_grounds(moves["how"], on=on, book=book), on="explanation_key", how="left")
        .join(met, on=["person_id", "to_list"], how="left")
        .with_columns(on=pl.lit(on), queued_since=pl.col("requested_at").dt.convert_time_zone(_NORWAY).dt.date())
        .sort("person_id")
    )


def _grounds(used: pl.Series, *, on: date, book: Rulebook) -> pl.DataFrame:
    """Reason, rule and source of the ways that were used: a rule must hold on the day to be cited."""
    ways = set(used)
    return pl.DataFrame(
        [
            (how.value, ground.reason.value, ground.chosen, ground.rule, book.row(ground.rule, on=on).source)
            for how, ground in GROUNDS.items()
            if how.value in ways
        ],
        schema={
            "explanation_key": pl.String,
            "reason": pl.String,
            "chosen": pl.Boolean,
            "rule": pl.String,
            "rule_source": pl.String,
        },
        orient="row",
    )

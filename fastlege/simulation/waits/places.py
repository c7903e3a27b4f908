"""The queue places of a simulated month as a plan would tell them."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.matching.standing import Fate, Trade, standings
from fastlege.planning.plan import Exchange, PlaceOutcome
from fastlege.planning.waits.history import BY_EXCHANGE
from fastlege.simulation.life.month import Month

_EXCHANGE = {
    Trade.PRICED: Exchange.PRICED.value,
    Trade.NO_RING: Exchange.NO_RING.value,
    Trade.DIVIDED: Exchange.DIVIDED.value,
    Trade.NO_PLACE: Exchange.NO_PLACE.value,
    Trade.NONE: None,
}


def places_of(month: Month) -> pl.DataFrame:
    """One row a place that the round met or left: a plan's columns, `by_exchange` where met, and `is_new`.

    A place is new in the first round that knows it. Places that fell away because something better came are left out.
    """
    if month.stages is None:
        raise DataError(f"the policy {month.policy!r} tells nobody where they stand.", remedy="Use the round's.")
    told = standings(month.stages)
    kinds = np.array([_EXCHANGE[kind] for kind in Trade], dtype=object)
    waiting = told.fate == Fate.WAITING
    rows = pl.DataFrame(
        {
            "person_id": told.person_id,
            "list_id": told.list_id,
            "requested_at": told.requested_at,
            "outcome": np.where(told.fate == Fate.MET, PlaceOutcome.MET.value, PlaceOutcome.LIST_FULL.value),
            "position": told.position,
            "ahead_persons": pl.Series(told.ahead_persons).set(pl.Series(~waiting), None),
            "exchange": pl.Series(kinds[told.trade].tolist(), dtype=pl.String),
            "own_points_days": told.points,
            "threshold_days": pl.Series(told.threshold).set(pl.Series(told.trade != Trade.PRICED), None),
        }
    )
    exchanged = month.moves.filter(pl.col("reason").is_in(BY_EXCHANGE))
    return (
        rows.filter(pl.Series(told.fate != Fate.SURPASSED))
        .join(
            exchanged.select("person_id", list_id="to_list", by_exchange=pl.lit(True)),
            on=["person_id", "list_id"], how="left",
        )
        .with_columns(
            pl.col("by_exchange").fill_null(False),
            is_new=pl.col("requested_at") >= _seconds(_month_before(month.day)),
        )
    )  # fmt: skip


def _month_before(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month - 2, 12)
    return date(year, month + 1, 1)


def _seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400

"""The wait of every queue place after a round, and of one who would queue today, in days from the round."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.vocabulary import ListStatus
from fastlege.planning.plan import Exchange
from fastlege.planning.waits.basis import WaitBasis
from fastlege.planning.waits.curves import NEVER, Curves, Quantiles
from fastlege.planning.waits.levels import position_class
from fastlege.planning.waits.model import Model, fitted
from fastlege.planning.waits.scores import (
    curve_groups,
    exchange_facts,
    exchange_score,
    exchange_score_of_newcomers,
    positions_of_groups,
    queue_score,
    together_in_line,
)
from fastlege.rules.parameters import Rulebook

Ints = NDArray[np.int64]

EFFECTIVE_DAY = "switch.effective_day"
ROUND_MONTHS = 1
WAITS = ("wait_low", "wait_median", "wait_high", "wait_basis")


def estimate(
    places: pl.DataFrame, history: pl.DataFrame, *, on: date, book: Rulebook, model: Model | None = None
) -> pl.DataFrame:
    """The places with columns `WAITS`, in the order given: days from `on` to the round that gives the place.

    `places` has the columns of a plan's queue places, `history` those of `HISTORY`, as the round leaves the lists. The
    wait is for one who stays in line: that somebody gives up, or gets another list they like better, is no answer to
    when this place comes. Days are null where they lie beyond the horizon, or where the basis says that they cannot be
    told.
    """
    model = model or fitted()
    standing = places["ahead_persons"].is_not_null()
    in_line = places.filter(standing).group_by("list_id").agg(in_line=pl.len())
    lists = history.join(in_line, on="list_id", how="left").with_columns(pl.col("in_line").fill_null(0))
    lacking = pl.col("threshold_days") - pl.col("own_points_days")
    facts = places.select("list_id", "ahead_persons", "exchange", together=together_in_line(), lacking=lacking)
    rows = facts.join(lists, on="list_id", how="left", maintain_order="left")
    without_list = (rows["exchange"] == Exchange.NO_PLACE.value).fill_null(False)
    basis = _basis(rows, standing, without_list, model)
    said = rows.filter(basis == WaitBasis.ESTIMATED.value)
    asked = said.with_columns(pl.col("exchange").fill_null(Exchange.NO_RING.value))
    ahead, company = (said[name].cast(pl.Int64).to_numpy() for name in ("ahead_persons", "together"))
    quantiles = model.places.quantiles(
        curve_groups(said, company),
        queue_score(ahead, company, said, model.paces),
        exchange_score(exchange_facts(asked, said), model.pull),
        model.place_levels.of(positions_of_groups(said), position_class(ahead)),
    )
    return places.drop(WAITS, strict=False).hstack(_days(basis, quantiles, model.places, on, book))


def estimate_for_newcomers(
    lists: pl.DataFrame, history: pl.DataFrame, *, on: date, book: Rulebook, model: Model | None = None
) -> pl.DataFrame:
    """The lists with columns `WAITS`: the wait of one who would queue for the list on the day of the round, first wish.

    `lists` has the columns `list_id` and `in_line`, the persons who stand in line after the round.
    """
    model = model or fitted()
    rows = lists.select("list_id", "in_line").join(history, on="list_id", how="left", maintain_order="left")
    everybody = pl.repeat(True, len(rows), eager=True)
    basis = _basis(rows, everybody, ~everybody, model)
    said = rows.filter(basis == WaitBasis.ESTIMATED.value)
    size, ahead = positions_of_groups(said), said["in_line"].cast(pl.Int64).to_numpy()
    quantiles = model.newcomers.quantiles(
        size,
        queue_score(ahead, np.ones(len(said)), said, model.paces),
        exchange_score_of_newcomers(said, model.pull),
        model.newcomer_levels.of(size, position_class(ahead)),
    )
    return lists.drop(WAITS, strict=False).hstack(_days(basis, quantiles, model.newcomers, on, book))


def _basis(rows: pl.DataFrame, standing: pl.Series, without_list: pl.Series, model: Model) -> pl.Series:
    """Why nothing can be said of a row, or that something can."""
    reasons = (
        (~standing, WaitBasis.NOT_IN_LINE),
        (without_list, WaitBasis.WITHOUT_LIST),
        (pl.col("months").is_null() | pl.col("ends").is_not_null(), WaitBasis.LIST_ENDS),
        (pl.col("status") == ListStatus.LOCKED.value, WaitBasis.LIST_LOCKED),
        (pl.col("months") < model.least_months, WaitBasis.TOO_LITTLE_HISTORY),
    )
    answer = pl.lit(WaitBasis.ESTIMATED.value)
    for holds, reason in reversed(reasons):
        answer = pl.when(holds).then(pl.lit(reason.value)).otherwise(answer)
    return rows.select(basis=answer)["basis"]


def _days(basis: pl.Series, quantiles: Quantiles, curves: Curves, on: date, book: Rulebook) -> pl.DataFrame:
    """The answers at their rows; a wait whose median lies beyond the horizon says so."""
    days = days_to_rounds(on, curves.horizon, book)
    said = np.flatnonzero((basis == WaitBasis.ESTIMATED.value).to_numpy())
    beyond = said[quantiles.median == NEVER]
    words = basis.to_numpy().astype(object)
    words[beyond] = WaitBasis.BEYOND_HORIZON.value
    columns = {}
    for name, rounds in zip(WAITS, (quantiles.low, quantiles.median, quantiles.high), strict=False):
        whole = np.full(len(basis), NEVER)
        whole[said] = rounds
        columns[name] = pl.Series(days[whole], dtype=pl.Int32).set(pl.Series(whole == NEVER), None)
    return pl.DataFrame(columns).with_columns(wait_basis=pl.Series(words.tolist(), dtype=pl.String))


def days_to_rounds(on: date, rounds: int, book: Rulebook) -> Ints:
    """Days from a round to those that follow it, a month apart; the last entry stands for `NEVER` and means nothing."""
    day = book.whole(EFFECTIVE_DAY, on=on)
    months = [divmod(on.year * 12 + on.month - 1 + ahead * ROUND_MONTHS, 12) for ahead in range(rounds + 1)]
    return np.array([*((date(year, month + 1, day) - on).days for year, month in months), 0])

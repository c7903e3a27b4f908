"""Two numbers for each queue place that order the waits: how far off the queue is, and how near an exchange.

Both rest on the list's own months, drawn towards what lists of its kind do: a short history is trusted little, a long
one much (a Gamma prior on a Poisson rate, its mean and weight learnt from simulated years).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import gammainc

from fastlege.kernel.vocabulary import SizeGroup
from fastlege.planning.plan import Exchange

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_RAREST = 1e-3

GROUPS = tuple(group.value for group in SizeGroup)
"""Size groups of municipalities, by position in the tables of curves."""


@dataclass(frozen=True)
class Pace:
    """How lists of a size group give places to those in line.

    `turnover` is the mean number who leave per 1 000 members and month, less those who come by right; `turnover_trust`
    the months of a list's own history that weigh as much. Of that room `share` goes to the line; `trust` months of
    places that the list has in fact given weigh as much. `leaving` is the share of those ahead who leave the line in
    other ways a month.
    """

    turnover: float
    turnover_trust: float
    share: float
    trust: float
    leaving: float


@dataclass(frozen=True)
class Pull:
    """How often exchanges come about, as natural logarithms of their number per place and month.

    `kind` is the level for each `Exchange`. A priced place has further `gap_effect`, linear in the logarithm of the
    points that lack (plus `gap_scale`) between the values at `gap_points`. `own` is the weight of the logarithm of the
    list's rate, which `trust` place-months draw towards `mean`. `newcomer` stands for `kind` and gap where the list
    is all that is known.
    """

    kind: Mapping[str, float]
    gap_scale: float
    gap_points: tuple[float, ...]
    gap_effect: tuple[float, ...]
    own: float
    mean: float
    trust: float
    newcomer: float


def queue_score(ahead: Floats, together: Floats, history: pl.DataFrame, paces: Mapping[str, Pace]) -> Floats:
    """Logarithm of the months until the line reaches a place, when all goes at the list's expected pace.

    One row a place, with its list's row of history: the persons ahead, and those who move together. Those ahead are
    used up by the room that the list gives and by those who leave the line; a list above its cap first has to shrink.
    Once first in line, one still needs a month with room for all who move together, which gets rare for a family: it
    is passed over until then. More ahead never scores less, and more who came never more.
    """
    leaving = _by_group(paces, history, "leaving")
    rate = places_a_month(history, paces)
    to_the_front = np.log1p(leaving * (ahead + np.maximum(_above_cap(history), 0)) / rate) / leaving
    # The chance that at least so many places come free in a month, as a Poisson number.
    fits = np.maximum(gammainc(together, rate), _RAREST)
    score: Floats = np.log(to_the_front + 1 / fits)
    return score


def places_a_month(history: pl.DataFrame, paces: Mapping[str, Pace]) -> Floats:
    """How many places each list can be expected to give to its line in a month, once it is not above its cap."""
    months = _floats(history, "months")
    trust = _by_group(paces, history, "trust")
    # A list above its cap gave nothing to its line whatever room it will give; only its turnover speaks of that.
    counts = np.where(_above_cap(history) > 0, 0.0, 1.0)
    usual = _by_group(paces, history, "share") * turnover(history, paces)
    rate: Floats = (trust * usual + counts * _floats(history, "came_in_line")) / (trust + counts * months)
    return rate


def turnover(history: pl.DataFrame, paces: Mapping[str, Pace]) -> Floats:
    """How many a month leave each list, less those who come by right, drawn towards lists of its size and place."""
    usual = _by_group(paces, history, "turnover") * np.maximum(_floats(history, "length"), 1) / 1000
    trust = _by_group(paces, history, "turnover_trust")
    net = np.maximum(_floats(history, "left") - _floats(history, "came_by_right"), 0)
    rate: Floats = (trust * usual + net) / (trust + _floats(history, "months"))
    return rate


def _above_cap(history: pl.DataFrame) -> Floats:
    return _floats(history, "length") - _floats(history, "cap")


@dataclass(frozen=True)
class ExchangeFacts:
    """What an exchange depends on, one row a place: its `Exchange` as a position, the points it lacks, and how many
    came to its list by exchange over so many place-months.
    """

    kind: Ints
    lacking: Floats
    came: Floats
    exposure: Floats


def exchange_facts(places: pl.DataFrame, history: pl.DataFrame) -> ExchangeFacts:
    """The facts from the columns `exchange` and `lacking` (points, in days) of places, and their lists' history."""
    kinds = [kind.value for kind in Exchange]
    return ExchangeFacts(
        kind=places["exchange"].replace_strict(kinds, range(len(kinds)), return_dtype=pl.Int64).to_numpy(),
        lacking=places["lacking"].cast(pl.Float64).fill_null(0).clip(0).to_numpy(),
        came=_floats(history, "came_by_exchange"),
        exposure=_floats(history, "exchange_months") * _floats(history, "in_line"),
    )


def exchange_score(facts: ExchangeFacts, pull: Pull) -> Floats:
    """Logarithm of the exchanges a month to expect for each place."""
    level = np.array([pull.kind[kind.value] for kind in Exchange])[facts.kind]
    effect = np.interp(np.log(facts.lacking + pull.gap_scale), np.log(pull.gap_points), pull.gap_effect)
    priced = facts.kind == list(Exchange).index(Exchange.PRICED)
    score: Floats = level + np.where(priced, effect, 0.0) + own_exchanges(facts.came, facts.exposure, pull)
    return score


def exchange_score_of_newcomers(history: pl.DataFrame, pull: Pull) -> Floats:
    """The same for one of whom nothing is known but the list: one row a list."""
    exposure = _floats(history, "exchange_months") * _floats(history, "in_line")
    return pull.newcomer + own_exchanges(_floats(history, "came_by_exchange"), exposure, pull)


def own_exchanges(came: Floats, exposure: Floats, pull: Pull) -> Floats:
    """What a list's own exchanges add to the score: its rate per place in line, beside the nation's."""
    rate = (pull.trust * pull.mean + came) / (pull.trust + exposure)
    added: Floats = pull.own * np.log(rate / pull.mean)
    return added


def curve_groups(history: pl.DataFrame, together: Ints) -> Ints:
    """The row of the curves for each place: those who move alone by size group, then families by size group."""
    return positions_of_groups(history) + len(GROUPS) * (together > 1)


def together_in_line() -> pl.Expr:
    """How many move together with each place in line: a family is one position of its list."""
    return pl.len().over("list_id", "position").cast(pl.Int64)


def positions_of_groups(history: pl.DataFrame) -> Ints:
    """The position of each row's size group in `GROUPS`."""
    return history["size_group"].replace_strict(GROUPS, range(len(GROUPS)), return_dtype=pl.Int64).to_numpy()


def _by_group(paces: Mapping[str, Pace], history: pl.DataFrame, name: str) -> Floats:
    values: Floats = np.array([getattr(paces[group], name) for group in GROUPS])
    return values[positions_of_groups(history)]


def _floats(frame: pl.DataFrame, column: str) -> Floats:
    return frame[column].cast(pl.Float64).to_numpy()

"""Since when people are on their list, why, and which list they were on before if they came in the last year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.vocabulary import Reason
from fastlege.simulation.months import month_number
from fastlege.simulation.nation import Nation

Months = NDArray[np.int16]

_MEAN_MONTHS = 75
_LONGEST = 400
_SCALE = 65536
REASONS = tuple(Reason)
_CODE = {reason: code for code, reason in enumerate(REASONS)}
_BIRTH = _CODE[Reason.BIRTH]
_IMMIGRATION = _CODE[Reason.IMMIGRATION]
CHOSEN = np.isin(np.arange(len(REASONS)), [_CODE[Reason.CHOSEN_DIRECT], _CODE[Reason.CHOSEN_QUEUE]])
QUEUED = _CODE[Reason.CHOSEN_QUEUE]
_IMMIGRANTS = 0.012
"""Share of members who came to the country in the last year; assumed."""
_EARLIER = {
    Reason.CHOSEN_DIRECT: 0.44,
    Reason.CHOSEN_QUEUE: 0.12,
    Reason.PRACTICE_CLOSED: 0.26,
    Reason.LIST_REDUCTION: 0.03,
    Reason.ALLOCATED: 0.07,
    Reason.IMMIGRATION: 0.05,
    Reason.CHILD_OF_MEMBER: 0.03,
}
"""Why people who came more than a year ago came; assumed."""


@dataclass(frozen=True)
class Tenure:
    """Months (since 1970) and reasons of the present membership, and of the one before where there was one."""

    start: Months
    reason: NDArray[np.uint8]
    previous_list: NDArray[np.int32]
    """Place of the list left in the last year, or -1."""
    previous_start: Months


def draw_tenure(rng: np.random.Generator, nation: Nation, list_: NDArray[np.int32], born: Months) -> Tenure:
    """For people on lists (places), born in given months."""
    now = month_number(nation.recipe.as_of)
    count = len(list_)
    bits = rng.integers(0, _SCALE, size=(4, count), dtype=np.uint16)
    list_start = nation.lists.start.astype(np.int16)[list_]
    founding = list_start > now - 12
    recent = (bits[0] < round(_switch_rate(nation) * _SCALE)) | founding
    since = np.where(recent, bits[1] % 12, _months_table()[bits[1]])
    start = np.maximum((now - since).astype(np.int16), list_start)
    reason = np.where(recent, _reasons(_latest(nation))[bits[2]], _reasons(_EARLIER)[bits[2]])
    newborn = born + 1 >= start
    reason = np.where(newborn, _BIRTH, reason).astype(np.uint8)
    # Whoever is not born on the list comes to it a month after birth at the earliest; a list may be younger still.
    start = np.maximum(np.where(newborn, born + 1, start), list_start).astype(np.int16)
    reason[(reason == QUEUED) & (start < _queues_since(nation))] = _CODE[Reason.CHOSEN_DIRECT]
    arrived = (start > now - 12) & ~newborn & (bits[3] < round(_IMMIGRANTS / 0.18 * _SCALE))
    reason[arrived] = _IMMIGRATION
    moved = np.flatnonzero((start > now - 12) & (reason != _BIRTH) & (reason != _IMMIGRATION))
    previous_list, previous_start = _before(rng, nation, list_[moved], start[moved], born[moved])
    left = np.full(count, -1, np.int32)
    left_start = np.zeros(count, np.int16)
    left[moved], left_start[moved] = previous_list, previous_start
    reason[moved[previous_list < 0]] = _CODE[Reason.ALLOCATED]
    return Tenure(start, reason, left, left_start)


def _before(
    rng: np.random.Generator, nation: Nation, list_: NDArray[np.int32], start: Months, born: Months
) -> tuple[NDArray[np.int32], Months]:
    """Another list of the same municipality, and since when; -1 when there was none at the time."""
    unit = nation.lists.unit[list_]
    first, many = nation.first_list[unit], nation.margins.lists[unit]
    step = 1 + (rng.random(len(list_)) * (many - 1)).astype(np.int64)
    other = first + (list_ - first + step) % np.maximum(many, 1)
    earliest = np.maximum(nation.lists.start[other], born + 1)
    drawn = start - 1 - _months_table()[rng.integers(0, _SCALE, len(list_))]
    previous_start = np.maximum(drawn, earliest)
    fits = (many > 1) & (previous_start < start)
    return np.where(fits, other, -1).astype(np.int32), previous_start.astype(np.int16)


def _switch_rate(nation: Nation) -> float:
    published = nation.recipe.published
    wanted = (published["chosen_switches_per_1000"] + published["other_switches_per_1000"]) / 1000
    # Everybody on a list that began in the last year came to it then.
    began = nation.lists.length[nation.lists.start > month_number(nation.recipe.as_of) - 12].sum()
    founding = float(began / nation.lists.length.sum())
    return (wanted - founding) / (1 - founding)


def _queues_since(nation: Nation) -> int:
    """The first month in which somebody may have come from a waiting list."""
    return month_number(date.fromisoformat(str(nation.book.value("waiting.start", on=nation.recipe.as_of)))) + 1


def _latest(nation: Nation) -> dict[Reason, float]:
    published = nation.recipe.published
    chosen, other = published["chosen_switches_per_1000"], published["other_switches_per_1000"]
    cut = (chosen + other) * published["pct_reduction_of_switches"] / 100
    direct = published["pct_direct_of_chosen"] / 100
    return {
        Reason.CHOSEN_DIRECT: chosen * direct,
        Reason.CHOSEN_QUEUE: chosen * (1 - direct),
        Reason.LIST_REDUCTION: cut,
        Reason.PRACTICE_CLOSED: other - cut,
    }


def _reasons(weights: dict[Reason, float]) -> NDArray[np.uint8]:
    return _reason_table(tuple(weights.items()))


@cache
def _reason_table(weights: tuple[tuple[Reason, float], ...]) -> NDArray[np.uint8]:
    """A table from 16 random bits to the code of a reason."""
    shares = [share for _, share in weights]
    bounds = np.cumsum(shares) / sum(shares)
    place = np.searchsorted(bounds, (np.arange(_SCALE) + 0.5) / _SCALE)
    return np.array([_CODE[reason] for reason, _ in weights], np.uint8)[place]


@cache
def _months_table() -> NDArray[np.int16]:
    """A table from 16 random bits to months on a list beyond the first year."""
    u = (np.arange(_SCALE) + 0.5) / _SCALE
    return np.minimum(12 - _MEAN_MONTHS * np.log(1 - u), _LONGEST).astype(np.int16)

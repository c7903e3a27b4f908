"""Doctors in specialisation, part 1 (LIS1), who serve half a year in a municipality, at a list with a GP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.kernel.vocabulary import Sex
from fastlege.simulation.months import day_of_month_number, month_number
from fastlege.simulation.practices.lists import Lists

_BEGINS = (2, 8)
"""They begin on 1 March and 1 September (annual report 2025 section 10.5), as months from January."""
_MONTHS = 6
"""How long they serve in a municipality (annual report 2025 section 8.4)."""
_YOUNGEST, _OLDEST = 25, 33
_WOMEN = 0.6
"""Ages when they begin, and how many are women; assumed."""
_YEAR = 365.2425


@dataclass(frozen=True)
class FirstPosts:
    """One row a doctor: the place of the list, days of birth, of beginning and of ending."""

    list_: NDArray[np.int64]
    birth: NDArray[np.int32]
    sex: NDArray[np.int8]
    start: NDArray[np.int32]
    end: NDArray[np.int32]


def first_posts(lists: Lists, *, count: int, as_of: date, seed: int) -> FirstPosts:
    """As many at a time as the recipe says, since the beginning of the year before: new ones each half-year.

    They are drawn among the lists that have a GP and had begun; where they are is assumed. Their own stream leaves all
    else in a nation as it would be without them.
    """
    rng = stream(seed, "doctors in first posts")
    begins = np.array([month for month in _half_years(as_of)], np.int64)
    chosen = [
        np.sort(
            rng.choice(able := np.flatnonzero(~lists.vacant & (lists.start <= month)), min(count, len(able)), False)
        )
        for month in begins
    ]
    sizes = [len(each) for each in chosen]
    since, total = np.repeat(begins, sizes), sum(sizes)
    start = day_of_month_number(since)
    age = _YOUNGEST + (_OLDEST - _YOUNGEST) * rng.random(total)
    return FirstPosts(
        list_=np.concatenate([np.empty(0, np.int64), *chosen]),
        birth=(start - age * _YEAR).astype(np.int32),
        sex=np.where(rng.random(total) < _WOMEN, Sex.FEMALE.value, Sex.MALE.value).astype(np.int8),
        start=start,
        end=day_of_month_number(since + _MONTHS),
    )


def _half_years(as_of: date) -> list[int]:
    """Months since 1970 in which a half-year begins: from that which the year before begins in, up to the day."""
    first, last = month_number(date(as_of.year - 2, _BEGINS[-1] + 1, 1)), month_number(as_of)
    return [month for month in range(first, last + 1) if month % 12 in _BEGINS]

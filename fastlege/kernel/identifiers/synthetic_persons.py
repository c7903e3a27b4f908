"""Synthetic birth numbers and D-numbers (month + 80) by the million, and the check of whole columns."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.identifiers.persons import (
    D_NUMBER_ADDS,
    FIRST_WEIGHTS,
    LENGTH,
    MONTH_ADDS,
    REMAINDERS_FROM_2032,
    SECOND_WEIGHTS,
    Series,
)

Numbers = NDArray[np.int64]
Days = NDArray[np.datetime64]

_FIRST_DAY, _LAST_DAY = np.datetime64("1900-01-01"), np.datetime64("2039-12-31")
_MONTH_DAYS = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_STRIDE = 25_013
_KEY_DAYS = 48_213
_BLOCK = 512
_POWERS = 10 ** np.arange(LENGTH - 1, -1, -1, dtype=np.int64)


def synthetic_person_number(birth_date: date, ordinal: int, *, d_number: bool = False, form_2032: bool = False) -> str:
    """One synthetic number: see `synthetic_person_numbers`."""
    days, ordinals = np.array([birth_date], dtype="datetime64[D]"), np.array([ordinal])
    return str(digits_of(synthetic_person_numbers(days, ordinals, d_number=d_number, form_2032=form_2032))[0])


def synthetic_person_numbers(
    birth_dates: Days, ordinals: Numbers, *, d_number: bool = False, form_2032: bool = False
) -> Numbers:
    """Synthetic numbers as whole numbers of eleven digits: for each person the `ordinal`-th one of a birth date.

    Two persons have different numbers when their birth date or their ordinal differs. A day has room for some hundred
    ordinals, from 0; days from 1900 to 2039. With `form_2032` the first check digit leaves a remainder from 1 to 3.
    """
    days = birth_dates.astype("datetime64[D]")
    if days.size and not (days.min() >= _FIRST_DAY and days.max() <= _LAST_DAY):
        raise DataError(f"Synthetic person numbers need birth dates from {_FIRST_DAY} to {_LAST_DAY}.")
    different, day_of = np.unique(days, return_inverse=True)
    order = np.argsort(day_of, kind="stable")
    edges = np.searchsorted(day_of[order], np.arange(0, len(different) + _BLOCK, _BLOCK))
    numbers = np.empty(len(days), dtype=np.int64)
    for block, (start, end) in enumerate(pairwise(edges.tolist())):
        people, first_day = order[start:end], block * _BLOCK
        valid, starts = _valid_numbers(different[first_day : first_day + _BLOCK], d_number, form_2032)
        numbers[people] = _pick(valid, starts, day_of[people] - first_day, ordinals[people])
    return numbers


def synthetic_person_numbers_of_keys(keys: Numbers) -> Numbers:
    """A synthetic number for each key, different for different keys; its digits say nothing of the person.

    Keys are whole numbers from 0 up to about 19 million.
    """
    # Neighbouring keys get days far apart: the stride shares no factor with the number of days.
    days = _FIRST_DAY + (keys % _KEY_DAYS * _STRIDE % _KEY_DAYS).astype("timedelta64[D]")
    return synthetic_person_numbers(days, keys // _KEY_DAYS)


def key_of_synthetic_person_number(number: str) -> int | None:
    """The key that `synthetic_person_numbers_of_keys` makes a number from; none for a number that it never makes."""
    if len(number) != LENGTH or not (number.isascii() and number.isdigit()):
        return None
    written = int(number)
    for year in (1900 + written // 10**5 % 100, 2000 + written // 10**5 % 100):
        try:
            day = np.datetime64(f"{year}-{int(number[2:4]) - MONTH_ADDS[Series.TENOR]:02}-{number[:2]}", "D")
        except ValueError:
            continue
        if not _FIRST_DAY <= day <= _LAST_DAY:
            continue
        found = np.flatnonzero(_valid_numbers(np.array([day]), d_number=False, form_2032=False)[0] == written)
        position = int((day - _FIRST_DAY).astype(np.int64))
        if found.size and position < _KEY_DAYS:
            return int(found[0]) * _KEY_DAYS + position * pow(_STRIDE, -1, _KEY_DAYS) % _KEY_DAYS
    return None


def digits_of(numbers: Numbers, width: int = LENGTH) -> NDArray[np.str_]:
    """Whole numbers as texts of `width` digits, with leading zeros."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    digits = (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)
    return np.ascontiguousarray(digits).view(f"S{width}").ravel().astype(np.str_)


def are_person_numbers(numbers: Numbers, *, accept_2032: bool = True) -> NDArray[np.bool_]:
    """Which whole numbers are person numbers of any kind and series: `person_number_fault` for a column."""
    inside = (numbers >= 0) & (numbers < 10**LENGTH)
    digits = np.where(inside, numbers, 0)[:, None] // _POWERS % 10
    first = digits[:, :10] @ np.array([*FIRST_WEIGHTS, 1]) % 11
    second = digits @ np.array([*SECOND_WEIGHTS, 1]) % 11
    has_day = (digits[:, 0] >= 8) | _have_days(digits)
    highest = REMAINDERS_FROM_2032[-1] if accept_2032 else 0
    return inside & has_day & (first <= highest) & (second == 0)


def _have_days(digits: Numbers) -> NDArray[np.bool_]:
    day, month, year = (digits[:, place] * 10 + digits[:, place + 1] for place in (0, 2, 4))
    day = day - np.where(day > D_NUMBER_ADDS, D_NUMBER_ADDS, 0)
    plain = np.zeros_like(month)
    for added in MONTH_ADDS.values():
        plain = np.where((month > added) & (month <= added + 12), month - added, plain)
    in_month = (plain > 0) & (day >= 1) & (day <= _MONTH_DAYS[plain - 1])
    return in_month & ((plain != 2) | (day != 29) | (year % 4 == 0))


def _pick(valid: Numbers, starts: Numbers, day: Numbers, ordinals: Numbers) -> Numbers:
    sizes = np.diff(starts)
    if np.any(ordinals < 0) or np.any(ordinals >= sizes[day]):
        raise DataError(f"A birth date has room for {int(sizes.min())} synthetic person numbers; more were asked for.")
    return valid[starts[day] + ordinals]


def _valid_numbers(days: Days, d_number: bool, form_2032: bool) -> tuple[Numbers, Numbers]:
    """All valid numbers of some days, day after day in order, and where those of each day start."""
    year = days.astype("datetime64[Y]").astype(np.int64) + 1970
    month = days.astype("datetime64[M]").astype(np.int64) % 12 + 1 + MONTH_ADDS[Series.TENOR]
    day = (days - days.astype("datetime64[M]")).astype(np.int64) + 1 + (D_NUMBER_ADDS if d_number else 0)
    date_part = day * 10_000 + month * 100 + year % 100
    remainders = np.array(REMAINDERS_FROM_2032[1:] if form_2032 else (0,))
    # One column a candidate: the individual digits, and the remainder that the first check digit leaves.
    individual, remainder = (grid.ravel() for grid in np.meshgrid(np.arange(1000), remainders))
    first = (remainder - _sums(date_part, FIRST_WEIGHTS[:6], individual, FIRST_WEIGHTS[6:])) % 11
    second = -(_sums(date_part, SECOND_WEIGHTS[:6], individual, SECOND_WEIGHTS[6:9]) + SECOND_WEIGHTS[9] * first) % 11
    row, column = np.nonzero((first < 10) & (second < 10) & _in_century(year, individual))
    check = first[row, column].astype(np.int64) * 10 + second[row, column]
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(days)))])
    return (date_part[row] * 1000 + individual[column]) * 100 + check, starts


def _in_century(year: Numbers, individual: Numbers) -> NDArray[np.bool_]:
    """Which individual digits a year has: 000-499 before 2000, and 900-999 too from 1940; 500-999 from 2000."""
    before_2000 = (individual < 500) | ((individual >= 900) & (year[:, None] >= 1940))
    return np.where(year[:, None] < 2000, before_2000, individual >= 500)


def _sums(
    left: Numbers, left_weights: tuple[int, ...], right: Numbers, right_weights: tuple[int, ...]
) -> NDArray[np.int16]:
    """Weighted digit sums of every left number followed by every right one."""
    left_sum, right_sum = _weighted(left, left_weights), _weighted(right, right_weights)
    return (left_sum[:, None] + right_sum).astype(np.int16)


def _weighted(numbers: Numbers, weights: tuple[int, ...]) -> Numbers:
    powers = 10 ** np.arange(len(weights) - 1, -1, -1, dtype=np.int64)
    return (numbers[:, None] // powers % 10 @ np.array(weights)).astype(np.int64)

"""Months as whole numbers and days since 1970, for columns."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray


def month_number(day: date) -> int:
    """Months since January 1970 of the month that the day lies in."""
    return (day.year - 1970) * 12 + day.month - 1


def day_number(day: date) -> int:
    """Days since 1 January 1970."""
    return (day - date(1970, 1, 1)).days


def day_of_month_number(months: NDArray[np.signedinteger]) -> NDArray[np.int32]:
    """First days, as days since 1970, of months."""
    return _FIRST_DAYS[months - _FIRST_MONTH]


def month_of_day(days: NDArray[np.int32]) -> NDArray[np.int64]:
    """Months that days since 1970 lie in."""
    return _MONTHS[days - _FIRST_DAYS[0]]


# Tables for the years 1850 to 2099: a look-up is many times as fast as calendar arithmetic on a column.
_FIRST_MONTH = month_number(date(1850, 1, 1))
_FIRST_DAYS = (
    np.arange(_FIRST_MONTH, month_number(date(2100, 1, 1)) + 1)
    .astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)
)  # fmt: skip
_MONTHS = np.repeat(np.arange(_FIRST_MONTH, _FIRST_MONTH + len(_FIRST_DAYS) - 1), np.diff(_FIRST_DAYS))

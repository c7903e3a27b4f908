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
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)


def month_of_day(days: NDArray[np.int32]) -> NDArray[np.int64]:
    """Months that days since 1970 lie in."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)

"""Exact money: whole øre in columns, `Decimal` kroner for one amount, and the only place that rounds."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray


def to_ore(kroner: Decimal | Fraction | int) -> int:
    """Kroner to whole øre, halves away from zero."""
    if isinstance(kroner, int):
        return kroner * 100
    if isinstance(kroner, Fraction):
        return divide_half_up(kroner.numerator * 100, kroner.denominator)
    return int((Decimal(kroner) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def to_kroner(ore: int) -> Decimal:
    """Whole øre to kroner with two decimals."""
    return Decimal(ore).scaleb(-2)


def divide_half_up(numerator: int, denominator: int) -> int:
    """Whole quotient, halves away from zero. `denominator` is positive."""
    quotient, rest = divmod(abs(numerator), denominator)
    quotient += 2 * rest >= denominator
    return quotient if numerator >= 0 else -quotient


def divide_half_up_columns(numerator: NDArray[np.int64], denominator: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """`divide_half_up` for whole columns; the caller keeps the numerators below 2**62."""
    size = np.abs(numerator)
    quotient, rest = size // denominator, size % denominator
    quotient = quotient + (2 * rest >= denominator)
    return np.where(numerator >= 0, quotient, -quotient)

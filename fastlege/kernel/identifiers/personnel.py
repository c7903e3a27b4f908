"""Numbers of the register of health personnel (HPR): up to nine digits, public, without a published check digit."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError

SYNTHETIC_FIRST = 990_000_000
SYNTHETIC_COUNT = 10_000_000

_DIGITS = re.compile(r"[1-9][0-9]{0,8}")


def parse_hpr_number(text: str) -> str:
    """The digits of an HPR number: one to nine, not starting with zero, spaces aside."""
    digits = text.replace(" ", "")
    if not _DIGITS.fullmatch(digits):
        raise DataError(f"{text!r} is not an HPR number: it must be one to nine digits, the first of them not zero.")
    return digits


def synthetic_hpr_numbers(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """An HPR number for each key from 0 to 9 999 999, different for different keys: a series of our own from 99."""
    if keys.size and not (keys.min() >= 0 and keys.max() < SYNTHETIC_COUNT):
        raise DataError(f"Synthetic HPR numbers need keys from 0 to {SYNTHETIC_COUNT - 1}.")
    return SYNTHETIC_FIRST + keys

"""Organisation numbers: nine digits, the last a check digit."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError

WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
SYNTHETIC_PREFIXES = 1_000_000

_DIGITS = re.compile(r"[0-9]{9}")
_POWERS = 10 ** np.arange(8, -1, -1, dtype=np.int64)

Numbers = NDArray[np.int64]


def parse_organisation_number(text: str) -> str:
    """The nine digits of an organisation number, spaces aside."""
    digits = text.replace(" ", "")
    if not _DIGITS.fullmatch(digits):
        raise DataError(f"{text!r} is not an organisation number: it must be nine digits.")
    if not are_organisation_numbers(np.array([int(digits)]))[0]:
        raise DataError(f"{text!r} is not an organisation number: its check digit does not fit.")
    return digits


def are_organisation_numbers(numbers: Numbers) -> NDArray[np.bool_]:
    """Which whole numbers are organisation numbers, of the real series or a synthetic one."""
    inside = (numbers >= 0) & (numbers < 10**9)
    digits = np.where(inside, numbers, 0)[:, None] // _POWERS % 10
    return inside & (numbers > 0) & (digits @ np.array([*WEIGHTS, 1]) % 11 == 0)


def synthetic_organisation_numbers(keys: Numbers) -> Numbers:
    """An organisation number for each key from 0 to 999 999, different for different keys, all starting with 3.

    Real ones start with 8 or 9; test data of the national registers start with 2 or 3.
    """
    if keys.size and not (keys.min() >= 0 and keys.max() < SYNTHETIC_PREFIXES):
        raise DataError(f"Synthetic organisation numbers need keys from 0 to {SYNTHETIC_PREFIXES - 1}.")
    plain = _with_check_digit((3_000_000 + keys) * 10)
    # Where the check digit would be ten, the next number has one: its last digit weighs two.
    return np.where(plain >= 0, plain, _with_check_digit((3_000_000 + keys) * 10 + 1))


def _with_check_digit(eight: Numbers) -> Numbers:
    digits = eight[:, None] // _POWERS[1:] % 10
    check = -(digits @ np.array(WEIGHTS)) % 11
    return np.where(check < 10, eight * 10 + check, -1)

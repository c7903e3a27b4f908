"""Norwegian account numbers: eleven digits, the last a check digit."""

from __future__ import annotations

import re

from fastlege.kernel.errors import DataError

_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_DIGITS = re.compile(r"[0-9]{11}")
# No bank has been given this register number, as far as we know: what is paid to it comes back.
_SYNTHETIC_BANK = "9999"
_NO_CHECK_DIGIT = 10


def parse_account(text: str) -> str:
    """The eleven digits of an account number, points and spaces aside. Raises `DataError` without repeating it."""
    digits = re.sub(r"[. ]", "", text)
    if not _DIGITS.fullmatch(digits):
        raise DataError("is not an account number: it must be eleven digits.")
    if _check_digit(digits[:10]) != int(digits[10]):
        raise DataError("is not an account number: its check digit does not fit.")
    return digits


def synthetic_account(number: int) -> str:
    """The account of a made-up party: different for different numbers, and of a bank that does not exist."""
    # Some numbers have no check digit; the last digit weighs two, so that one of two neighbours always has.
    for first in (number * 2, number * 2 + 1):
        ten = f"{_SYNTHETIC_BANK}{first:06}"
        check = _check_digit(ten)
        if len(ten) == len(_WEIGHTS) and check != _NO_CHECK_DIGIT:
            return f"{ten}{check}"
    raise DataError(f"there is no synthetic account {number}.", remedy="Give a number from 0 to 499999.")


def iban(account: str) -> str:
    """The international form of an account number."""
    # NO as digits is 2324; the check makes the whole 1 modulo 97 (ISO 13616).
    return f"NO{98 - int(f'{account}232400') % 97:02}{account}"


def _check_digit(ten: str) -> int:
    return -sum(int(digit) * weight for digit, weight in zip(ten, _WEIGHTS, strict=False)) % 11

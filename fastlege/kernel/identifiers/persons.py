"""Birth numbers, D-numbers and help numbers: parse, check and mask one.

Eleven digits: day, month and year in pairs, three more, and two check digits. Series other than the real one add to
the month, D-numbers add 40 to the day. From 2032 the first check digit may leave a remainder of 0, 1, 2 or 3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from fastlege.kernel.errors import DataError

LENGTH = 11
FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2)
SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
REMAINDERS_FROM_2032 = (0, 1, 2, 3)
D_NUMBER_ADDS = 40

_DIGITS = re.compile(r"[0-9]{11}")
_IN_TEXT = re.compile(r"(?<![0-9])[0-9]{6} ?[0-9]{5}(?![0-9])")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class PersonNumberKind(StrEnum):
    """What kind of number it is."""

    BIRTH_NUMBER = "birth number"
    D_NUMBER = "D-number"
    COMMON_HELP_NUMBER = "common help number"


class Series(StrEnum):
    """Which series it belongs to. Numbers of the real series never occur in synthetic data."""

    REAL = "real"
    TENOR = "synthetic (Tenor, month + 80)"
    NHN = "synthetic (Norsk helsenett, month + 65)"
    # Both add 40; nothing in the number tells them apart.
    NAV_OR_HELP = "synthetic (NAV) or local help number, month + 40"


MONTH_ADDS = {Series.REAL: 0, Series.NAV_OR_HELP: 40, Series.NHN: 65, Series.TENOR: 80}


class Fault(StrEnum):
    """Why a text is not a person number."""

    NOT_ELEVEN_DIGITS = "it must be eleven digits"
    NO_SUCH_DAY = "its first six digits are not a day of any series"
    CHECK_DIGITS = "its check digits do not fit"


@dataclass(frozen=True)
class PersonNumber:
    """A checked number. Its text form in logs and errors is masked."""

    digits: str
    kind: PersonNumberKind
    series: Series
    form_2032: bool

    def __str__(self) -> str:
        return mask_person_number(self.digits)

    def __repr__(self) -> str:
        return f"PersonNumber({self}, {self.kind}, {self.series})"


def parse_person_number(text: str, *, accept_2032: bool = True) -> PersonNumber:
    """The number that a text holds, spaces aside; a `DataError` that does not repeat it when it is none."""
    digits = text.replace(" ", "")
    fault = person_number_fault(digits, accept_2032=accept_2032)
    if fault is not None:
        raise DataError(f"This is not a birth number or D-number: {fault}.")
    remainder = _remainder(digits[:10], (*FIRST_WEIGHTS, 1))
    kind, series = _kind_and_series(digits)
    return PersonNumber(digits, kind, series, form_2032=remainder != 0)


def person_number_fault(digits: str, *, accept_2032: bool = True) -> Fault | None:
    """What is wrong with a number, or nothing. `accept_2032` lets the check digits of 2032 pass."""
    if not _DIGITS.fullmatch(digits):
        return Fault.NOT_ELEVEN_DIGITS
    if not _is_help_number(digits) and not _has_day(digits):
        return Fault.NO_SUCH_DAY
    first = _remainder(digits[:10], (*FIRST_WEIGHTS, 1))
    second = _remainder(digits, (*SECOND_WEIGHTS, 1))
    fits = first in (REMAINDERS_FROM_2032 if accept_2032 else (0,)) and second == 0
    return None if fits else Fault.CHECK_DIGITS


def mask_person_number(digits: str) -> str:
    """The number with all but its last two digits hidden."""
    return "*" * max(len(digits) - 2, 0) + digits[-2:]


def mask_person_numbers_in(text: str) -> str:
    """A text with everything that looks like a person number masked: for logs of other people's words."""
    return _IN_TEXT.sub(lambda found: mask_person_number(found[0].replace(" ", "")), text)


def _remainder(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11


def _is_help_number(digits: str) -> bool:
    return digits[0] in "89"


def _has_day(digits: str) -> bool:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    day -= D_NUMBER_ADDS if day > D_NUMBER_ADDS else 0
    added = _month_adds(month)
    if added is None or not 1 <= day <= _DAYS[month - added - 1]:
        return False
    # 29 February: the century is not in the number, and of the years 00 only 2000 matters.
    return (day, month - added) != (29, 2) or year % 4 == 0


def _month_adds(month: int) -> int | None:
    return next((added for added in MONTH_ADDS.values() if 1 <= month - added <= 12), None)


def _kind_and_series(digits: str) -> tuple[PersonNumberKind, Series]:
    if _is_help_number(digits):
        return PersonNumberKind.COMMON_HELP_NUMBER, Series.REAL
    added = _month_adds(int(digits[2:4]))
    series = next(series for series, adds in MONTH_ADDS.items() if adds == added)
    is_d_number = int(digits[:2]) > D_NUMBER_ADDS
    return (PersonNumberKind.D_NUMBER if is_d_number else PersonNumberKind.BIRTH_NUMBER), series

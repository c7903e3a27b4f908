"""Numbers and days as the languages of reports, profiles and the site write them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from babel.dates import format_date

# A break inside a number would split it over two lines, so the space between thousands does not break.
_THOUSANDS = {"nb": "\u00a0", "nn": "\u00a0", "en": ","}
_POINT = {"nb": ",", "nn": ",", "en": "."}
_MINUS = "\u2212"


def number(value: float | Decimal, decimals: int, language: str) -> str:
    """A number with its thousands apart and so many decimals."""
    whole, _, rest = f"{abs(value):,.{decimals}f}".partition(".")
    text = whole.replace(",", _THOUSANDS[language]) + (_POINT[language] + rest if rest else "")
    negative = value < 0 and any(digit in "123456789" for digit in text)
    return _MINUS + text if negative else text


def unbroken(text: str) -> str:
    """A text whose thousands keep together at the end of a line, such as per 1 000."""
    return text.replace(" 000", "\u00a0000")


def with_unit(title: str, unit: str) -> str:
    """A title with its unit, which is not said twice: per 1 000 becomes per 1 000 residents."""
    if says(title, unit):
        return unbroken(title)
    rate = _RATE.search(unit)
    if rate and rate[1] in title:
        return unbroken(title.replace(rate[1], rate[0], 1))
    return unbroken(f"{title} ({unit})")


def says(title: str, unit: str) -> bool:
    """Whether a title says its unit, or what a rate is of."""
    rate = _RATE.search(unit)
    return unit.lower() in title.lower() or (rate is not None and rate[0] in title)


_RATE = re.compile(r"(per [\d ,]+) .+")


def day(value: date, language: str) -> str:
    """A day in words, such as 1. oktober 2023."""
    return format_date(value, "d MMMM y" if language == "en" else "d. MMMM y", locale=language)

"""Numbers and days as each language writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from django.utils.translation import get_language

# A narrow break in a number would split it over two lines, so the space between thousands does not break.
_THOUSANDS = {"nb": "\u00a0", "nn": "\u00a0", "en": ","}
_POINT = {"nb": ",", "nn": ",", "en": "."}
_MINUS = "\u2212"


def language() -> str:
    """The code of the language that the page is shown in."""
    return get_language() or "nb"


def whole(value: int) -> str:
    """A whole number with its thousands apart."""
    text = f"{abs(value):,}".replace(",", _THOUSANDS[language()])
    return _MINUS + text if value < 0 else text


def decimal(value: Decimal | float, places: int = 1) -> str:
    """A number with a fixed number of decimals."""
    whole_part, _, rest = f"{abs(value):,.{places}f}".partition(".")
    text = whole_part.replace(",", _THOUSANDS[language()]) + (_POINT[language()] + rest if rest else "")
    return _MINUS + text if value < 0 else text


def day(value: date) -> str:
    """A day in words, such as 1. oktober 2023."""
    return format_date(value, "d MMMM y" if language() == "en" else "d. MMMM y", locale=language())

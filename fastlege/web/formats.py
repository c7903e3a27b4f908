"""Numbers and days as each language writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_time
from babel.lists import format_list
from django.utils.timezone import localtime
from django.utils.translation import get_language

from fastlege.reporting.report.wording import numbers, period_words


def language() -> str:
    """The code of the language that the page is shown in."""
    return get_language() or "nb"


def whole(value: int) -> str:
    """A whole number with its thousands apart."""
    return numbers.number(value, 0, language())


def decimal(value: Decimal | float, places: int = 1) -> str:
    """A number with a fixed number of decimals."""
    return numbers.number(value, places, language())


def day(value: date) -> str:
    """A day in words, such as 1. oktober 2023."""
    return numbers.day(value, language())


def short_day(value: date) -> str:
    """A day where room is short, such as 1. okt. 2023."""
    return format_date(value, "d MMM y" if language() == "en" else "d. MMM y", locale=language())


def moment(value: datetime) -> str:
    """A day and a time of day in the country's time, such as 1. oktober 2023 kl. 14.05."""
    at = localtime(value)
    clock = format_time(at, "HH:mm" if language() == "en" else "HH.mm", locale=language())
    joined = {"nb": "{day} kl. {clock}", "nn": "{day} kl. {clock}", "en": "{day} at {clock}"}[language()]
    return joined.format(day=day(at.date()), clock=clock)


def period(code: str) -> str:
    """A period in words, such as 4. kvartal 2023."""
    return period_words(code, language())


def several(parts: Sequence[str]) -> str:
    """Parts as a sentence lists them: a, b og c."""
    return str(format_list(list(parts), locale="en_GB" if language() == "en" else language())) if parts else ""

"""The units that a rule parameter may have, and how a value in that unit is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

Value = int | Decimal | bool | str | tuple[str, ...]
"""What a rule parameter may be: a number, yes or no, a word or text, or several words."""

_WHOLE = re.compile(r"-?\d+")
_DECIMAL = re.compile(r"-?\d+\.\d+")
_CLOCK = re.compile(r"\d\d:\d\d(-\d\d:\d\d)?")


def _number(text: str) -> int | Decimal:
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    raise ValueError("a number such as 12 or 0.75")


def _whole(text: str) -> int:
    if _WHOLE.fullmatch(text):
        return int(text)
    raise ValueError("a whole number")


def _truth(text: str) -> bool:
    if text in {"true", "false"}:
        return text == "true"
    raise ValueError("true or false")


def _text(text: str) -> str:
    return text


def _words(text: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split(";"))
    if all(words):
        return words
    raise ValueError("words parted by semicolons, none of them empty")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValueError("a day such as 2026-01-31") from error


def _clock(text: str) -> str:
    if _CLOCK.match(text):
        return text
    raise ValueError("a time of day such as 08:00 or 08:00-16:00")


def _day_of_month(text: str) -> int | str:
    if text == "last" or (_WHOLE.fullmatch(text) and 1 <= int(text) <= 31):
        return text if text == "last" else int(text)
    raise ValueError("a day from 1 to 31, or last")


UNITS: dict[str, Callable[[str], Value]] = {
    "NOK": _number,
    "NOK/calendar_year": _number,
    "NOK/person/year": _number,
    "GPs": _whole,
    "bool": _truth,
    "clock": _clock,
    "contacts": _whole,
    "count": _whole,
    "date": _day,
    "day_of_month": _day_of_month,
    "days": _whole,
    "digit": _whole,
    "digits": _whole,
    "formula": _text,
    "hours": _number,
    "id": _text,
    "list": _words,
    "lists": _whole,
    "medicines": _whole,
    "minutes": _whole,
    "month": _whole,
    "months": _whole,
    "odds_ratio": _number,
    "oid": _text,
    "percentage_points": _number,
    "persons": _whole,
    "places": _whole,
    "relative": _number,
    "rule": _text,
    "seconds_range": _text,
    "share": _number,
    "switches": _whole,
    "text": _text,
    "weeks": _whole,
    "working_days": _whole,
    "years": _whole,
}
"""Each unit with the reader of its values; a reader refuses with a `ValueError` that says what was expected."""

"""The fixed words of reports in both languages, from wording.toml, and periods in words."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from babel.dates import format_date


@cache
def words(language: str) -> dict[str, Any]:
    """All fixed words of a language."""
    folder = files("fastlege.reporting.report.wording")
    return tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))


def period_words(period: str, language: str) -> str:
    """A period in words, also in nynorsk: 2024, 4. kvartal 2024, 1. halvår 2024, mai 2026, januar 2023–juli 2023."""
    if "/" in period:
        return "–".join(period_words(each, language) for each in period.split("/"))
    if len(period) == 7:
        return format_date(date.fromisoformat(f"{period}-01"), "MMMM y", locale=language)
    if len(period) == 6:
        year, kind, number = int(period[:4]), period[4], int(period[5])
        if kind == "Q":
            return format_date(date(year, 3 * number, 1), "QQQQ y", locale=language)
        return _HALF[language].format(number=number, year=year)
    return period


def since_words(period: str, language: str) -> str:
    """A period after "since": in English a quarter is one of its year."""
    text = period_words(period, language)
    return f"the {text.replace('quarter', 'quarter of')}" if language == "en" and period[4:5] == "Q" else text


_HALF = {"nb": "{number}. halvår {year}", "nn": "{number}. halvår {year}", "en": "half-year {number} of {year}"}

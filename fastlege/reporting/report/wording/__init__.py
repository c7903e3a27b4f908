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
    """A year, a quarter or a month in words: 2024, 4. kvartal 2024, mai 2026."""
    if len(period) == 7:
        day = date.fromisoformat(f"{period}-01")
        return format_date(day, "MMMM y", locale=language)
    if len(period) == 6:
        return str(words(language)["period"][period[4]].format(number=period[5], year=period[:4]))
    return period

"""An estimated wait in words, in three languages, without a capital or a full stop: it stands after a label."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastlege.kernel.errors import DataError
from fastlege.planning.waits.basis import WaitBasis
from fastlege.planning.waits.model import fitted

LANGUAGES = ("nb", "nn", "en")
_DAYS_A_MONTH = 365.25 / 12
_YEAR = 12


@dataclass(frozen=True)
class Wait:
    """The four columns of an estimate: days where they are known, and what they rest on."""

    low: int | None
    median: int | None
    high: int | None
    basis: str


def in_words(wait: Wait, language: str) -> str:
    """What the wait says, such as "mellom 3 og 7 måneder, oftest rundt 5"."""
    if language not in LANGUAGES:
        raise DataError(f"there is no language {language!r}.", remedy=f"Use one of {', '.join(LANGUAGES)}.")
    low, median, high = (None if days is None else _months(days) for days in (wait.low, wait.median, wait.high))
    facts = {"low": low, "median": median, "high": high, "horizon": _horizon(fitted().places.horizon, language)}
    facts |= {f"{name}_words": _counted(months, language) for name, months in (("low", low), ("median", median))}
    return _texts()[_key(WaitBasis(wait.basis), low, median, high)][language].format(**facts)


def _key(basis: WaitBasis, low: int | None, median: int | None, high: int | None) -> str:
    if basis not in (WaitBasis.ESTIMATED, WaitBasis.BEYOND_HORIZON):
        return basis.value
    if median is None:
        return "beyond" if low is None else "mostly_beyond"
    if high is None:
        return "open_ended" if low is None or low <= 1 else "open_ended_from"
    if high <= 1:
        return "next_round"
    if low == high:
        return "about"
    return "up_to" if low is None or low <= 1 else "between"


def _months(days: int) -> int:
    return max(1, round(days / _DAYS_A_MONTH))


def _counted(months: int | None, language: str) -> str:
    if months is None:
        return ""
    return _texts()["month" if months == 1 else "months"][language].format(count=months)


def _horizon(months: int, language: str) -> str:
    """Two years or more are said in years when they are whole."""
    years, rest = divmod(months, _YEAR)
    return _counted(months, language) if rest or years < 2 else _texts()["years"][language].format(count=years)


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("fastlege.planning.waits") / "words.toml").read_text())

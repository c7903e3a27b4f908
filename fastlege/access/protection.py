"""How long a login lasts and how fast one visitor may ask: rows of `data/protection.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("data") / "protection.toml"


@dataclass(frozen=True)
class Rate:
    """So many requests at once, and so many a minute after that."""

    at_once: int
    per_minute: int


@dataclass(frozen=True)
class Protection:
    """The limits of logins and of visitors."""

    idle: timedelta
    """A login ends when nothing has been asked for so long."""
    longest: timedelta
    """A login ends after so long, whatever is asked."""
    kept: timedelta
    """How long the row of an ended login stays."""
    attempt: timedelta
    """How long the identity provider's answer is waited for."""
    most_bytes: int
    """How large a request may be, with all that it carries."""
    rates: Mapping[str, Rate]


@lru_cache(maxsize=1)
def protection() -> Protection:
    """The limits that hold."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    session = rows["session"]
    return Protection(
        idle=timedelta(minutes=session["idle_minutes"]),
        longest=timedelta(minutes=session["longest_minutes"]),
        kept=timedelta(days=session["kept_days"]),
        attempt=timedelta(minutes=rows["attempt"]["minutes"]),
        most_bytes=rows["request"]["most_megabytes"] * 1_000_000,
        rates={name: Rate(**row) for name, row in rows["rate"].items()},
    )

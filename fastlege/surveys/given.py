"""The surveys of 2017 and 2018, as far as their source gives them."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from fastlege.surveys.levels import Change, Level, Said

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Given:
    """One survey from a source: what it says of municipalities, and what it says of them together."""

    key: str
    day: date
    source: Mapping[str, str]
    """The source in each language of the site."""
    said: Mapping[str, Said]
    asked: int | None = None
    with_trouble: int | None = None
    green_of_ten_largest: int | None = None


@lru_cache(maxsize=1)
def given_surveys() -> Mapping[str, Given]:
    """The surveys by key, the oldest first."""
    with (_DATA / "given.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    facts = tomllib.loads((_DATA / "given.toml").read_text(encoding="utf-8"))
    return MappingProxyType({key: Given(key=key, said=_said(rows, key), **facts[key]) for key in sorted(facts)})


def _said(rows: list[dict[str, str]], key: str) -> dict[str, Said]:
    return {
        row["municipality"]: Said(
            Level(row["level"]) if row["level"] else None, Change(row["change"]) if row["change"] else None
        )
        for row in rows
        if row["survey"] == key
    }

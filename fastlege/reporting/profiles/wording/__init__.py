"""The fixed words of profiles in three languages: nb.toml, nn.toml and en.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def words(language: str) -> dict[str, Any]:
    """All fixed words of a language."""
    folder = files("fastlege.reporting.profiles.wording")
    return tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))

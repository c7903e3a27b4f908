"""Statements and their words: a key of `explanations.toml`, the facts that the words need, and the rule behind."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from fastlege.kernel.errors import DataError
from fastlege.planning.waits.words import Wait
from fastlege.planning.waits.words import in_words as wait_in_words

LANGUAGES = ("nb", "nn", "en")

LIST_FACTS = frozenset({"list", "to_list", "from_list", "gave", "own_list"})
"""Facts that are the id of a list; the fact `ring` is a row of them."""

_CODES = frozenset({"seed", "municipality"})
"""Facts that are copied as they are, not numbers to read."""

_LOCALES = {"nb": "nb", "nn": "nn", "en": "en_GB"}
_YOUR_LIST = {"nb": "listen din", "nn": "lista di", "en": "your list"}
_A_LIST = {"nb": "liste", "nn": "liste", "en": "list"}
_RULE = {"nb": "Regel", "nn": "Regel", "en": "Rule"}


@dataclass(frozen=True)
class Explanation:
    """One statement. Facts never name anybody else.

    Where it rests on a rule, the facts `rule` and `rule_source` are the parameter of the rulebook and its source.
    """

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def in_words(self, language: str, names: Mapping[int, str] | None = None) -> str:
        """The statement as a sentence or two; `names` are the names of lists, which are else called by number."""
        if language not in LANGUAGES:
            raise DataError(f"there is no language {language!r}.", remedy=f"Use one of {', '.join(LANGUAGES)}.")
        facts = {name: _worded(name, value, language, names or {}) for name, value in self.facts.items()}
        return _texts()[self.key][language].format(**facts)

    def rule_in_words(self, language: str) -> str:
        """The rule behind the statement and where it stands; nothing where it rests on none."""
        if "rule" not in self.facts:
            return ""
        return f"{_RULE[language]}: {self.facts['rule']} ({self.facts['rule_source']})."


def _worded(name: str, value: object, language: str, names: Mapping[int, str]) -> object:
    if isinstance(value, date):
        return format_date(value, "long", locale=_LOCALES[language])
    if name in LIST_FACTS and value is None:
        return _YOUR_LIST[language]
    if name in LIST_FACTS and isinstance(value, int):
        return names.get(value, f"{_A_LIST[language]} {value}")
    if isinstance(value, Wait):
        return wait_in_words(value, language)
    if type(value) is int and name not in _CODES:
        return format_decimal(value, locale=_LOCALES[language])
    if name == "ring" and isinstance(value, tuple):
        return " → ".join(str(_worded("list", step, language, names)) for step in value)
    return value


@cache
def _texts() -> dict[str, dict[str, str]]:
    """The words of all explanations, by key and language."""
    return tomllib.loads(files("fastlege.planning").joinpath("explanations.toml").read_text(encoding="utf-8"))

"""A breach or a remark in words, and what would make the bill right: the catalogue `claim_breaches.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastlege.kernel.errors import DataError
from fastlege.kernel.money import to_kroner
from fastlege.rules.claims.bill import Breach, Remark
from fastlege.rules.claims.checks.circumstances import clause
from fastlege.rules.dated_rows import DATA
from fastlege.rules.texts import LANGUAGES, fact_in_words, read_catalogue

FILE = "claim_breaches.toml"
_AMOUNTS = ("amount", "expected")
_CODES = ("beside", "needed")
"""Facts that are several codes, as the rules list them."""


@dataclass(frozen=True)
class Words:
    """What is wrong with a bill, and what would make it right."""

    wrong: str
    make_right: str


def in_words(said: Breach | Remark, language: str) -> Words:
    """A breach or a remark in Bokmål (`nb`), Nynorsk (`nn`) or English (`en`)."""
    if language not in LANGUAGES:
        raise DataError(f"{language!r} is not a language of the catalogue; it has {', '.join(LANGUAGES)}.")
    entry = catalogue()[said.kind]
    facts = {name: _fact(name, fact, language) for name, fact in said.facts.items()}
    right = [entry["make_right"][language]]
    if "beside" in facts:
        right.append(entry["beside"][language])
    return Words(entry[language].format_map(facts), " ".join(right).format_map(facts))


@cache
def catalogue() -> Mapping[str, Any]:
    """All kinds of breaches and remarks with their words."""
    return read_catalogue(DATA / FILE)


def _fact(name: str, fact: object, language: str) -> object:
    if name in _AMOUNTS and isinstance(fact, int):
        return fact_in_words(to_kroner(fact), language)
    if name == "circumstance":
        return clause(str(fact), language)
    if name in _CODES:
        return ", ".join(str(fact).replace("..", "–").split())
    return fact_in_words(fact, language)

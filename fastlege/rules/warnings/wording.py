"""A notice in words: the catalogue `notices.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from fastlege.kernel.errors import DataError
from fastlege.rules.dated_rows import DATA
from fastlege.rules.texts import LANGUAGES, fact_in_words, read_catalogue
from fastlege.rules.warnings.notices import ABOVE_PEERS, Notice

FILE = "notices.toml"
_TO = {"nb": "til", "nn": "til", "en": "to"}


def in_words(notice: Notice, language: str) -> str:
    """A notice in Bokmål (`nb`), Nynorsk (`nn`) or English (`en`)."""
    if language not in LANGUAGES:
        raise DataError(f"{language!r} is not a language of the catalogue; it has {', '.join(LANGUAGES)}.")
    told = {name: _fact(name, fact, language) for name, fact in notice.facts.items()}
    if notice.kind == ABOVE_PEERS:
        told["usual"] = usual(told["usual_from"], told["usual_to"], language)
    return str(catalogue()[notice.kind][language]).format_map(told)


def usual(low: object, high: object, language: str) -> str:
    """What is usual: from one number to another, or the one that both are."""
    return str(low) if low == high else f"{low} {_TO[language]} {high}"


@cache
def catalogue() -> Mapping[str, Any]:
    """The words of each kind of notice, and under `watch` those of each thing watched."""
    return read_catalogue(DATA / FILE)


def _fact(name: str, fact: object, language: str) -> object:
    if name == "watch":
        return catalogue()["watch"][fact][language]
    return fact_in_words(fact, language)

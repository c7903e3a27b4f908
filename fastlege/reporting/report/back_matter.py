"""What stands at the back of every report: the glossary and the method, from back_matter.toml."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from fastlege.reporting.report.model import Term


def glossary(language: str) -> tuple[Term, ...]:
    """The words that a reader may not know, in the order of the language's alphabet."""
    found = [Term(each["word"][language], each["meaning"][language]) for each in _read()["terms"]]
    return tuple(sorted(found, key=lambda term: _in_order(term.word)))


def method(language: str) -> tuple[tuple[str, str], ...]:
    """How the figures are made: headings with their text."""
    return tuple((each["title"][language], each["text"][language]) for each in _read()["method"])


def _read() -> dict[str, list[dict[str, dict[str, str]]]]:
    text = (files("fastlege.reporting.report") / "back_matter.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _in_order(word: str) -> str:
    """The Norwegian alphabet ends with æ, ø, å."""
    return word.casefold().translate(str.maketrans("æøå", "{|}"))

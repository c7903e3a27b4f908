"""What a profile shows, from profile.toml: sections with their figures, pictures, trend and sentences."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from fastlege.figures.catalogue import definition
from fastlege.figures.levels import Words
from fastlege.kernel.errors import DataError

SLOT = re.compile(r"\{([^{}]*)\}")
STATES = frozenset({"nought", "one", "many", "hidden"})
_KINDS = frozenset({"value", "beside"})
_WHOLE = frozenset({"name", "year"})
_REMEDY = "docs/profiles.md describes the format."


@dataclass(frozen=True)
class Slot:
    """One slot of a sentence: a figure, and whether its value or how it lies beside others is told."""

    figure: str
    kind: str


@dataclass(frozen=True)
class Sentence:
    """A sentence with slots, told where the figure `of` is in one of `states`; always where `of` is empty."""

    text: Words
    of: str
    states: frozenset[str]


@dataclass(frozen=True)
class Section:
    """One part of a profile. `of_year`: the figure of its trend counts a year of claims, not the register on a day."""

    id: str
    title: Words
    figures: tuple[str, ...]
    picture: tuple[str, ...]
    trend: str
    of_year: bool
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Plan:
    """All that a profile shows, and what the index shows of each municipality."""

    facts: tuple[str, ...]
    sections: tuple[Section, ...]
    index: tuple[str, ...]
    map: str

    def figures(self) -> tuple[str, ...]:
        """Every figure that is shown anywhere, each once, in the order in which they are met."""
        shown = [*self.facts]
        for section in self.sections:
            shown += [*section.figures, *section.picture, section.trend]
        return tuple(dict.fromkeys([*shown, *self.index, self.map]))


def slot(inside: str) -> Slot | None:
    """What stands between the braces of a sentence; None for the name of the municipality and the year."""
    if inside in _WHOLE:
        return None
    figure, _, kind = inside.partition(".")
    return Slot(figure, kind or "value")


@cache
def plan() -> Plan:
    """The plan of all profiles. A fault in it is a `DataError`."""
    text = (files("fastlege.reporting.profiles") / "profile.toml").read_text(encoding="utf-8")
    return parse(tomllib.loads(text))


def parse(raw: Mapping[str, Any]) -> Plan:
    """A plan from the tables of its file; what is missing or unknown is a `DataError`."""
    try:
        made = Plan(
            tuple(raw["facts"]), tuple(_section(each) for each in raw["sections"]), tuple(raw["index"]), raw["map"]
        )
    except (KeyError, TypeError) as error:
        raise DataError(f"lacks {error}.", where="profile.toml", remedy=_REMEDY) from error
    for figure in made.figures():
        definition(figure)
    return made


def _section(raw: Mapping[str, Any]) -> Section:
    return Section(
        raw["id"],
        Words(**raw["title"]),
        tuple(raw["figures"]),
        tuple(raw["picture"]),
        raw["trend"],
        raw["of_year"],
        tuple(_sentence(each) for each in raw["text"]),
    )


def _sentence(raw: Mapping[str, Any]) -> Sentence:
    when = raw.get("when", {})
    made = Sentence(Words(raw["nb"], raw["nn"], raw["en"]), when.get("figure", ""), frozenset(when.get("is", ())))
    if (made.of and not made.states) or made.states - STATES:
        raise DataError(
            f"asks for {', '.join(sorted(made.states)) or 'no state'}; known are {', '.join(sorted(STATES))}.",
            where="profile.toml",
            remedy=_REMEDY,
        )
    for text in (made.text.nb, made.text.nn, made.text.en):
        for inside in SLOT.findall(text):
            found = slot(inside)
            if found and found.kind not in _KINDS:
                raise DataError(f"has an unknown slot {{{inside}}}.", where="profile.toml", remedy=_REMEDY)
            if found:
                definition(found.figure)
    if made.of:
        definition(made.of)
    return made

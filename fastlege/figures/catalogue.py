"""The catalogue: one folder a figure under `definitions/`, with everything that its reader needs to know."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from fastlege.figures.dimensions import DIMENSIONS
from fastlege.figures.levels import Words
from fastlege.kernel.errors import DataError

LANGUAGES = ("nb", "nn", "en")


class Direction(StrEnum):
    """What a change means: whether more is better, less is better, or neither."""

    MORE_IS_BETTER = "more_is_better"
    LESS_IS_BETTER = "less_is_better"
    NEITHER = "neither"


class Status(StrEnum):
    """Where a definition stands in its life."""

    DRAFT = "draft"
    IN_USE = "in_use"
    RETIRED = "retired"


class Disclosure(StrEnum):
    """Whether a small cell says something about single persons, so that it must be suppressed.

    Sums over GP lists and counts of contracts and doctors are public facts of the scheme; people waiting or without a
    place are not.
    """

    PUBLIC = "public"
    PERSONS = "persons"


UNITS: dict[str, Words] = {
    "doctors": Words("leger", "legar", "doctors"),
    "lists": Words("lister", "lister", "lists"),
    "persons": Words("personer", "personar", "persons"),
    "places": Words("plasser", "plassar", "places"),
    "percent": Words("prosent", "prosent", "per cent"),
    "persons_per_list": Words("personer per liste", "personar per liste", "persons per list"),
    "places_per_list": Words("plasser per liste", "plassar per liste", "places per list"),
    "doctors_per_1000": Words("per 1 000 listeinnbyggere", "per 1 000 listeinnbyggjarar", "per 1,000 listed residents"),
    "places_per_1000": Words("per 1 000 listeinnbyggere", "per 1 000 listeinnbyggjarar", "per 1,000 listed residents"),
    "persons_per_1000": Words("per 1 000 listeinnbyggere", "per 1 000 listeinnbyggjarar", "per 1,000 listed residents"),
    "places_per_person": Words("plasser per person", "plassar per person", "places per person"),
    "days": Words("dager", "dagar", "days"),
    "days_per_1000": Words(
        "dager per 1 000 listeinnbyggere", "dagar per 1 000 listeinnbyggjarar", "days per 1,000 listed"
    ),
    "full_time_doctors": Words("årsverk", "årsverk", "full-time equivalents"),
    "switches": Words("bytter", "byte", "switches"),
    "switches_per_1000": Words(
        "per 1 000 listeinnbyggere", "per 1 000 listeinnbyggjarar", "per 1,000 listed residents"
    ),
    "contacts": Words("kontakter", "kontaktar", "contacts"),
    "consultations": Words("konsultasjoner", "konsultasjonar", "consultations"),
    "contacts_per_100": Words("per 100 innbyggere", "per 100 innbyggjarar", "per 100 residents"),
    "index": Words("indeks fra 0 til 1", "indeks frå 0 til 1", "index from 0 to 1"),
    "million_kroner": Words("millioner kroner", "millionar kroner", "million kroner"),
    "million_fixed_kroner": Words("millioner 2025-kroner", "millionar 2025-kroner", "million kroner of 2025"),
    "kroner_per_resident": Words("kroner per innbygger", "kroner per innbyggjar", "kroner per resident"),
    "fixed_kroner_per_resident": Words(
        "2025-kroner per innbygger", "2025-kroner per innbyggjar", "kroner of 2025 per resident"
    ),
}
"""The units that figures are given in, with their words."""


@dataclass(frozen=True)
class Source:
    """A published table that has the figure, and what it is called there."""

    table: str
    name: str


@dataclass(frozen=True)
class Reference:
    """A published value, as printed; `group` is one of a dimension that the figure is divided by, or empty."""

    table: str
    period: str
    value: str
    area: str
    group: str


@dataclass(frozen=True)
class Break(Words):
    """What to know before comparing, in words; `days` are those that values before and from are not alike by."""

    days: tuple[date, ...] = ()


@dataclass(frozen=True)
class Definition:
    """One figure: the words for its reader, and the measures it is made of.

    The value is `numerator * scale / (denominator * divisor)` with `decimals` decimals, halves away from zero.
    Where `floor_at_zero`, a negative numerator counts as nought at every level. In `fixed_prices`, it is divided by the
    level of prices in the year of the claims. `splits` are the dimensions it can be divided by; the denominator is
    divided with it where its base table has the dimension, unless it stays whole (`whole_denominator`). Where
    `published_wider`, published totals hold more than is counted here, as a break says: they are told, not compared.
    """

    id: str
    order: int
    theme: str
    unit: str
    direction: Direction
    status: Status
    disclosure: Disclosure
    author: str
    reviewer: str
    next_review: date
    numerator: str
    denominator: str | None
    scale: int
    decimals: int
    floor_at_zero: bool
    divisor: int
    fixed_prices: bool
    splits: tuple[str, ...]
    whole_denominator: bool
    published_wider: bool
    title: Words
    question: Words
    why: Words
    numerator_words: Words
    denominator_words: Words | None
    sources: tuple[Source, ...]
    references: tuple[Reference, ...]
    breaks: tuple[Break, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that the figure needs."""
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)


@cache
def definitions() -> tuple[Definition, ...]:
    """All definitions in the order of the catalogue. A faulty file is a `DataError` that names it."""
    folder = files("fastlege.figures") / "definitions"
    found = [read(each) for each in folder.iterdir() if each.is_dir() and not each.name.startswith("_")]
    return tuple(sorted(found, key=lambda definition: definition.order))


def definition(figure: str) -> Definition:
    """The definition of one figure; an unknown one is a `DataError` that suggests near ones."""
    by_id = {each.id: each for each in definitions()}
    if figure in by_id:
        return by_id[figure]
    near = get_close_matches(figure, list(by_id), n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    raise DataError(f"there is no figure {figure!r}.", remedy=f"{hint}`fastlege figures list` shows them all.")


def read(folder: Traversable) -> Definition:
    """The definition in one folder; a file that is missing or is no TOML is a `DataError` that names it."""
    path = folder / "definition.toml"
    where = f"figures/definitions/{folder.name}/definition.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"cannot be read ({error}).", where=where, remedy=_REMEDY) from error
    return parse(folder.name, raw, where)


def parse(figure: str, raw: dict[str, Any], where: str) -> Definition:
    """A definition from the tables of its TOML file; `where` names the file in errors."""
    rest = dict(raw)
    try:
        made = Definition(
            id=figure,
            order=int(rest.pop("order")),
            theme=str(rest.pop("theme")),
            unit=_known_unit(str(rest.pop("unit"))),
            direction=Direction(rest.pop("direction")),
            status=Status(rest.pop("status")),
            disclosure=Disclosure(rest.pop("disclosure")),
            author=str(rest.pop("author")),
            reviewer=str(rest.pop("reviewer")),
            next_review=_day(rest.pop("next_review")),
            numerator=str(rest.pop("numerator")),
            denominator=rest.pop("denominator", None),
            scale=_factor(rest.pop("scale", 1)),
            decimals=int(rest.pop("decimals", 0)),
            floor_at_zero=bool(rest.pop("floor_at_zero", False)),
            divisor=_factor(rest.pop("divisor", 1)),
            fixed_prices=bool(rest.pop("fixed_prices", False)),
            splits=tuple(_known_dimension(each) for each in rest.pop("splits", [])),
            whole_denominator=bool(rest.pop("whole_denominator", False)),
            published_wider=bool(rest.pop("published_wider", False)),
            title=_words(rest.pop("title")),
            question=_words(rest.pop("question")),
            why=_words(rest.pop("why")),
            numerator_words=_words(rest.pop("numerator_words")),
            denominator_words=_words(rest.pop("denominator_words")) if "denominator_words" in rest else None,
            sources=tuple(Source(**source) for source in rest.pop("sources")),
            references=tuple(_reference(each) for each in rest.pop("references", [])),
            breaks=tuple(_break(each) for each in rest.pop("breaks", [])),
        )
    except KeyError as error:
        raise DataError(f"lacks {error.args[0]}.", where=where, remedy=_REMEDY) from error
    except (TypeError, ValueError) as error:
        raise DataError(f"has a value that does not fit ({error}).", where=where, remedy=_REMEDY) from error
    if rest:
        raise DataError(f"has unknown entries: {', '.join(sorted(rest))}.", where=where, remedy=_REMEDY)
    if (made.denominator is None) != (made.denominator_words is None):
        raise DataError("must name the denominator both as a measure and in words.", where=where, remedy=_REMEDY)
    return made


_REMEDY = "docs/figures.md describes the format."


def _words(raw: dict[str, str]) -> Words:
    missing = [language for language in LANGUAGES if not raw.get(language)]
    if missing:
        raise ValueError(f"a text is missing in {', '.join(missing)}")
    return Words(**raw)


def _break(raw: dict[str, Any]) -> Break:
    rest = dict(raw)
    days = tuple(_day(each) for each in rest.pop("days", []))
    words = _words(rest)
    return Break(words.nb, words.nn, words.en, days)


def _day(raw: object) -> date:
    if not isinstance(raw, date):
        raise TypeError(f"{raw!r} is not a day")
    return raw


def _reference(raw: dict[str, str]) -> Reference:
    return Reference(**{"area": "country", "group": ""} | raw)


def _factor(raw: object) -> int:
    if not isinstance(raw, int) or raw < 1:
        raise ValueError(f"{raw!r} is not a whole number above nought, which values are multiplied or divided by")
    return raw


def _known_dimension(name: str) -> str:
    if name not in DIMENSIONS:
        raise ValueError(f"unknown dimension {name}; known are {', '.join(DIMENSIONS)}")
    return name


def _known_unit(unit: str) -> str:
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit}; known are {', '.join(UNITS)}")
    return unit

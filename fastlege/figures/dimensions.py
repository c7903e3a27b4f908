"""The dimensions that figures are divided by besides area: age, sex, month, type of contact and others."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.resources import files
from io import StringIO
from itertools import pairwise

from fastlege.figures.levels import Words
from fastlege.kernel.errors import DataError


@dataclass(frozen=True)
class Band:
    """Numbers up to and with `last`; none for the band without an upper end."""

    code: str
    last: int
    words: Words


@dataclass(frozen=True)
class Dimension:
    """A way to divide what is counted, and its groups in order. Without groups, those that are found (diagnoses)."""

    id: str
    title: Words
    groups: tuple[tuple[str, Words], ...]
    names: Mapping[str, Words] = field(default_factory=dict)
    """Names of groups that are found, by code."""

    def name(self, code: str) -> Words:
        """The name of a group; its code where no source names it."""
        return dict(self.groups).get(code) or self.names.get(code) or Words(code, code, code)


_OPEN = 1 << 30


def _ages(*lasts: int, under: bool = False) -> tuple[Band, ...]:
    """Bands of years up to some ages; `under`: the first has no lower end that anybody is near."""
    firsts = (0, *(last + 1 for last in lasts))
    found = [
        Band(f"{first:02}_{last:02}", last, _years(f"{first}–{last}"))
        for first, last in zip(firsts, lasts, strict=False)
    ]
    if under:
        found[0] = Band(found[0].code, lasts[0], _each("Under {} år", "Under {} år", "Under {} years", lasts[0] + 1))
    over = _each("{} år og over", "{} år og over", "{} years and over", firsts[-1])
    return (*found, Band(f"{firsts[-1]:02}_plus", _OPEN, over))


def _years(text: str) -> Words:
    return Words(f"{text} år", f"{text} år", f"{text} years")


def _counts(unit: Words, *lasts: int) -> tuple[Band, ...]:
    """Bands of whole numbers up to some; the first and the last say their one end."""
    bounded = [
        Band(f"{last + 1:04}_{following:04}", following, _with_unit("{}–{}", unit, last + 1, following))
        for last, following in pairwise(lasts)
    ]
    first = Band(f"0000_{lasts[0]:04}", lasts[0], _with_unit("{}", unit, lasts[0], before=_UP_TO))
    return first, *bounded, Band(f"{lasts[-1] + 1:04}_plus", _OPEN, _with_unit("{}", unit, lasts[-1], before=_OVER))


_UP_TO = Words("Opptil ", "Opptil ", "Up to ")
_OVER = Words("Over ", "Over ", "Over ")
_NONE = Words("", "", "")


def _with_unit(form: str, unit: Words, *numbers: int, before: Words = _NONE) -> Words:
    said = _each(form, form, form, *numbers)
    return Words(
        f"{before.nb}{said.nb} {unit.nb}", f"{before.nn}{said.nn} {unit.nn}", f"{before.en}{said.en} {unit.en}"
    )


def _each(nb: str, nn: str, en: str, *numbers: int) -> Words:
    """A form in each language with its numbers; thousands keep together at the end of a line."""
    english = [f"{each:,}" for each in numbers]
    norwegian = [text.replace(",", "\u00a0") for text in english]
    return Words(nb.format(*norwegian), nn.format(*norwegian), en.format(*english))


_DAYS = Words("dager", "dagar", "days")
AGE_BANDS = _ages(*range(4, 90, 5))
GP_AGE_BANDS = _ages(29, 39, 49, 59, 66, under=True)
GP_AGE_GROUPS = _ages(39, 54, 66, under=True)
LENGTH_BANDS = _counts(Words("personer", "personar", "persons"), 500, 1000, 1400, 1800, 2500)
VACANCY_BANDS = _counts(_DAYS, 31, 92, 183, 365, 731)
WAIT_BANDS = _counts(_DAYS, 31, 92, 183, 365, 731)


_BANDED: dict[str, tuple[Band, ...]] = {
    "age": AGE_BANDS,
    "gp_age": GP_AGE_BANDS,
    "gp_age_group": GP_AGE_GROUPS,
    "length": LENGTH_BANDS,
    "vacancy": VACANCY_BANDS,
    "wait": WAIT_BANDS,
}


def _read() -> dict[str, Dimension]:
    raw = tomllib.loads((files("fastlege.figures") / "dimensions.toml").read_text(encoding="utf-8"))
    found = {}
    for name, rest in raw.items():
        stated = tuple((each.pop("code"), Words(**each)) for each in rest.get("groups", []))
        banded = tuple((each.code, each.words) for each in _BANDED.get(name, ()))
        found[name] = Dimension(name, Words(**rest["title"]), stated or banded, _names(name))
    return found


def _names(dimension: str) -> dict[str, Words]:
    """Names of the groups of a dimension, after their codes, from the file of such names where there is one."""
    if dimension != "diagnosis":
        return {}
    text = (files("fastlege.figures") / "data" / "diagnoses.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Words(*(f"{row['code']} {row[language]}" for language in ("nb", "nn", "en")))
        for row in csv.DictReader(StringIO(text))
    }


DIMENSIONS = _read()
"""The dimensions by name."""


def dimension_named(name: str) -> Dimension:
    """The dimension of that name; an unknown one is a `DataError` that lists the known ones."""
    found = DIMENSIONS.get(name.replace("-", "_"))
    if found is None:
        near = get_close_matches(name, list(DIMENSIONS), n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise DataError(f"there is no dimension {name!r}.", remedy=f"{hint}The dimensions are {', '.join(DIMENSIONS)}.")
    return found

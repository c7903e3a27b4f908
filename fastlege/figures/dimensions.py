"""The dimensions that figures are divided by besides area: age, sex, month, type of contact and others."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files

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

    def name(self, code: str) -> Words:
        """The name of a group."""
        return dict(self.groups).get(code) or Words(code, code, code)


_OPEN = 1 << 30


def _ages(*lasts: int) -> tuple[Band, ...]:
    firsts = (0, *(last + 1 for last in lasts))
    found = [
        Band(f"{first:02}_{last:02}", last, _years(f"{first}-{last}"))
        for first, last in zip(firsts, lasts, strict=False)
    ]
    return (*found, Band(f"{firsts[-1]:02}_plus", _OPEN, _years(f"{firsts[-1]}+")))


def _years(text: str) -> Words:
    return Words(f"{text} år", f"{text} år", f"{text} years")


def _counts(unit: Words, *lasts: int) -> tuple[Band, ...]:
    firsts = (0, *(last + 1 for last in lasts))
    bounded = [
        Band(f"{first:04}_{last:04}", last, _with_unit(f"{first}-{last}", unit))
        for first, last in zip(firsts, lasts, strict=False)
    ]
    return (*bounded, Band(f"{firsts[-1]:04}_plus", _OPEN, _with_unit(f"{firsts[-1]}+", unit)))


def _with_unit(text: str, unit: Words) -> Words:
    return Words(f"{text} {unit.nb}", f"{text} {unit.nn}", f"{text} {unit.en}")


_DAYS = Words("dager", "dagar", "days")
AGE_BANDS = _ages(*range(4, 90, 5))
GP_AGE_BANDS = _ages(29, 39, 49, 59, 66)
GP_AGE_GROUPS = _ages(39, 54, 66)
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
        found[name] = Dimension(name, Words(**rest["title"]), stated or banded)
    return found


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

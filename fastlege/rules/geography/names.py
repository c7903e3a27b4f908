"""From a printed municipality name to its code: several official names, misprints, and names that two share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from unicodedata import normalize

from fastlege.kernel.errors import DataError
from fastlege.rules.dated_rows import DATA, read_lines, read_validity
from fastlege.rules.geography.borders import municipalities_by_code

VARIANTS = ("name", "municipality", "valid_from", "valid_to", "source", "confidence", "note")

# "Deatnu -Tana", "Fauske - Fuossko" and "Guovdageaidnu- Kautokeino" hold two names; "Nord-Odal" is one.
_BETWEEN_NAMES = re.compile(r"\s+[-–]\s*|\s*[-–]\s+")
_QUALIFIER = re.compile(r"\(([^)]*)\)\s*$")


def municipality_code(name: str, *, on: date, county: str | None = None) -> str:
    """The code on a day of a municipality named as a published table prints it.

    Any of its official names will do. `county` (any of its names, or its code) tells apart those who share a name; a
    county in brackets after the name, as in "Våler (Innlandet)", does the same. Capitals do not matter.
    """
    wanted, qualifier = _without_qualifier(name)
    candidates = {code for part in _parts(wanted) for code in _codes_by_name(on).get(part, ())}
    for place in (county, qualifier):
        if place:
            candidates = {code for code in candidates if _lies_in(code, place, on)}
    if len(candidates) == 1:
        return candidates.pop()
    where = f" in {county or qualifier}" if county or qualifier else ""
    if candidates:
        raise DataError(
            f"{name!r}{where} may be any of {', '.join(sorted(candidates))} on {on}.", remedy="Name its county too."
        )
    near = get_close_matches(_folded(wanted), _codes_by_name(on), n=3)
    raise DataError(
        f"{name!r}{where} is not a municipality on {on}.",
        remedy=f"Did you mean {', '.join(near)}?" if near else "",
    )


def _without_qualifier(name: str) -> tuple[str, str | None]:
    found = _QUALIFIER.search(name)
    return (name[: found.start()], found[1]) if found else (name, None)


def _folded(name: str) -> str:
    return " ".join(normalize("NFC", name).casefold().split())


def _parts(name: str) -> list[str]:
    return [_folded(part) for part in [name, *_BETWEEN_NAMES.split(name)] if part.strip()]


def _lies_in(code: str, place: str, on: date) -> bool:
    one = municipalities_by_code(on)[code]
    return place == one.county or bool(set(_parts(place)) & set(_parts(one.county_name)))


@cache
def _codes_by_name(on: date) -> Mapping[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for one in municipalities_by_code(on).values():
        for part in _parts(_without_qualifier(one.name)[0]):
            names.setdefault(part, set()).add(one.code)
    for line in read_lines(DATA / "municipality_names.csv", VARIANTS):
        if read_validity(line).period.contains(on):
            names.setdefault(_folded(line.cells["name"]), set()).add(line.cells["municipality"])
    return {name: frozenset(codes) for name, codes in names.items()}

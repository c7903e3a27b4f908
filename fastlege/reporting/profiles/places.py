"""The municipalities of a day, which of them are similar, and what became of a code that is not among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from fastlege.rules.geography.borders import (
    all_borders,
    all_municipalities,
    codes_on,
    cooperating_on,
    municipalities_by_code,
)
from fastlege.rules.geography.tables import municipalities_on

FEWEST = 5
"""A municipality is held beside at least so many similar ones; else the nearest centrality classes are taken in."""

_CLASSES = range(1, 7)


@dataclass(frozen=True)
class Place:
    """One municipality on the borders of a day."""

    code: str
    name: str
    county: str
    county_name: str
    size_group: str
    centrality: int


@dataclass(frozen=True)
class Similar:
    """The municipalities that one is held beside, in the order of their names, and their classes of centrality."""

    places: tuple[Place, ...]
    classes: tuple[int, ...]


@dataclass(frozen=True)
class Elsewhere:
    """Why a code has no profile on a day, and the municipalities whose profile to read instead.

    Without a `name` nobody has ever had the code. Else it was of that municipality, which runs the scheme with
    another (`cooperates`), or whose code holds on other days; the last of those before is `last_day`, if it is over.
    """

    name: str = ""
    cooperates: bool = False
    last_day: date | None = None
    first_day: date | None = None
    instead: tuple[Place, ...] = ()


@cache
def places_on(day: date) -> Mapping[str, Place]:
    """The municipalities of a day by their code."""
    return {
        row["municipality"]: Place(
            row["municipality"],
            row["name"],
            row["county"],
            row["county_name"],
            row["size_group"],
            row["centrality"],
        )
        for row in municipalities_on(day).to_pylist()
    }


def similar_to(place: Place, among: Iterable[Place]) -> Similar:
    """The others of the same size group and class of centrality, with the nearest classes where they are too few."""
    others = sorted(
        (each for each in among if each.size_group == place.size_group and each.code != place.code),
        key=lambda each: (in_order(each.name), each.code),
    )
    for away in _CLASSES:
        classes = tuple(each for each in _CLASSES if abs(each - place.centrality) < away)
        found = tuple(each for each in others if each.centrality in classes)
        if len(found) >= FEWEST:
            break
    # Where even the whole size group is too small, it is all that there is.
    kept = tuple(each for each in classes if each == place.centrality or any(one.centrality == each for one in found))
    return Similar(found, kept)


def code_then(code: str, *, now: date, then: date) -> str | None:
    """The code that a municipality of today had on an earlier day; None where its borders were others, or unknown."""
    if then < all_borders()[0].period.start:
        return None
    codes = codes_on(code, was_on=now, on=then)
    if len(codes) != 1 or codes_on(codes[0], was_on=then, on=now) != (code,):
        return None
    return codes[0]


@cache
def county_then(county: str, *, now: date, then: date) -> str | None:
    """The code that a county of today had on an earlier day; None where it was not of the same municipalities' land."""
    if then < all_borders()[0].period.start:
        return None
    today = {each.code for each in places_on(now).values() if each.county == county}
    codes = {old for code in today for old in codes_on(code, was_on=now, on=then)}
    before = municipalities_by_code(then)
    counties = {before[code].county for code in codes}
    back = {new for code in codes for new in codes_on(code, was_on=then, on=now)}
    if len(counties) != 1 or back != today:
        return None
    found = counties.pop()
    return found if {each.code for each in before.values() if each.county == found} == codes else None


def elsewhere(code: str, on: date, served: Mapping[str, Place]) -> Elsewhere:
    """Why there is no profile of a code on a day."""
    if host := cooperating_on(on).get(code):
        return Elsewhere(places_on(on)[code].name, cooperates=True, instead=_known([host], served))
    if code in places_on(on):
        return Elsewhere(places_on(on)[code].name)
    periods = sorted((each for each in all_municipalities() if each.code == code), key=lambda each: each.period.start)
    if not periods:
        return Elsewhere()
    near = min(periods, key=lambda each: abs((each.period.start - on).days))
    over = near.period.last_day is not None and near.period.last_day < on
    return Elsewhere(
        near.name,
        last_day=near.period.last_day if over else None,
        first_day=None if over else near.period.start,
        instead=_known(codes_on(code, was_on=near.period.start, on=on), served),
    )


def without_lists(on: date, served: Mapping[str, Place]) -> list[tuple[Place, Place]]:
    """The municipalities that run the scheme with another one, each with that one, in the order of their names."""
    known = places_on(on)
    hosts = {code: host for code, host in cooperating_on(on).items() if host in served and code not in served}
    pairs = [(known[code], served[host]) for code, host in hosts.items()]
    return sorted(pairs, key=lambda each: in_order(each[0].name))


def in_order(name: str) -> str:
    """A name as the Norwegian alphabet sorts it: æ, ø and å come last."""
    return name.casefold().translate(str.maketrans("æøåäö", "{|}{|"))


def _known(codes: Iterable[str], served: Mapping[str, Place]) -> tuple[Place, ...]:
    return tuple(served[code] for code in codes if code in served)

"""Municipalities and counties on the borders of a day, and how codes follow each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from fastlege.kernel.errors import DataError
from fastlege.kernel.periods import Period
from fastlege.rules.dated_rows import DATA, Line, read_lines, read_validity

BORDERS = ("valid_from", "valid_to", "municipalities", "source", "confidence", "note")
MUNICIPALITIES = (
    "municipality",
    "name",
    "county",
    "county_name",
    "valid_from",
    "valid_to",
    "land_km2",
    "latitude",
    "longitude",
    "neighbours",
)
POPULATIONS = ("on", "municipality", "population")
CHANGES = ("on", "old_municipality", "new_municipality", "share_of_old_land_area")
COOPERATION = ("municipality", "cooperates_with", "valid_from", "valid_to", "source", "confidence", "note")


@dataclass(frozen=True)
class Borders:
    """A period with unchanged borders: the number of municipalities, and how sure we are of them."""

    period: Period
    municipalities: int
    source: str
    confidence: str
    note: str


@dataclass(frozen=True)
class Municipality:
    """One municipality in one period of borders; the point is its population-weighted centre."""

    code: str
    name: str
    county: str
    county_name: str
    period: Period
    land_km2: float
    latitude: float
    longitude: float
    neighbours: tuple[str, ...]


def short_name(name: str) -> str:
    """The first of the official names where there are several, as the published tables print counties."""
    return name.split(" - ", maxsplit=1)[0]


@cache
def all_borders() -> tuple[Borders, ...]:
    """All known periods of borders, oldest first."""
    return tuple(
        Borders(_period(line), line.whole("municipalities"), cells["source"], cells["confidence"], cells["note"])
        for line in read_lines(DATA / "borders.csv", BORDERS)
        if (cells := line.cells)
    )


@cache
def all_municipalities() -> tuple[Municipality, ...]:
    """All municipalities of all periods of borders."""
    return tuple(_municipality(line) for line in read_lines(DATA / "municipalities.csv", MUNICIPALITIES))


def borders_on(day: date) -> Borders:
    """The borders that hold on a day, or a clear refusal for a day whose borders are not known."""
    for borders in all_borders():
        if borders.period.contains(day):
            return borders
    raise DataError(
        f"No borders of municipalities are known on {day}: the first are those of {all_borders()[0].period.start}.",
        remedy="Add the older borders, with their source, to borders.csv and municipalities.csv.",
    )


@cache
def municipalities_by_code(day: date) -> Mapping[str, Municipality]:
    """The municipalities of a day by their code, in order of code."""
    borders_on(day)
    return {one.code: one for one in all_municipalities() if one.period.contains(day)}


def counties_on(day: date) -> dict[str, str]:
    """Counties of a day: code to name, the first name where there are several."""
    return {one.county: short_name(one.county_name) for one in municipalities_by_code(day).values()}


def municipality_of(code: str, on: date) -> Municipality:
    """The municipality with a code on a day; a refusal that helps when the code belongs to other days or to nobody."""
    known = municipalities_by_code(on)
    if code in known:
        return known[code]
    other = sorted({f"{one.period.start}" for one in all_municipalities() if one.code == code})
    if other:
        later = ", ".join(sorted({new for _, old, new in _changes() if old == code} - {code}))
        raise DataError(
            f"{code} is not a municipality on {on}; the code is on the borders from {', '.join(other)}.",
            remedy=f"From 2024 it is {later}." if later else "",
        )
    raise DataError(f"{code!r} is not a municipality.", remedy="Give four digits, such as 4204 for Kristiansand.")


@cache
def populations_on(day: date) -> Mapping[str, int]:
    """Population by municipality: the last count up to the day, or else the first, on the same borders."""
    codes = municipalities_by_code(day).keys()
    counts = {on: count for on, count in _counts().items() if count.keys() == codes}
    if not counts:
        raise DataError(
            f"No count has a population for each municipality of {day}.", where="municipality_populations.csv"
        )
    return counts[max((on for on in counts if on <= day), default=min(counts))]


@cache
def codes_on(code: str, *, was_on: date, on: date) -> tuple[str, ...]:
    """The code or codes that a municipality of one day has on another day; several when it was divided."""
    municipality_of(code, was_on)
    forward = was_on <= on
    codes = {code}
    steps = sorted({when for when, _, _ in _changes()}, reverse=not forward)
    for when in steps:
        if min(was_on, on) < when <= max(was_on, on):
            codes = _step(codes, when, forward=forward)
    return tuple(sorted(codes))


def cooperating_on(day: date) -> dict[str, str]:
    """Municipalities that run the scheme together with another, whose code stands as the value."""
    lines = read_lines(DATA / "cooperating_municipalities.csv", COOPERATION)
    return {line.cells["municipality"]: line.cells["cooperates_with"] for line in lines if _period(line).contains(day)}


def _step(codes: Iterable[str], when: date, *, forward: bool) -> set[str]:
    pairs = [(old, new) if forward else (new, old) for on, old, new in _changes() if on == when]
    return {after for before, after in pairs if before in set(codes)}


@cache
def _counts() -> Mapping[date, Mapping[str, int]]:
    counts: dict[date, dict[str, int]] = {}
    for line in read_lines(DATA / "municipality_populations.csv", POPULATIONS):
        count = counts.setdefault(line.day("on"), {})
        count[line.cells["municipality"]] = line.whole("population")
    return counts


@cache
def _changes() -> tuple[tuple[date, str, str], ...]:
    lines = read_lines(DATA / "municipality_changes.csv", CHANGES)
    return tuple((line.day("on"), line.cells["old_municipality"], line.cells["new_municipality"]) for line in lines)


def _municipality(line: Line) -> Municipality:
    cells = line.cells
    return Municipality(
        cells["municipality"],
        cells["name"],
        cells["county"],
        cells["county_name"],
        _period(line),
        line.real("land_km2"),
        line.real("latitude"),
        line.real("longitude"),
        tuple(cells["neighbours"].split()),
    )


def _period(line: Line) -> Period:
    try:
        return read_validity(line).period
    except ValueError as error:
        raise DataError(line.problem(f"{error}.")) from error

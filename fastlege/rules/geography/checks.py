"""Whether the geography files fit each other: every problem, by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from fastlege.kernel.errors import DataError
from fastlege.rules.dated_rows import CONFIDENCES, DATA, read_lines
from fastlege.rules.geography.borders import (
    all_borders,
    all_municipalities,
    codes_on,
    cooperating_on,
    municipalities_by_code,
    populations_on,
)
from fastlege.rules.geography.centrality import centrality_on
from fastlege.rules.geography.centrality_fit import CLASSES
from fastlege.rules.geography.names import municipality_code
from fastlege.rules.geography.sub_areas import sub_areas
from fastlege.rules.geography.tables import COUNTED_ON

SOURCES = ("file", "source", "licence", "confidence", "note")
WITHOUT_OWN_SOURCES = (
    "municipalities.csv",
    "municipality_changes.csv",
    "municipality_lists_2023.csv",
    "municipality_populations.csv",
    "sub_areas.csv",
)


def geography_problems() -> Iterator[str]:
    """Every problem of the geography files with each other; nothing when all is well."""
    yield from _unsourced()
    yield from _borders()
    for borders in all_borders():
        day = borders.period.start
        yield from _municipalities(day)
        yield from _names(day)
        yield from _centrality(day)
        yield from _cooperation(day)
    yield from _changes()
    yield from _sub_areas()


def _unsourced() -> Iterator[str]:
    rows = {line.cells["file"]: line for line in read_lines(DATA / "geography_sources.csv", SOURCES)}
    for file in WITHOUT_OWN_SOURCES:
        if file not in rows:
            yield f"geography_sources.csv: {file} has no source."
    for line in rows.values():
        if not line.cells["source"] or line.cells["confidence"] not in CONFIDENCES:
            yield line.problem("it lacks a source or a known confidence.")


def _borders() -> Iterator[str]:
    for borders in all_borders():
        count = len(municipalities_by_code(borders.period.start))
        if count != borders.municipalities:
            yield (
                f"municipalities.csv: {count} municipalities from {borders.period.start}; "
                f"borders.csv says {borders.municipalities}."
            )
        if not borders.source or borders.confidence not in CONFIDENCES:
            yield f"borders.csv: the borders from {borders.period.start} lack a source or a known confidence."
    repeated = Counter((one.code, one.period.start) for one in all_municipalities())
    for (code, start), times in repeated.items():
        if times > 1:
            yield f"municipalities.csv: {code} stands {times} times from {start}."


def _municipalities(day: date) -> Iterator[str]:
    known, people = municipalities_by_code(day), populations_on(day)
    for code, one in known.items():
        if one.county != code[:2]:
            yield f"municipalities.csv: {code} does not start with its county {one.county}."
        if people[code] <= 0:
            yield f"municipality_populations.csv: {code} has nobody."
        for neighbour in one.neighbours:
            if neighbour not in known or code not in known[neighbour].neighbours:
                yield f"municipalities.csv: {code} has the neighbour {neighbour}, but not the other way, from {day}."


def _names(day: date) -> Iterator[str]:
    for one in municipalities_by_code(day).values():
        try:
            municipality_code(one.name, county=one.county, on=day)
        except DataError as error:
            yield f"municipality_names.csv: {error}"


def _centrality(day: date) -> Iterator[str]:
    classes = centrality_on(day)
    if classes.keys() != municipalities_by_code(day).keys():
        yield f"centrality.csv: its municipalities on {day} are not those of municipalities.csv."
    for code, kind in classes.items():
        if not 1 <= kind <= CLASSES:
            yield f"centrality.csv: {code} has the class {kind}."


def _cooperation(day: date) -> Iterator[str]:
    known = municipalities_by_code(day)
    for code, host in cooperating_on(day).items():
        if code not in known or host not in known:
            yield f"cooperating_municipalities.csv: {code} or {host} is not a municipality on {day}."


def _changes() -> Iterator[str]:
    starts = [borders.period.start for borders in all_borders()]
    for before in starts:
        for after in starts:
            for code in municipalities_by_code(before):
                found = codes_on(code, was_on=before, on=after)
                if not found or not set(found) <= municipalities_by_code(after).keys():
                    yield f"municipality_changes.csv: {code} of {before} has no code on {after}."


def _sub_areas() -> Iterator[str]:
    known = municipalities_by_code(COUNTED_ON)
    counted: Counter[str] = Counter()
    for place in sub_areas():
        counted[place.municipality] += place.population
        if place.municipality not in known:
            yield f"sub_areas.csv: {place.code} lies in {place.municipality}, which is not a municipality."
    people = populations_on(COUNTED_ON)
    for code in known:
        if counted[code] != people[code]:
            yield f"sub_areas.csv: {counted[code]} people in {code}; municipality_populations.csv has {people[code]}."

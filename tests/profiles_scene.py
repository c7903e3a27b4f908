"""Editions of made-up values for Oslo and the county of Nordland, to make profiles of. Used by the tests of profiles.

Each value follows from the figure and the municipality alone, so that a test can say what stands beside what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from fastlege.figures.catalogue import definition
from fastlege.figures.levels import COUNTRY, Level
from fastlege.reporting.edition import AREAS, FIGURES, META, VERSION, Edition, read_edition
from fastlege.reporting.profiles.places import places_on
from fastlege.reporting.profiles.plan import plan
from fastlege.rules.geography.borders import cooperating_on

ON = date(2026, 5, 1)
BODO, MOSKENES, OSLO, NARVIK = "1804", "1874", "0301", "1806"
HIDDEN = "hidden"
COUNTIES = ("03", "18")
META_VALUES = {
    "snapshot_digest": "a" * 64,
    "rules_digest": "b" * 64,
    "software": "0",
    "threshold": "6",
    "version": VERSION,
    "recipe": "hand-made",
    "title": "Made by hand",
}
Changes = Mapping[tuple[str, str], float | str | None]
"""Figure and area to another value than the usual: a number, HIDDEN, or None for nothing to divide by."""


def write_edition(
    folder: Path,
    on: date = ON,
    *,
    times: float = 1.0,
    changes: Changes | None = None,
    without: frozenset[str] = frozenset(),
    counties: Sequence[str] = COUNTIES,
) -> Edition:
    """Write an edition with the figures of profiles but those `without`, all values that many times the usual."""
    folder.mkdir(parents=True)
    places = list(_places(on, counties))
    rows = [
        row
        for figure in dict.fromkeys(["lists", *plan().figures()])
        if figure not in without
        for row in _rows(figure, places, times, changes or {})
    ]
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("figure", "level", "area")),
            *((name, pa.int64()) for name in ("numerator", "denominator")),
            ("value", pa.float64()),
            ("suppressed", pa.bool_()),
            ("unit", pa.string()),
            ("as_of", pa.date32()),
        ]
    )
    pq.write_table(pa.Table.from_pylist(rows, schema), folder / FIGURES)
    names = pa.schema([(name, pa.string()) for name in ("level", "area", "nb", "nn", "en")])
    pq.write_table(pa.Table.from_pylist(list(_areas(on, counties)), names), folder / AREAS)
    claims = {} if "expenditure" in without else {"claims_year": str(on.year - 1)}
    (folder / META).write_bytes(
        orjson.dumps(META_VALUES | claims | {"as_of": on.isoformat(), "areas": " ".join(counties)})
    )
    return read_edition(folder)


def usual(figure: str, area: str) -> float:
    """The value of a figure in an area, unless a test changes it."""
    whole = definition(figure).decimals == 0
    value = 10 + (len(figure) * 7 + sum(map(ord, area)) * 3) % 40
    return float(value) if whole else value / 10


def _rows(
    figure: str, places: Sequence[tuple[Level, str]], times: float, changes: Changes
) -> Iterator[dict[str, object]]:
    for level, area in places:
        said = changes.get((figure, area), usual(figure, area) * times)
        value = round(said, definition(figure).decimals) if isinstance(said, float | int) else None
        yield {
            "figure": figure,
            "level": level.value,
            "area": area,
            "numerator": None if value is None else int(value) + 1,
            "denominator": None,
            "value": value,
            "suppressed": said == HIDDEN,
            "unit": definition(figure).unit,
            "as_of": ON,
        }


def _places(on: date, counties: Sequence[str]) -> Iterator[tuple[Level, str]]:
    """The areas of an edition; a municipality that runs the scheme with another has no lists."""
    elsewhere = cooperating_on(on)
    served = [each for each in places_on(on).values() if each.code not in elsewhere]
    yield from ((Level.MUNICIPALITY, each.code) for each in served if each.county in counties)
    yield from ((Level.COUNTY, code) for code in counties)
    yield Level.COUNTRY, COUNTRY


def _areas(on: date, counties: Sequence[str]) -> Iterator[dict[str, str]]:
    names = {each.code: each.name for each in places_on(on).values()}
    names |= {each.county: each.county_name for each in places_on(on).values()}
    for level, area in _places(on, counties):
        yield {"level": level.value, "area": area, **dict.fromkeys(("nb", "nn", "en"), names.get(area, "Landet"))}
    for area, nb in (("under_2000", "Under 2 000 innbyggere"), ("50000_plus", "50 000 innbyggere eller flere")):
        yield {"level": "size_group", "area": area, "nb": nb, "nn": nb, "en": nb}

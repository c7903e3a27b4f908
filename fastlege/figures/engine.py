"""The engine: from a snapshot to figures by area, ready to be shown.

DuckDB runs the Ibis expressions by default. What leaves here has been through `disclosure`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pyarrow as pa

from fastlege.figures.catalogue import Definition, Disclosure, definition, definitions
from fastlege.figures.counting.base_rows import BaseRows, lacking
from fastlege.figures.counting.by_area import Counted, Wanted, count
from fastlege.figures.counting.duckdb_engine import Engine
from fastlege.figures.disclosure.by_area import Hidden, hidden_together
from fastlege.figures.facts import BASES
from fastlege.figures.levels import Areas, Level
from fastlege.figures.measures import MEASURES, Constant, Quantile, family, guard
from fastlege.figures.prices import SAME
from fastlege.figures.values import numerators, values
from fastlege.kernel.snapshot import Snapshot

PRICE_LEVEL = "price_level"
"""The measure that fixed prices are made by."""

RESULT = pa.schema(
    [
        ("figure", pa.string()),
        ("level", pa.string()),
        ("area", pa.string()),
        ("numerator", pa.int64()),
        ("denominator", pa.int64()),
        ("value", pa.float64()),
        ("suppressed", pa.bool_()),
    ]
)
"""One row a figure, level and area that has lists.

`numerator` and `value` are null where suppressed, `value` also where the denominator is nought or there is nothing to
take a median of, `denominator` where the figure has none, and `numerator` of a median.
"""


def compute(figure: str, snapshot: Snapshot, *, by: Level, threshold: int) -> pa.Table:
    """One figure at one level, with columns as `RESULT`; counts of persons below `threshold` are suppressed."""
    return compute_many([definition(figure)], snapshot, by=[by], threshold=threshold)


def compute_all(
    snapshot: Snapshot,
    *,
    by: Sequence[Level] = tuple(Level),
    threshold: int,
    given: Mapping[str, pa.Table] | None = None,
) -> pa.Table:
    """Every figure that the snapshot has the tables of, at the levels named, with columns as `RESULT`."""
    return compute_many(countable(snapshot, given or {}), snapshot, by=by, threshold=threshold, given=given)


def countable(snapshot: Snapshot, given: Mapping[str, pa.Table]) -> list[Definition]:
    """The figures of the catalogue that can be counted: their tables are in the snapshot, or given."""
    return [each for each in definitions() if not lacking_tables(each, snapshot, given)]


def tables_of(each: Definition) -> frozenset[str]:
    """The tables that a figure is counted from, those that a caller gives included."""
    return frozenset(table for base in bases_of([each]) for table in BASES[base].reads)


def lacking_tables(each: Definition, snapshot: Snapshot, given: Mapping[str, pa.Table]) -> tuple[str, ...]:
    """The tables of a figure that neither the snapshot has nor the caller gives: empty when it can be counted."""
    return tuple(lacking(bases_of([each]), snapshot, given))


def compute_many(
    figures: Sequence[Definition],
    snapshot: Snapshot,
    *,
    by: Sequence[Level],
    threshold: int,
    given: Mapping[str, pa.Table] | None = None,
    engine: Engine | None = None,
) -> pa.Table:
    """Some figures at some levels; base tables that several share are made once.

    DuckDB reads the files of the snapshot unless `engine` is given; `given`: see `fastlege.figures.given`.
    """
    rows = BaseRows(snapshot, bases_of(figures), given=given, engine=engine)
    areas = Areas.of(snapshot)
    counted = count(_wanted(figures, by), rows, areas)
    hidden = hidden_by_measure(figures, counted, areas, threshold)
    parts = [
        figure_rows(each, level, areas, (counted, counted), hidden).filter(areas.shown(level))
        for each in figures
        for level in by
    ]
    return pa.concat_tables([RESULT.empty_table(), *parts]).combine_chunks()


def bases_of(figures: Sequence[Definition]) -> set[str]:
    """The base tables that figures count."""
    measures = (MEASURES[name] for each in figures for name in each.measures)
    return {measure.base for measure in measures if not isinstance(measure, Constant)}


@cache
def protected() -> frozenset[str]:
    """The measures that count persons: those of figures that are marked so, wherever else they stand."""
    counted = {guard(each.numerator) for each in definitions() if each.disclosure is Disclosure.PERSONS}
    return frozenset(counted)


def protected_measures(each: Definition) -> list[str]:
    """The measures of a figure that may not be shown everywhere."""
    return [name for name in map(guard, each.measures) if name in protected()]


def hidden_by_measure(
    figures: Sequence[Definition], counted: Counted, areas: Areas, threshold: int
) -> dict[str, Hidden]:
    """For each measure that counts persons, which areas may not be shown."""
    hidden: dict[str, Hidden] = {}
    for name in sorted({name for each in figures for name in protected_measures(each)}):
        if name not in hidden:
            together = family(name)
            tables = [{level: counted.of(one, level) for level in Level} for one in together]
            hidden |= zip(together, hidden_together(tables, areas=areas, threshold=threshold), strict=True)
    return hidden


def figure_rows(
    each: Definition, level: Level, areas: Areas, sides: tuple[Counted, Counted], hidden: Mapping[str, Hidden]
) -> pa.Table:
    """One figure at one level; the two sides hold its numerator and its denominator, `hidden` is by measure."""
    over, under = sides
    codes = areas.codes(level)
    counted = over.of(each.numerator, level)
    quantile = isinstance(MEASURES[each.numerator], Quantile)
    numerator = numerators(each, counted)
    denominator = None if each.denominator is None else under.of(each.denominator, level)
    value = values(each, numerator, denominator, _price_level(each, under))
    nothing = np.zeros(len(codes), dtype=np.bool_)
    above = hidden.get(guard(each.numerator), {}).get(level, nothing)
    below = hidden.get(each.denominator or "", {}).get(level, nothing)
    return pa.table(
        [
            pa.repeat(each.id, len(codes)),
            pa.repeat(level.value, len(codes)),
            pa.array(codes, pa.string()),
            pa.array(numerator, mask=above | below | quantile),
            pa.nulls(len(codes), pa.int64()) if denominator is None else pa.array(denominator, mask=below),
            pa.array(value, mask=above | below | np.isnan(value) | (quantile & (counted < 0))),
            pa.array(above | below),
        ],
        schema=RESULT,
    )


def _price_level(each: Definition, under: Counted) -> int:
    return int(under.of(PRICE_LEVEL, Level.COUNTRY)[0]) if each.fixed_prices else SAME


def _wanted(figures: Sequence[Definition], by: Sequence[Level]) -> Wanted:
    wanted: dict[str, frozenset[Level]] = {}
    for each in figures:
        for measure in each.measures:
            wanted[measure] = wanted.get(measure, frozenset()) | frozenset(by)
        if each.fixed_prices:
            wanted[PRICE_LEVEL] = frozenset({Level.COUNTRY})
        for measure in protected_measures(each):
            # What must be hidden in one area depends on what is shown of the areas around it: count them all.
            wanted |= dict.fromkeys(family(measure), frozenset(Level))
    return wanted

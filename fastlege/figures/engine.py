"""The engine: from a snapshot to figures by area, ready to be shown.

DuckDB runs the Ibis expressions by default. What leaves here has been through `disclosure`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from fastlege.figures.catalogue import Definition, definition, definitions
from fastlege.figures.counting.base_rows import BaseRows, lacking, rows_of
from fastlege.figures.counting.by_area import Counted, Wanted, count
from fastlege.figures.counting.duckdb_engine import Engine
from fastlege.figures.disclosure.clearing import clear_whole
from fastlege.figures.disclosure.door import Door, door_of, rounded
from fastlege.figures.disclosure.families import FAMILY_OF
from fastlege.figures.disclosure.tables import Hidden
from fastlege.figures.facts import BASES
from fastlege.figures.given import GIVEN_TABLES
from fastlege.figures.levels import Areas, Level
from fastlege.figures.measures import MEASURES, Constant, Quantile, guard
from fastlege.figures.prices import SAME
from fastlege.figures.values import Counts, numerators, values
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.snapshot_tables import CLAIM_TABLES, DERIVED_TABLES

_TABLES_OF_CLAIMS = frozenset({*CLAIM_TABLES, *DERIVED_TABLES, *GIVEN_TABLES})
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
Where counts of persons are rounded, they and their rates are those of the rounded counts.
"""


def compute(figure: str, snapshot: Snapshot, *, by: Level, threshold: int | Door) -> pa.Table:
    """One figure at one level, with columns as `RESULT`; counts of persons below `threshold` are suppressed."""
    return compute_many([definition(figure)], snapshot, by=[by], threshold=threshold)


def compute_all(
    snapshot: Snapshot,
    *,
    by: Sequence[Level] = tuple(Level),
    threshold: int | Door,
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


def of_claims(figure: str) -> bool:
    """Whether a figure counts a year of claims, and not the register on a day."""
    return not tables_of(definition(figure)).isdisjoint(_TABLES_OF_CLAIMS)


def lacking_tables(each: Definition, snapshot: Snapshot, given: Mapping[str, pa.Table]) -> tuple[str, ...]:
    """The tables of a figure that neither the snapshot has nor the caller gives: empty when it can be counted."""
    return tuple(lacking(bases_of([each]), snapshot, given))


def compute_many(
    figures: Sequence[Definition],
    snapshot: Snapshot | BaseRows,
    *,
    by: Sequence[Level],
    threshold: int | Door,
    given: Mapping[str, pa.Table] | None = None,
    engine: Engine | None = None,
) -> pa.Table:
    """Some figures at some levels; base tables that several share are made once, or are those of the caller.

    DuckDB reads the files of the snapshot unless `engine` is given; `given`: see `fastlege.figures.given`. `threshold`
    is a `Door` where editions published before count, or where counts are rounded.
    """
    rows = rows_of(snapshot, bases_of(figures), given=given, engine=engine)
    areas = Areas.of(rows.snapshot)
    counted = count(measures_wanted(figures, by), rows, areas)
    hidden = hidden_by_measure(figures, counted, areas, threshold)
    parts = [
        figure_rows(each, level, areas, (counted, counted), hidden, round_to=door_of(threshold).round_to).filter(
            areas.shown(level)
        )
        for each in figures
        for level in by
    ]
    return pa.concat_tables([RESULT.empty_table(), *parts]).combine_chunks()


def bases_of(figures: Sequence[Definition]) -> set[str]:
    """The base tables that figures count, and that it takes to know what may be shown of them."""
    for each in figures:
        for name in set(each.measures) - MEASURES.keys():
            raise DataError(
                f"counts {name!r}, which is no measure.",
                where=each.id,
                remedy="fastlege/figures/measures.py has them all.",
            )
    measures = [MEASURES[name] for each in figures for name in (*each.measures, *_beside(each))]
    return {measure.base for measure in measures if not isinstance(measure, Constant)}


def protected_measures(each: Definition) -> list[str]:
    """The measures of a figure that may not be shown everywhere."""
    return [name for name in map(guard, each.measures) if name in FAMILY_OF]


def _beside(each: Definition) -> list[str]:
    """The measures that decide, with a figure's own, what may be shown of it."""
    return [beside for name in protected_measures(each) for beside in FAMILY_OF[name].up_to(name)]


def hidden_by_measure(
    figures: Sequence[Definition], counted: Counted, areas: Areas, threshold: int | Door
) -> dict[str, Hidden]:
    """For each measure that counts persons, which areas may not be shown."""
    names = sorted({name for each in figures for name in protected_measures(each)})
    return clear_whole(names, counted, areas, door_of(threshold))


def figure_rows(
    each: Definition,
    level: Level,
    areas: Areas,
    sides: tuple[Counted, Counted],
    hidden: Mapping[str, Hidden],
    *,
    round_to: int = 1,
) -> pa.Table:
    """One figure at one level; the two sides hold its numerator and its denominator, `hidden` is by measure."""
    over, under = sides
    codes = areas.codes(level)
    counted = over.of(each.numerator, level)
    quantile = isinstance(MEASURES[each.numerator], Quantile)
    numerator = numerators(each, _shown(each.numerator, counted, round_to))
    denominator = None if each.denominator is None else under.of(each.denominator, level)
    divisor = _divisor(each, denominator, round_to)
    index = guard(each.numerator) != each.numerator
    value = values(each, numerator, denominator if index else divisor, _price_level(each, under))
    # The sum of an index tells, divided by its mean, how many persons it was summed over.
    untold = quantile or (index and round_to > 1)
    nothing = np.zeros(len(codes), dtype=np.bool_)
    above = hidden.get(guard(each.numerator), {}).get(level, nothing)
    below = hidden.get(each.denominator or "", {}).get(level, nothing)
    return pa.table(
        [
            pa.repeat(each.id, len(codes)),
            pa.repeat(level.value, len(codes)),
            pa.array(codes, pa.string()),
            pa.array(numerator, mask=above | below | untold),
            pa.nulls(len(codes), pa.int64())
            if denominator is None
            else pa.array(_divisor(each, denominator, round_to), mask=below),
            pa.array(value, mask=above | below | np.isnan(value) | (quantile & (counted < 0))),
            pa.array(above | below),
        ],
        schema=RESULT,
    )


def _shown(measure: str, counted: Counts, round_to: int) -> Counts:
    """Counts of persons as they are shown; others are never rounded."""
    return rounded(counted, round_to) if measure in FAMILY_OF else counted


def _divisor(each: Definition, denominator: Counts | None, round_to: int) -> Counts | None:
    return None if denominator is None else _shown(each.denominator or "", denominator, round_to)


def _price_level(each: Definition, under: Counted) -> int:
    return int(under.of(PRICE_LEVEL, Level.COUNTRY)[0]) if each.fixed_prices else SAME


def measures_wanted(figures: Sequence[Definition], by: Sequence[Level]) -> Wanted:
    """The measures of figures, each at the levels it is needed at to show the figures at some."""
    wanted: dict[str, frozenset[Level]] = {}
    for each in figures:
        for measure in each.measures:
            wanted[measure] = wanted.get(measure, frozenset()) | frozenset(by)
        if each.fixed_prices:
            wanted[PRICE_LEVEL] = frozenset({Level.COUNTRY})
        # What must be hidden in one area depends on what is shown of the areas around it: count them all.
        wanted |= dict.fromkeys(_beside(each), frozenset(Level))
    return wanted

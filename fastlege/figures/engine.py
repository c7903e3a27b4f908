"""The engine: from a snapshot to figures by area, ready to be shown.

DuckDB runs the Ibis expressions by default. What leaves here has been through `disclosure`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from fastlege.figures.catalogue import Definition, Disclosure, definition, definitions
from fastlege.figures.counting import Counted, count
from fastlege.figures.disclosure.by_area import Hidden, hidden_cells
from fastlege.figures.duckdb_engine import Engine
from fastlege.figures.levels import Areas, Level
from fastlege.figures.values import numerators, values
from fastlege.kernel.snapshot import Snapshot

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

`numerator` and `value` are null where suppressed, `value` also where the denominator is nought, and `denominator` where
the figure has none.
"""


def compute(figure: str, snapshot: Snapshot, *, by: Level, threshold: int) -> pa.Table:
    """One figure at one level, with columns as `RESULT`; counts of persons below `threshold` are suppressed."""
    return compute_many([definition(figure)], snapshot, by=[by], threshold=threshold)


def compute_all(snapshot: Snapshot, *, by: Sequence[Level] = tuple(Level), threshold: int) -> pa.Table:
    """Every figure of the catalogue at the levels named, with columns as `RESULT`."""
    return compute_many(definitions(), snapshot, by=by, threshold=threshold)


def compute_many(
    figures: Sequence[Definition],
    snapshot: Snapshot,
    *,
    by: Sequence[Level],
    threshold: int,
    engine: Engine | None = None,
) -> pa.Table:
    """Some figures at some levels; base tables that several share are made once. `engine`: see `counting.count`."""
    areas = Areas.of(snapshot)
    counted = count(_wanted(figures, by), snapshot, areas, engine=engine)
    hidden = {
        measure: hidden_cells({level: counted.of(measure, level) for level in Level}, areas=areas, threshold=threshold)
        for measure in {each.numerator for each in figures if each.disclosure is Disclosure.PERSONS}
    }
    parts = [
        _rows(each, level, areas.codes(level), counted, hidden.get(each.numerator, {})).filter(areas.shown(level))
        for each in figures
        for level in by
    ]
    return pa.concat_tables([RESULT.empty_table(), *parts]).combine_chunks()


def _wanted(figures: Sequence[Definition], by: Sequence[Level]) -> dict[str, frozenset[Level]]:
    wanted: dict[str, frozenset[Level]] = {}
    for each in figures:
        for measure in each.measures:
            wanted[measure] = wanted.get(measure, frozenset()) | frozenset(by)
        if each.disclosure is Disclosure.PERSONS:
            # What must be hidden in one area depends on what is shown of the areas around it: count them all.
            wanted[each.numerator] = frozenset(Level)
    return wanted


def _rows(each: Definition, level: Level, codes: Sequence[str], counted: Counted, hidden: Hidden) -> pa.Table:
    numerator = numerators(each, counted.of(each.numerator, level))
    denominator = None if each.denominator is None else counted.of(each.denominator, level)
    value = values(each, numerator, denominator)
    suppressed = hidden.get(level, np.zeros(len(codes), dtype=np.bool_))
    return pa.table(
        [
            pa.repeat(each.id, len(codes)),
            pa.repeat(level.value, len(codes)),
            pa.array(codes, pa.string()),
            pa.array(numerator, mask=suppressed),
            pa.nulls(len(codes), pa.int64()) if denominator is None else pa.array(denominator),
            pa.array(value, mask=suppressed | np.isnan(value)),
            pa.array(suppressed),
        ],
        schema=RESULT,
    )

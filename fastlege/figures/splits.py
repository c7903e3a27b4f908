"""Figures divided by a dimension besides area: by age, sex, month, type of contact and so on.

What counts persons or their contacts is divided only where areas are large: a table of all municipalities by age would
be mostly holes. All groups and areas of such a table are cleared together, beside the totals that are published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise, product

import numpy as np
import pyarrow as pa

from fastlege.figures.catalogue import Definition, Disclosure
from fastlege.figures.counting.base_rows import BaseRows
from fastlege.figures.counting.by_area import Counted, Wanted, count, count_by
from fastlege.figures.dimensions import Dimension
from fastlege.figures.disclosure.by_area import Hidden
from fastlege.figures.disclosure.cells import Cells, Group, Mask
from fastlege.figures.disclosure.suppression import suppress
from fastlege.figures.engine import PRICE_LEVEL, RESULT, bases_of, figure_rows, hidden_by_measure, protected_measures
from fastlege.figures.facts import BASES
from fastlege.figures.levels import NESTED, Areas, Level
from fastlege.figures.measures import MEASURES, Constant, family, guard
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot

SPLIT_RESULT = pa.schema([*RESULT, ("dimension", pa.string()), ("group", pa.string())])
"""One row a figure, level, area with lists, and group of a dimension. The other columns are those of `RESULT`."""

LARGE = (Level.COUNTY, Level.SIZE_GROUP, Level.CENTRALITY, Level.COUNTRY)
"""The levels at which figures that count persons are divided."""

MOST = 25
"""Of a dimension whose groups are those that are found, so many of the largest are kept."""


def compute_split(
    each: Definition,
    snapshot: Snapshot,
    dimension: Dimension,
    *,
    by: Sequence[Level],
    threshold: int,
    given: Mapping[str, pa.Table] | None = None,
) -> pa.Table:
    """One figure divided by one of its dimensions, with columns as `SPLIT_RESULT`, groups in their order."""
    return compute_splits([(each, dimension)], snapshot, by=by, threshold=threshold, given=given)


def compute_splits(
    wanted: Sequence[tuple[Definition, Dimension]],
    snapshot: Snapshot,
    *,
    by: Sequence[Level],
    threshold: int,
    given: Mapping[str, pa.Table] | None = None,
) -> pa.Table:
    """Several figures, each divided by a dimension; base tables that they share are made once."""
    triples = [(each, dimension, by) for each, dimension in wanted]
    parts = list(each_split(triples, snapshot, threshold=threshold, given=given))
    return pa.concat_tables([SPLIT_RESULT.empty_table(), *parts]).combine_chunks()


def each_split(
    wanted: Sequence[tuple[Definition, Dimension, Sequence[Level]]],
    snapshot: Snapshot,
    *,
    threshold: int,
    given: Mapping[str, pa.Table] | None = None,
) -> Iterator[pa.Table]:
    """Several figures, each divided by a dimension at levels of its own: a table as `SPLIT_RESULT` for each."""
    for each, dimension, by in wanted:
        check_split(each, dimension, by)
    rows = BaseRows(snapshot, bases_of([each for each, _, _ in wanted]), given=given)
    for each, dimension, by in wanted:
        yield split_of(each, rows, dimension, by=by, threshold=threshold)


def check_split(each: Definition, dimension: Dimension, by: Sequence[Level]) -> None:
    """Raise `DataError` where a figure cannot be divided so."""
    if dimension.id not in each.splits:
        known = f"It can be divided by {', '.join(each.splits)}." if each.splits else "It cannot be divided."
        raise DataError(f"{each.id} is not divided by {dimension.id}.", remedy=known)
    too_small = [level for level in by if level not in levels_of(each)]
    if too_small:
        raise DataError(
            f"{each.id} is not divided by {dimension.id} for each {too_small[0].replace('_', ' ')}: too few persons.",
            remedy=f"The levels are {', '.join(levels_of(each))}.",
        )


def levels_of(each: Definition) -> tuple[Level, ...]:
    """The levels at which a figure is divided."""
    return LARGE if each.disclosure is Disclosure.PERSONS else tuple(Level)


def split_of(
    each: Definition, rows: BaseRows, dimension: Dimension, *, by: Sequence[Level], threshold: int
) -> pa.Table:
    """The same over base tables that are made already."""
    areas = Areas.of(rows.snapshot)
    whole = count(_all_levels(each), rows, areas)
    groups = count_by(_all_levels(each, dimension.id), rows, areas, dimension=dimension.id)
    codes = _in_order(dimension, groups, each)
    hidden = _hidden(each, dimension, whole, [groups[code] for code in codes], areas, threshold)
    parts = []
    for code, cleared in zip(codes, hidden, strict=True):
        under = groups[code] if _splits_denominator(each, dimension.id) else whole
        both = Counted({**whole.columns, **under.columns})
        for level in by:
            found = figure_rows(each, level, areas, (groups[code], both), cleared).filter(areas.shown(level))
            for name, text in (("dimension", dimension.id), ("group", code)):
                found = found.append_column(name, pa.repeat(pa.scalar(text), found.num_rows))
            parts.append(found)
    return pa.concat_tables([SPLIT_RESULT.empty_table(), *parts]).combine_chunks()


def _all_levels(each: Definition, dimension: str | None = None) -> Wanted:
    names = [each.numerator, guard(each.numerator)]
    if each.denominator and (dimension is None or _splits_denominator(each, dimension)):
        names.append(each.denominator)
    if dimension is None:
        names += [name for measure in protected_measures(each) for name in family(measure)]
        names += [PRICE_LEVEL] if each.fixed_prices else []
    return {name: frozenset(Level) for name in names}


def _splits_denominator(each: Definition, dimension: str) -> bool:
    if each.denominator is None or each.whole_denominator:
        return False
    measure = MEASURES[each.denominator]
    return not isinstance(measure, Constant) and dimension in BASES[measure.base].dimensions


def _in_order(dimension: Dimension, groups: Mapping[str, Counted], each: Definition) -> list[str]:
    if dimension.groups:
        return [code for code, _ in dimension.groups if code in groups]
    size = {code: int(found.of(each.numerator, Level.COUNTRY)[0]) for code, found in groups.items()}
    return sorted(size, key=lambda code: (-size[code], code))[:MOST]


def _hidden(
    each: Definition, dimension: Dimension, whole: Counted, groups: Sequence[Counted], areas: Areas, threshold: int
) -> list[Mapping[str, Hidden]]:
    """For each group what may not be shown of each measure: nothing where the figure does not count persons."""
    hidden: list[dict[str, Hidden]] = [{} for _ in groups]
    of_whole = hidden_by_measure([each], whole, areas, threshold)
    for name in protected_measures(each):
        if name == guard(each.numerator) or _splits_denominator(each, dimension.id):
            for group, cleared in zip(
                hidden, _by_group(name, of_whole[name], (whole, *groups), areas, threshold), strict=True
            ):
                group[name] = cleared
        else:
            for group in hidden:
                group[name] = of_whole[name]
    return list(hidden)


def _by_group(name: str, of_whole: Hidden, counted: Sequence[Counted], areas: Areas, threshold: int) -> list[Hidden]:
    """What may not be shown of one measure in each group; the first of `counted` is the whole, which is out already."""
    tables = [{level: found.of(name, level) for level in LARGE} for found in counted]
    lengths = [len(table[level]) for table in tables for level in LARGE]
    ends = [0, *accumulate(lengths)]
    start = dict(zip(product(range(len(tables)), LARGE), ends, strict=False))
    counts = np.concatenate([table[level] for table in tables for level in LARGE]).astype(np.int64)
    cells = Cells(counts, [*_within_areas(start, areas, len(tables)), *_over_groups(start, tables)])
    known = np.zeros(len(counts), dtype=np.bool_)
    known[: ends[len(LARGE)]] = np.concatenate([~of_whole[level] for level in LARGE])
    found = suppress(cells, threshold, known=known)
    mask = np.ones(len(counts), np.bool_) if len(found.given_away) else found.hidden
    parts: list[Mask] = [mask[first:last] for first, last in pairwise(ends)]
    of_table = [parts[at : at + len(LARGE)] for at in range(0, len(parts), len(LARGE))]
    return [dict(zip(LARGE, columns, strict=True)) for columns in of_table[1:]]


def _within_areas(start: Mapping[tuple[int, Level], int], areas: Areas, tables: int) -> list[Group]:
    """In each table, every area is the sum of those within it."""
    return [
        Group(start[at, parent] + total, start[at, child] + parts)
        for at in range(tables)
        for child, parent in NESTED
        if child in LARGE and parent in LARGE
        for total, parts in enumerate(areas.parts(child, parent))
    ]


def _over_groups(start: Mapping[tuple[int, Level], int], tables: Sequence[Mapping[Level, np.ndarray]]) -> list[Group]:
    """In each area, the first table is the sum of the others."""
    return [
        Group(start[0, level] + area, np.array([start[at, level] + area for at in range(1, len(tables))], np.intp))
        for level in LARGE
        for area in range(len(tables[0][level]))
    ]

"""Figures divided by a dimension besides area: by age, sex, month, type of contact and so on.

What counts persons or their contacts is divided only where areas are large: a table of all municipalities by age would
be mostly holes. All groups and areas of such a table are cleared together, beside the totals that are published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property

import numpy as np
import pyarrow as pa

from fastlege.figures.catalogue import Definition, Disclosure, definitions
from fastlege.figures.counting.base_rows import BaseRows, rows_of
from fastlege.figures.counting.by_area import Counted, count, count_by
from fastlege.figures.dimensions import DIMENSIONS, Dimension
from fastlege.figures.disclosure.clearing import LARGE, clear_groups, clear_whole
from fastlege.figures.disclosure.door import Door, Name, door_of
from fastlege.figures.disclosure.families import FAMILY_OF, Family
from fastlege.figures.disclosure.tables import Hidden
from fastlege.figures.engine import PRICE_LEVEL, RESULT, bases_of, figure_rows, protected_measures
from fastlege.figures.facts import BASES
from fastlege.figures.levels import Areas, Level
from fastlege.figures.measures import MEASURES, Constant, Quantile, guard
from fastlege.figures.values import Counts
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot

SPLIT_RESULT = pa.schema([*RESULT, ("dimension", pa.string()), ("group", pa.string())])
"""One row a figure, level, area with lists, and group of a dimension. The other columns are those of `RESULT`."""

MOST = 25
"""Of a dimension whose groups are those that are found, so many of the largest are kept."""


def compute_split(
    each: Definition,
    snapshot: Snapshot,
    dimension: Dimension,
    *,
    by: Sequence[Level],
    threshold: int | Door,
    given: Mapping[str, pa.Table] | None = None,
) -> pa.Table:
    """One figure divided by one of its dimensions, with columns as `SPLIT_RESULT`, groups in their order."""
    return compute_splits([(each, dimension)], snapshot, by=by, threshold=threshold, given=given)


def compute_splits(
    wanted: Sequence[tuple[Definition, Dimension]],
    snapshot: Snapshot | BaseRows,
    *,
    by: Sequence[Level],
    threshold: int | Door,
    given: Mapping[str, pa.Table] | None = None,
) -> pa.Table:
    """Several figures, each divided by a dimension; base tables that they share are made once, or are the caller's."""
    triples = [(each, dimension, by) for each, dimension in wanted]
    parts = list(each_split(triples, snapshot, threshold=threshold, given=given))
    return pa.concat_tables([SPLIT_RESULT.empty_table(), *parts]).combine_chunks()


def each_split(
    wanted: Sequence[tuple[Definition, Dimension, Sequence[Level]]],
    snapshot: Snapshot | BaseRows,
    *,
    threshold: int | Door,
    given: Mapping[str, pa.Table] | None = None,
) -> Iterator[pa.Table]:
    """Several figures, each divided by a dimension at levels of its own: a table as `SPLIT_RESULT` for each."""
    for each, dimension, by in wanted:
        check_split(each, dimension, by)
    rows = rows_of(snapshot, bases_of([each for each, _, _ in wanted]), given=given)
    splitting = _Splitting([(each, dimension) for each, dimension, _ in wanted], rows, door_of(threshold))
    for each, dimension, by in wanted:
        yield splitting.table(each, dimension, by)


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
    each: Definition,
    rows: BaseRows,
    dimension: Dimension,
    *,
    by: Sequence[Level],
    threshold: int | Door,
    areas: Areas | None = None,
) -> pa.Table:
    """The same over base tables that are made already, in the snapshot's areas or in others."""
    return _Splitting([(each, dimension)], rows, door_of(threshold), areas).table(each, dimension, by)


class _Splitting:
    """Figures and their dimensions over the same base tables; what several need is counted and cleared once."""

    def __init__(
        self,
        wanted: Sequence[tuple[Definition, Dimension]],
        rows: BaseRows,
        door: Door,
        areas: Areas | None = None,
    ) -> None:
        self._rows, self._door = rows, door
        self._areas = areas or Areas.of(rows.snapshot)
        self._families = {FAMILY_OF[name] for each, _ in wanted for name in protected_measures(each)}
        self._divided: dict[str, set[str]] = defaultdict(set)
        for each, dimension in wanted:
            self._divided[dimension.id] |= set(_divided(each, dimension.id))
        for family in self._families:
            for name in family.measures:
                for dimension_id in _dimensions()[name]:
                    self._divided[dimension_id].add(name)
        self._figures = [each for each, _ in wanted]
        self._counted: dict[tuple[str, str], dict[str, Counted]] = {}
        self._cleared: dict[Family, tuple[dict[str, Hidden], dict[Name, Hidden]]] = {}

    def table(self, each: Definition, dimension: Dimension, by: Sequence[Level]) -> pa.Table:
        """One figure divided by a dimension, groups in their order."""
        groups = self._groups(_divided(each, dimension.id), dimension.id)
        parts = [SPLIT_RESULT.empty_table()]
        for code in _in_order(dimension, groups, each):
            under = groups[code] if _splits_denominator(each, dimension.id) else self._whole
            both = Counted({**self._whole.columns, **under.columns})
            hidden = self._hidden(each, dimension.id, code)
            for level in by:
                found = figure_rows(
                    each, level, self._areas, (groups[code], both), hidden, round_to=self._door.round_to
                ).filter(self._areas.shown(level))
                for name, text in (("dimension", dimension.id), ("group", code)):
                    found = found.append_column(name, pa.repeat(pa.scalar(text), found.num_rows))
                parts.append(found)
        return pa.concat_tables(parts).combine_chunks()

    @cached_property
    def _whole(self) -> Counted:
        """All measures at all levels, undivided."""
        names = {name for family in self._families for name in family.measures} | {PRICE_LEVEL}
        names |= {name for each in self._figures for name in (*each.measures, guard(each.numerator))}
        if not any(each.fixed_prices for each in self._figures):
            names.discard(PRICE_LEVEL)
        return count({name: frozenset(Level) for name in names}, self._rows, self._areas)

    def _groups(self, names: Iterable[str], dimension: str) -> dict[str, Counted]:
        """Measures by group; those of one base table are counted at once."""
        found: dict[str, dict[tuple[str, Level], Counts]] = {}
        nothing: dict[tuple[str, Level], Counts] = {}
        for base in {_base_of(name) for name in names}:
            for code, counted in self._of_base(base, dimension).items():
                found.setdefault(code, {}).update(counted.columns)
                nothing |= {key: np.full_like(column, -_is_quantile(key[0])) for key, column in counted.columns.items()}
        return {code: Counted({**nothing, **columns}) for code, columns in found.items()}

    def _of_base(self, base: str, dimension: str) -> dict[str, Counted]:
        if (base, dimension) not in self._counted:
            names = [name for name in self._divided[dimension] if _base_of(name) == base]
            wanted = {name: frozenset(Level) for name in names}
            self._counted[base, dimension] = count_by(wanted, self._rows, self._areas, dimension=dimension)
        return self._counted[base, dimension]

    def _hidden(self, each: Definition, dimension: str, code: str) -> dict[str, Hidden]:
        """What may not be shown of each measure in one group: nothing where the figure does not count persons."""
        hidden: dict[str, Hidden] = {}
        for name in protected_measures(each):
            whole, groups = self._clear(FAMILY_OF[name])
            divided = name in _divided(each, dimension)
            # A group that has nobody anywhere is shown as nought.
            hidden[name] = groups.get((name, dimension, code), {}) if divided else whole[name]
        return hidden

    def _clear(self, family: Family) -> tuple[dict[str, Hidden], dict[Name, Hidden]]:
        if family not in self._cleared:
            whole = clear_whole(family.measures, self._whole, self._areas, self._door)
            groups = {
                dimension: self._published(family, dimension)
                for dimension in sorted({each for name in family.measures for each in _dimensions()[name]})
            }
            divided = clear_groups(family, whole, (self._whole, groups), self._areas, self._door)
            self._cleared[family] = whole, divided
        return self._cleared[family]

    def _published(self, family: Family, dimension: str) -> dict[str, Counted]:
        """The groups of a dimension that some figure shows of some measure of a family."""
        names = [name for name in family.measures if dimension in _dimensions()[name]]
        groups = self._groups(names, dimension)
        groups = {
            code: Counted({key: column for key, column in found.columns.items() if key[0] in names})
            for code, found in groups.items()
        }
        shown = {code for name in names for code in _order_of(DIMENSIONS[dimension], groups, name)}
        return {code: found for code, found in groups.items() if code in shown}


@cache
def _dimensions() -> Mapping[str, frozenset[str]]:
    """For each protected measure the dimensions that some figure of the catalogue divides it by."""
    found: dict[str, set[str]] = {name: set() for name in FAMILY_OF}
    for each in definitions():
        for dimension in each.splits:
            for name in _divided(each, dimension):
                if name in found:
                    found[name].add(dimension)
    return {name: frozenset(dimensions) for name, dimensions in found.items()}


def _divided(each: Definition, dimension: str) -> list[str]:
    """The measures of a figure that are divided with it by a dimension."""
    under = [each.denominator] if each.denominator and _splits_denominator(each, dimension) else []
    return [each.numerator, guard(each.numerator), *under]


def _splits_denominator(each: Definition, dimension: str) -> bool:
    if each.denominator is None or each.whole_denominator:
        return False
    measure = MEASURES[each.denominator]
    return not isinstance(measure, Constant) and dimension in BASES[measure.base].dimensions


def _base_of(name: str) -> str:
    measure = MEASURES[name]
    return "" if isinstance(measure, Constant) else measure.base


def _is_quantile(name: str) -> bool:
    return isinstance(MEASURES[name], Quantile)


def _in_order(dimension: Dimension, groups: Mapping[str, Counted], each: Definition) -> list[str]:
    return _order_of(dimension, groups, each.numerator)


def _order_of(dimension: Dimension, groups: Mapping[str, Counted], name: str) -> list[str]:
    if dimension.groups:
        return [code for code, _ in dimension.groups if code in groups]
    size = {code: int(found.of(name, Level.COUNTRY)[0]) for code, found in groups.items()}
    return sorted(size, key=lambda code: (-size[code], code))[:MOST]

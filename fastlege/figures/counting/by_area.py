"""Counting: measures by municipality on the engine, then up to every area. Not for showing: see `disclosure`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
from ibis import Table, _
from ibis.common.exceptions import IbisError
from numpy.typing import NDArray

from fastlege.figures.counting.base_rows import BaseRows
from fastlege.figures.counting.quantiles import quantiles
from fastlege.figures.levels import Areas, Level
from fastlege.figures.measures import MEASURES, Constant, Distinct, Quantile, Sum
from fastlege.figures.values import Counts
from fastlege.kernel.errors import DataError

_Made = TypeVar("_Made")
ALL = ""
"""The group of a count that is not divided."""


@dataclass(frozen=True)
class Counted:
    """Measures by level: one column each, in the order of the areas' codes, nought where an area has nothing.

    A quantile has -1 where an area has no rows.
    """

    columns: Mapping[tuple[str, Level], Counts]

    def of(self, measure: str, level: Level) -> Counts:
        """One measure at one level."""
        return self.columns[measure, level]


Wanted = Mapping[str, frozenset[Level]]
"""Measures, each with the levels that it is wanted at."""


def count(wanted: Wanted, rows: BaseRows, areas: Areas) -> Counted:
    """Count measures over the base tables of a snapshot, each at the levels wanted."""
    found = count_by(wanted, rows, areas, dimension=None)
    return found.get(ALL) or _nothing(wanted, areas)


def count_by(wanted: Wanted, rows: BaseRows, areas: Areas, *, dimension: str | None) -> dict[str, Counted]:
    """Count measures for each group of a dimension that is found; all their base tables have it."""
    constant = {name: measure for name in wanted if isinstance(measure := MEASURES[name], Constant)}
    columns: dict[str, dict[tuple[str, Level], Counts]] = {}
    for names in sorted(_together(wanted), key=lambda names: rows.is_begun(_base_of(names[0]))):
        base, expression = _base_of(names[0]), _EXPRESSIONS[type(MEASURES[names[0]])]
        table = rows.of(base, expression, names, dimension)
        places = _places(table, base, areas, str(rows.snapshot.folder))
        asked = {name: wanted[name] for name in names}
        for group, own, own_places in _groups(table, places, dimension):
            columns.setdefault(group, {}).update(_up(own, own_places, asked, areas))
    for name, measure in constant.items():
        number = measure.of(rows.snapshot)
        for found in columns.values() or [columns.setdefault(ALL, {})]:
            found |= {(name, level): np.full(len(areas.codes(level)), number, np.int64) for level in wanted[name]}
    nothing = _nothing(wanted, areas).columns
    return {group: Counted({**nothing, **found}) for group, found in columns.items()}


def _nothing(wanted: Wanted, areas: Areas) -> Counted:
    return Counted(
        {
            (name, level): np.full(len(areas.codes(level)), -isinstance(MEASURES[name], Quantile), np.int64)
            for name, levels in wanted.items()
            for level in levels
        }
    )


def _together(wanted: Wanted) -> list[list[str]]:
    """The measures that one expression counts: those of one kind over one base table; each quantile alone."""
    found: dict[tuple[str, ...], list[str]] = {}
    for name in sorted(wanted):
        measure = MEASURES[name]
        if not isinstance(measure, Constant):
            alone = name if isinstance(measure, Quantile) else ""
            found.setdefault((measure.base, type(measure).__name__, alone), []).append(name)
    return list(found.values())


def _base_of(name: str) -> str:
    measure = MEASURES[name]
    if isinstance(measure, Constant):
        raise TypeError(f"{name} is the same everywhere: it is counted over no base table")
    return measure.base


def _groups(
    table: pa.Table, places: NDArray[np.intp], dimension: str | None
) -> Iterator[tuple[str, pa.Table, NDArray[np.intp]]]:
    """The rows of each group that is found, with the positions of their municipalities."""
    if dimension is None:
        yield ALL, table, places
        return
    column = table[dimension].combine_chunks().dictionary_encode()
    codes = column.indices.to_numpy()
    for at, code in enumerate(column.dictionary.to_pylist()):
        yield code, table.filter(codes == at), places[codes == at]


def sums_by_municipality(facts: Table, names: Sequence[str], dimension: str | None) -> Table:
    """Some sums over one base table: a row a municipality (and group), a column a measure."""
    sums = {
        name: _read(name, measure.expression, facts) for name in names if isinstance(measure := MEASURES[name], Sum)
    }
    return facts.group_by(["municipality", *_also(dimension)]).aggregate(**sums)


def keys_by_municipality(facts: Table, names: Sequence[str], dimension: str | None) -> Table:
    """The rows of one base table that some distinct counts need: key, municipality, a column a measure (counts?)."""
    measures = {name: measure for name in names if isinstance(measure := MEASURES[name], Distinct)}
    (key,) = {measure.key for measure in measures.values()}
    counts = {name: _read(name, each.where, facts) for name, each in measures.items()}
    keys = _read(names[0], lambda rows: rows[key], facts)
    return facts.select("municipality", *_also(dimension), key=keys, **counts)


def values_by_municipality(facts: Table, names: Sequence[str], dimension: str | None) -> Table:
    """How often each value of a quantile stands in its base table, by municipality: value, weight."""
    measure = MEASURES[names[0]]
    if not isinstance(measure, Quantile):
        raise TypeError(f"{names[0]} is not a quantile")
    chosen, value, weight = (_read(names[0], each, facts) for each in (measure.where, measure.value, measure.weight))
    rows = facts.filter(chosen).select("municipality", *_also(dimension), value=value.cast("int64"), weight=weight)
    by = rows.group_by(["municipality", *_also(dimension), "value"])
    return by.aggregate(weight=_.weight.sum().cast("int64"))


def _read(name: str, expression: Callable[[Table], _Made], facts: Table) -> _Made:
    """A part of a measure over its base table. A column that the base table has not is one clear error."""
    try:
        return expression(facts)
    except (AttributeError, IbisError) as error:
        said = " ".join(str(error).split())
        raise DataError(
            f"the measure {name} cannot be read from its base table {_base_of(name)} ({said}).",
            where="fastlege/figures/measures.py",
            remedy=f"The base table has {', '.join(facts.columns)}.",
        ) from error


_EXPRESSIONS = {Sum: sums_by_municipality, Distinct: keys_by_municipality, Quantile: values_by_municipality}


def _also(dimension: str | None) -> list[str]:
    return [] if dimension is None else [dimension]


def _up(rows: pa.Table, places: NDArray[np.intp], wanted: Wanted, areas: Areas) -> dict[tuple[str, Level], Counts]:
    """From rows by municipality (`places` are the municipalities' positions) to areas at the levels wanted."""
    columns: dict[tuple[str, Level], Counts] = {}
    for name, levels in wanted.items():
        measure = MEASURES[name]
        if isinstance(measure, Sum):
            by_municipality = np.zeros(len(areas.codes(Level.MUNICIPALITY)), dtype=np.int64)
            np.add.at(by_municipality, places, rows[name].to_numpy())
            for level in levels:
                columns[name, level] = _add_up(by_municipality, areas.positions(level), len(areas.codes(level)))
        elif isinstance(measure, Quantile):
            value, weight = rows["value"].to_numpy(), rows["weight"].to_numpy()
            for level in levels:
                place = areas.positions(level)[places]
                columns[name, level] = quantiles(place, value, weight, measure.permille, len(areas.codes(level)))
        else:
            counts = rows[name].to_numpy()
            keys = rows["key"].to_numpy()[counts]
            for level, column in count_different(keys, places[counts], levels, areas).items():
                columns[name, level] = column
    return columns


def count_different(
    keys: NDArray[np.int64], places: NDArray[np.intp], levels: Iterable[Level], areas: Areas
) -> dict[Level, Counts]:
    """How many different keys each area has, at some levels; `places` are the positions of municipalities.

    Nearly every key is found in one municipality only, and those add up. The few others are counted area by area.
    """
    size = len(areas.codes(Level.MUNICIPALITY))
    keys, places = np.divmod(_different_pairs(_numbered(keys, size), places, size), size)
    new_key = _differs_from_last(keys)
    alone = new_key & np.append(new_key[1:], True)
    once = np.bincount(places[alone], minlength=size)
    keys, places = keys[~alone], places[~alone]
    counted = {}
    for level in levels:
        positions, areas_of_level = areas.positions(level), len(areas.codes(level))
        pairs = _different_pairs(keys, positions[places], areas_of_level) % max(1, areas_of_level)
        counted[level] = _add_up(once, positions, areas_of_level) + np.bincount(pairs, minlength=areas_of_level)
    return counted


def _numbered(keys: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Keys as numbers from nought on, so small that a number times the areas is a number still."""
    if not len(keys):
        return keys
    least, most = int(keys.min()), int(keys.max())
    if most - least < np.iinfo(np.int64).max // max(1, size):
        return keys - least
    return np.unique(keys, return_inverse=True)[1].astype(np.int64)


def _different_pairs(keys: NDArray[np.int64], places: NDArray[np.intp], size: int) -> NDArray[np.int64]:
    """Each different pair once, in order, as one number: numbers are sorted ten times sooner than pairs."""
    pairs = keys * size + places
    # Rows often come in the order of their keys.
    if (pairs[1:] < pairs[:-1]).any():
        pairs.sort()
    return pairs[_differs_from_last(pairs)]


def _add_up(by_municipality: Counts, positions: NDArray[np.intp], size: int) -> Counts:
    column = np.zeros(size, dtype=np.int64)
    np.add.at(column, positions, by_municipality)
    return column


def _differs_from_last(column: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.concatenate((np.ones(min(len(column), 1), dtype=np.bool_), column[1:] != column[:-1]))


def _places(rows: pa.Table, base: str, areas: Areas, where: str) -> NDArray[np.intp]:
    """Positions of the rows' municipalities. One that is unknown would be left out of every figure in silence."""
    places = areas.places(rows["municipality"])
    if places.null_count:
        unknown = sorted(set(rows["municipality"].filter(places.is_null()).to_pylist()))
        shown = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        raise DataError(
            f"{base} are found in municipalities that the table municipalities lacks: {shown}.",
            where=where,
            remedy="Build or export the snapshot again.",
        )
    return places.to_numpy().astype(np.intp)

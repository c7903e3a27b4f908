"""Counting: measures by municipality on the engine, then up to every area. Not for showing: see `disclosure`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import Table
from numpy.typing import NDArray

from fastlege.figures.duckdb_engine import DuckDBEngine, Engine
from fastlege.figures.facts import BASES
from fastlege.figures.levels import Areas, Level
from fastlege.figures.measures import MEASURES, Distinct, Sum
from fastlege.figures.values import Counts
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot


@dataclass(frozen=True)
class Counted:
    """Measures by level: one column each, in the order of the areas' codes, nought where an area has nothing."""

    columns: Mapping[tuple[str, Level], Counts]

    def of(self, measure: str, level: Level) -> Counts:
        """One measure at one level."""
        return self.columns[measure, level]


def count(
    wanted: Mapping[str, frozenset[Level]], snapshot: Snapshot, areas: Areas, *, engine: Engine | None = None
) -> Counted:
    """Count measures, each at the levels wanted, over a snapshot; DuckDB reads its files unless `engine` is given."""
    by_base: dict[str, list[str]] = {}
    for measure in sorted(wanted):
        by_base.setdefault(MEASURES[measure].base, []).append(measure)
    run = engine or DuckDBEngine(snapshot, {table for base in by_base for table in BASES[base].reads})
    columns: dict[tuple[str, Level], Counts] = {}
    for base, measures in by_base.items():
        sums = tuple(name for name in measures if isinstance(MEASURES[name], Sum))
        distinct = tuple(name for name in measures if isinstance(MEASURES[name], Distinct))
        for names, expression in ((sums, sums_by_municipality), (distinct, keys_by_municipality)):
            if names:
                rows = run(expression(names, snapshot.as_of))
                places = _places(rows, base, areas, snapshot)
                columns |= _up(rows, places, {name: wanted[name] for name in names}, areas)
    return Counted(columns)


@lru_cache(maxsize=64)
def sums_by_municipality(names: Sequence[str], on: date) -> Table:
    """Some sums over one base table: a row a municipality, a column a measure."""
    facts = BASES[MEASURES[names[0]].base].make(on)
    sums = {name: measure.expression(facts) for name in names if isinstance(measure := MEASURES[name], Sum)}
    return facts.group_by("municipality").aggregate(**sums)


@lru_cache(maxsize=64)
def keys_by_municipality(names: Sequence[str], on: date) -> Table:
    """The rows of one base table that some distinct counts need: key, municipality, a column a measure (counts?)."""
    facts = BASES[MEASURES[names[0]].base].make(on)
    measures = {name: measure for name in names if isinstance(measure := MEASURES[name], Distinct)}
    (key,) = {measure.key for measure in measures.values()}
    return facts.select("municipality", key=facts[key], **{name: each.where(facts) for name, each in measures.items()})


def _up(
    rows: pa.Table, places: NDArray[np.intp], wanted: Mapping[str, frozenset[Level]], areas: Areas
) -> dict[tuple[str, Level], Counts]:
    """From rows by municipality (`places` are the municipalities' positions) to areas at the levels wanted."""
    columns: dict[tuple[str, Level], Counts] = {}
    for name, levels in wanted.items():
        if isinstance(MEASURES[name], Sum):
            by_municipality = np.zeros(len(areas.codes(Level.MUNICIPALITY)), dtype=np.int64)
            by_municipality[places] = rows[name].to_numpy()
            for level in levels:
                columns[name, level] = _add_up(by_municipality, areas.positions(level), len(areas.codes(level)))
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
    order = np.lexsort((places, keys))
    keys, places = keys[order], places[order]
    new_key = _differs_from_last(keys)
    first = new_key | _differs_from_last(places)
    keys, places, new_key = keys[first], places[first], new_key[first]
    alone = new_key & np.append(new_key[1:], True)
    once = np.bincount(places[alone], minlength=len(areas.codes(Level.MUNICIPALITY)))
    keys, places = keys[~alone], places[~alone]
    counted = {}
    for level in levels:
        positions, size = areas.positions(level), len(areas.codes(level))
        pairs = np.unique(np.stack([positions[places], keys], axis=1), axis=0)[:, 0]
        counted[level] = _add_up(once, positions, size) + np.bincount(pairs, minlength=size)
    return counted


def _add_up(by_municipality: Counts, positions: NDArray[np.intp], size: int) -> Counts:
    column = np.zeros(size, dtype=np.int64)
    np.add.at(column, positions, by_municipality)
    return column


def _differs_from_last(column: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.concatenate((np.ones(min(len(column), 1), dtype=np.bool_), column[1:] != column[:-1]))


def _places(rows: pa.Table, base: str, areas: Areas, snapshot: Snapshot) -> NDArray[np.intp]:
    """Positions of the rows' municipalities. One that is unknown would be left out of every figure in silence."""
    places = pc.index_in(rows["municipality"], pa.array(areas.codes(Level.MUNICIPALITY), pa.string()))
    if places.null_count:
        unknown = sorted(set(rows["municipality"].filter(places.is_null()).to_pylist()))
        shown = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        raise DataError(
            f"{base} are found in municipalities that the table municipalities lacks: {shown}.",
            where=str(snapshot.folder),
            remedy="Build or export the snapshot again.",
        )
    return places.to_numpy().astype(np.intp)

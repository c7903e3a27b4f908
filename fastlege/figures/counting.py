"""Counting: base tables once a snapshot, measures once a level. Nothing here is for showing: see `disclosure`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import BaseBackend

from fastlege.figures.facts import BASES
from fastlege.figures.levels import Areas, Level
from fastlege.figures.measures import MEASURES
from fastlege.figures.values import Counts
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot

Wanted = Mapping[str, frozenset[Level]]
"""The measures to count, each with the levels it is needed at."""


@dataclass(frozen=True)
class Counted:
    """Measures by level: one column each, in the order of the areas' codes, nought where an area has nothing."""

    columns: Mapping[tuple[str, Level], Counts]

    def of(self, measure: str, level: Level) -> Counts:
        """One measure at one level."""
        return self.columns[measure, level]


def open_duckdb(snapshot: Snapshot, bases: set[str]) -> BaseBackend:
    """An engine in memory that has the snapshot tables that some base tables read."""
    engine = ibis.duckdb.connect()
    for table in sorted({table for base in bases for table in BASES[base].reads}):
        engine.read_parquet(snapshot.path(table), table_name=table)
    return engine


def count(wanted: Wanted, snapshot: Snapshot, areas: Areas, *, engine: BaseBackend | None = None) -> Counted:
    """Count measures over a snapshot.

    `engine` is any Ibis connection that holds the snapshot tables under their names; by default DuckDB reads the
    files. The base tables are made there; the small tables that come out are summed up here.
    """
    bases = {MEASURES[measure].base for measure in wanted}
    engine = engine or open_duckdb(snapshot, bases)
    local = ibis.duckdb.connect()
    local.con.register("areas", areas.table)
    columns: dict[tuple[str, Level], Counts] = {}
    for base in sorted(bases):
        facts = engine.to_pyarrow(BASES[base].make(snapshot.as_of))
        _check_municipalities(facts, base, areas, snapshot)
        local.con.register(f"{base}_facts", facts)
        for level in Level:
            measures = [name for name in wanted if MEASURES[name].base == base and level in wanted[name]]
            if measures:
                columns |= _by_level(local, facts.schema, measures, level, areas)
    local.disconnect()
    return Counted(columns)


def _by_level(
    local: BaseBackend, schema: pa.Schema, measures: list[str], level: Level, areas: Areas
) -> dict[tuple[str, Level], Counts]:
    base = MEASURES[measures[0]].base
    facts = ibis.table(ibis.Schema.from_pyarrow(schema), name=f"{base}_facts")
    area = ibis.table(ibis.Schema.from_pyarrow(areas.table.schema), name="areas")
    placed = facts.join(area.select("municipality", area_code=area[level.value]), "municipality")
    counted = local.to_pyarrow(
        placed.group_by("area_code").aggregate(**{name: MEASURES[name].expression(placed) for name in measures})
    )
    codes = areas.codes(level)
    positions = pc.index_in(counted["area_code"], pa.array(codes, pa.string())).to_numpy()
    columns: dict[tuple[str, Level], Counts] = {}
    for name in measures:
        column = np.zeros(len(codes), dtype=np.int64)
        column[positions] = counted[name].to_numpy()
        columns[name, level] = column
    return columns


def _check_municipalities(facts: pa.Table, base: str, areas: Areas, snapshot: Snapshot) -> None:
    """A row in an unknown municipality would be left out of every figure in silence."""
    known = areas.table[Level.MUNICIPALITY.value].combine_chunks()
    found = pc.unique(facts["municipality"])
    unknown = sorted(found.filter(pc.invert(pc.is_in(found, known))).to_pylist())
    if unknown:
        shown = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        raise DataError(
            f"{base} are found in municipalities that the table municipalities lacks: {shown}.",
            where=str(snapshot.folder),
            remedy="Build or export the snapshot again.",
        )

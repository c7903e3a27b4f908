"""The base tables of one snapshot on an engine. Those that are counts by many columns are made once and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

import ibis
import pyarrow as pa
from ibis import Table

from fastlege.figures.counting.duckdb_engine import DuckDBEngine, Engine, fresh_connection, run_on
from fastlege.figures.counting.fast_rows import FAST, is_dense, made
from fastlege.figures.facts import BASES
from fastlege.figures.given import GIVEN_TABLES
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot

Expression = Callable[[Table, Sequence[str], str | None], Table]
"""From a base table, some measures and a dimension to the rows that count them."""

_REMEDIES = {
    "claims": "Name a folder with claims: `fastlege claims build` makes one.",
    "claim_lines": "Name a folder with claims: `fastlege claims build` makes one.",
    "claim_details": "Name a folder with claims: `fastlege claims build` makes one.",
    "contacts": "Make it with `fastlege claims classify --snapshot DIR --out DIR/contacts.parquet`.",
}


def lacking(bases: Iterable[str], snapshot: Snapshot, given: Iterable[str]) -> list[str]:
    """The tables that base tables need, and that neither the snapshot has nor the caller gives."""
    needed = {table for base in bases for table in BASES[base].reads}
    return sorted(
        table for table in needed if table not in given and (table in GIVEN_TABLES or not snapshot.has(table))
    )


class BaseRows:
    """The base tables of one snapshot. `engine` runs Ibis expressions; DuckDB reads the files unless one is given."""

    def __init__(
        self,
        snapshot: Snapshot,
        bases: Iterable[str],
        *,
        given: Mapping[str, pa.Table] | None = None,
        engine: Engine | None = None,
    ) -> None:
        self.snapshot = snapshot
        wanted = sorted(set(bases))
        given = given or {}
        if missing := lacking(wanted, snapshot, given):
            # What is given is made from tables of the snapshot: it is those that a user can add.
            first = min(missing, key=lambda table: (table in GIVEN_TABLES, table))
            raise DataError(
                f"the table {first} is missing, which some of the figures count.",
                where=str(snapshot.folder),
                remedy=_REMEDIES.get(first, "Build the snapshot again, or export it again."),
            )
        tables = {table for base in wanted for table in BASES[base].reads}
        self._own = engine is None
        self._wanted = frozenset(wanted)
        self._begun: frozenset[str] = frozenset()
        if engine is None:
            engine = own = DuckDBEngine(snapshot, tables, given)
            self._begun = frozenset(base for base in wanted if own.begin(_made(base, snapshot.as_of)))
        self._run = engine
        self._kept: dict[str, pa.Table] = {}

    def is_begun(self, base: str) -> bool:
        """Whether columns are being read for a base table meanwhile, so that it is well asked for last."""
        return base in self._begun

    def of(self, base: str, expression: Expression, names: Sequence[str], dimension: str | None) -> pa.Table:
        """The rows that count some measures of a base table, divided by a dimension or not."""
        if not BASES[base].cube:
            return self._run(_on_engine(base, expression, tuple(names), dimension, self.snapshot.as_of))
        rows = self.whole(base)
        with fresh_connection() as connection:
            connection.register(base, rows)
            return run_on(connection, _on_rows(base, rows.schema, expression, tuple(names), dimension))

    def whole(self, base: str) -> pa.Table:
        """All rows of a base table; once made they are kept."""
        if base not in self._kept:
            if self._own and base in FAST and is_dense(self.snapshot):
                for name, rows in made(self.snapshot, FAST & self._wanted).items():
                    self._kept[name] = rows.select(list(_made(name, self.snapshot.as_of).columns))
            else:
                self._kept[base] = self._run(_made(base, self.snapshot.as_of))
        return self._kept[base]


def rows_of(
    source: Snapshot | BaseRows,
    bases: Iterable[str],
    *,
    given: Mapping[str, pa.Table] | None = None,
    engine: Engine | None = None,
) -> BaseRows:
    """The base tables of a snapshot, or those that a caller has made and counts from several times."""
    return source if isinstance(source, BaseRows) else BaseRows(source, bases, given=given, engine=engine)


@lru_cache(maxsize=256)
def _on_engine(base: str, expression: Expression, names: tuple[str, ...], dimension: str | None, on: date) -> Table:
    return expression(_made(base, on), names, dimension)


@lru_cache(maxsize=256)
def _on_rows(
    base: str, schema: pa.Schema, expression: Expression, names: tuple[str, ...], dimension: str | None
) -> Table:
    return expression(ibis.table(ibis.Schema.from_pyarrow(schema), name=base), names, dimension)


@lru_cache(maxsize=64)
def _made(base: str, on: date) -> Table:
    return BASES[base].make(on)

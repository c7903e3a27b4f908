"""The default engine: DuckDB in memory, reading the files of a snapshot."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from tempfile import gettempdir

import duckdb
import ibis
import pyarrow as pa
from ibis import Table
from ibis.expr.operations import Relation

from fastlege.figures.counting.shortcuts import SHORTCUTS, shortened
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot

Engine = Callable[[Table], pa.Table]
"""Runs an Ibis expression over the snapshot tables by their names: `connection.to_pyarrow` of any Ibis back end that
holds them will do."""


class DuckDBEngine:
    """Runs Ibis expressions on the files of one snapshot."""

    def __init__(self, snapshot: Snapshot, tables: Iterable[str], given: Mapping[str, pa.Table] | None = None) -> None:
        self._snapshot = snapshot
        self._connection = fresh_connection()
        self._meanwhile = ThreadPoolExecutor(1)
        self._coming: dict[str, Future[pa.Table | None]] = {}
        self._made: dict[str, bool] = {}
        given = given or {}
        for table in sorted(set(tables)):
            if table in given:
                self._connection.register(table, given[table])
                continue
            path = str(snapshot.path(table)).replace("'", "''")
            self._connection.execute(f"CREATE TEMP VIEW {table} AS FROM read_parquet('{path}')")

    def begin(self, expression: Table) -> bool:
        """Have the shortcuts of an expression made meanwhile, to be there when it is asked for; whether it has any."""
        found = [name for name in SHORTCUTS if self._short(expression, name) != expression.op()]
        for name in found:
            self._begun(name)
        return bool(found)

    def __call__(self, expression: Table) -> pa.Table:
        """The rows of an expression; a damaged file is a `DataError`."""
        for name in SHORTCUTS:
            short = self._short(expression, name)
            if short != expression.op() and self._has(name):
                expression = short.to_expr()
        try:
            return run_on(self._connection, expression)
        except duckdb.Error as error:
            raise DataError(
                f"cannot be counted ({str(error).splitlines()[0]}).",
                where=str(self._snapshot.folder),
                remedy="Build or export the snapshot again.",
            ) from error

    def _short(self, expression: Table, name: str) -> Relation:
        return shortened(expression.op(), self._snapshot.as_of, name)

    def _begun(self, name: str) -> Future[pa.Table | None]:
        if name not in self._coming:
            self._coming[name] = self._meanwhile.submit(SHORTCUTS[name].made, self._snapshot)
        return self._coming[name]

    def _has(self, name: str) -> bool:
        """Whether the rows of a shortcut could be made from the columns; if so they are a table now."""
        if name not in self._made:
            table = self._begun(name).result()
            if table is not None:
                self._connection.register(name, table)
            self._made[name] = table is not None
        return self._made[name]


def fresh_connection() -> duckdb.DuckDBPyConnection:
    """A connection with nothing in it, to the DuckDB of this process. Its views are its own."""
    return _instance(os.getpid()).cursor()


@lru_cache(maxsize=1)
def _instance(process: int) -> duckdb.DuckDBPyConnection:
    # To start one takes longer than to count what is small. A forked process must start its own.
    connection = duckdb.connect()
    # What does not fit in memory goes to the system's own place for such files, not to where one happens to stand.
    spill = str(Path(gettempdir()) / f"fastlege-figures-{process}").replace("'", "''")
    connection.execute(f"SET temp_directory = '{spill}'")
    # Snapshots may be written anew: nothing of their files is kept from one question to the next.
    connection.execute("SET enable_external_file_cache = false")
    return connection


def run_on(connection: duckdb.DuckDBPyConnection, expression: Table) -> pa.Table:
    """The rows of an expression over what a connection holds, in the types that the expression says.

    DuckDB adds up whole numbers in wider ones than Ibis thinks.
    """
    return connection.sql(sql_of(expression.op())).to_arrow_table().cast(expression.schema().to_pyarrow())


@lru_cache(maxsize=256)
def sql_of(operation: Relation) -> str:
    """The query of an expression, for DuckDB."""
    # Writing the SQL takes as long as running it; the same day asks the same again.
    return str(ibis.to_sql(operation.to_expr(), dialect="duckdb"))

"""The default engine: DuckDB in memory, reading the files of a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

import duckdb
import ibis
import pyarrow as pa
from ibis import Table
from ibis.expr.operations import Relation

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot

Engine = Callable[[Table], pa.Table]
"""Runs an Ibis expression over the snapshot tables by their names: `connection.to_pyarrow` of any Ibis back end that
holds them will do."""


class DuckDBEngine:
    """Runs Ibis expressions on the files of one snapshot."""

    def __init__(self, snapshot: Snapshot, tables: Iterable[str]) -> None:
        self._snapshot = snapshot
        self._connection = duckdb.connect()
        for table in sorted(set(tables)):
            path = str(snapshot.path(table)).replace("'", "''")
            self._connection.execute(f"CREATE VIEW {table} AS FROM read_parquet('{path}')")

    def __call__(self, expression: Table) -> pa.Table:
        """The rows of an expression; a damaged file is a `DataError`."""
        try:
            return self._connection.sql(_sql(expression.op())).to_arrow_table()
        except duckdb.Error as error:
            raise DataError(
                f"cannot be counted ({str(error).splitlines()[0]}).",
                where=str(self._snapshot.folder),
                remedy="Build or export the snapshot again.",
            ) from error


@lru_cache(maxsize=64)
def _sql(operation: Relation) -> str:
    # Writing the SQL takes as long as running it; the same day asks the same again.
    return str(ibis.to_sql(operation.to_expr(), dialect="duckdb"))

"""Rows out of PostgreSQL as Arrow batches, by COPY in CSV and Arrow's own parser: no row ever a Python object."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import LiteralString

import orjson
import psycopg
import pyarrow as pa
from psycopg import sql
from pyarrow import csv

_BLOCK = 1 << 22


def fetch_batches(
    cursor: psycopg.Cursor, query: sql.Composable, schema: pa.Schema, arguments: dict[str, object] | None = None
) -> Iterator[pa.RecordBatch]:
    """The answer of a query in batches with the columns of a schema.

    The query gives the columns in the schema's order: timestamps as whole milliseconds since 1970, lists of strings as
    JSON; anything else as PostgreSQL writes it.
    """
    parsing = csv.ConvertOptions(
        column_types={field.name: _parsed_type(field.type) for field in schema},
        null_values=[""],
        strings_can_be_null=True,
        # PostgreSQL writes a null as nothing and an empty text as "".
        quoted_strings_can_be_null=False,
        true_values=["t"],
        false_values=["f"],
    )
    command: LiteralString = "copy ({}) to stdout with (format csv)"
    with cursor.copy(sql.SQL(command).format(query), arguments) as copy:
        lines = _Lines(copy)
        first = lines.peek()
        if not first:
            return
        reader = csv.open_csv(
            io.BufferedReader(lines, _BLOCK),
            read_options=csv.ReadOptions(column_names=schema.names, block_size=_BLOCK),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=parsing,
        )
        for batch in reader:
            columns = [_finished(column, field.type) for column, field in zip(batch.columns, schema, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _parsed_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind):
        return pa.int64()
    return pa.string() if pa.types.is_list(kind) else kind


def _finished(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_list(kind):
        return pa.array([None if text is None else orjson.loads(text) for text in column.to_pylist()], kind)
    return column.cast(kind)


class _Lines(io.RawIOBase):
    """The rows of a running COPY as a stream of bytes."""

    def __init__(self, copy: psycopg.Copy) -> None:
        self._rows = iter(copy)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def peek(self) -> bytes:
        """What comes next, without taking it; nothing at the end."""
        if not self._rest:
            self._rest = bytes(next(self._rows, b""))
        return self._rest

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        parts, size = [self._rest], len(self._rest)
        while size < len(view):
            row = next(self._rows, None)
            if row is None:
                break
            parts.append(bytes(row))
            size += len(row)
        joined = b"".join(parts)
        taken = min(len(view), len(joined))
        view[:taken] = joined[:taken]
        self._rest = joined[taken:]
        return taken

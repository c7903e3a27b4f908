"""Rows in and out of PostgreSQL by binary COPY: whole Arrow columns at a time, no row ever a Python object.

In the binary format a row is a count of fields, then for each field its length and its bytes, all big-endian; a null is
the length -1 alone. Each column becomes a matrix of bytes with room for its longest value; a mask takes out what a
row does not use.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from struct import pack

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from psycopg import sql
from psycopg.copy import QueuedLibpqWriter

Bytes = NDArray[np.uint8]

_HEADER = b"PGCOPY\n\xff\r\n\0" + pack(">ii", 0, 0)
_TRAILER = pack(">h", -1)
# PostgreSQL counts days and microseconds from 1 January 2000.
_EPOCH_DAYS = 10957
_EPOCH_MICROSECONDS = _EPOCH_DAYS * 86_400_000_000
_TEXT_OID = 25
# Rows encoded at a time: their matrix stays within the processor's cache.
_ROWS = 1 << 14


def copy_in(
    cursor: psycopg.Cursor, table: str, columns: Sequence[str], batches: Iterable[pa.RecordBatch], *, options: str = ""
) -> int:
    """Append rows to a table, columns named in the batches' order, and say how many.

    Column types: int8 and int16 go into smallint, int32 into integer, int64 into bigint, bool, float64, date32,
    timestamps, strings and lists of strings into their like.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    options = f"format binary, {options}" if options else "format binary"
    command = sql.SQL("copy {} ({}) from stdin with ({})").format(sql.Identifier(table), names, sql.SQL(options))
    rows = 0
    # A thread of its own sends, so that encoding and the server's work overlap.
    with cursor.copy(command, writer=QueuedLibpqWriter(cursor)) as copy:
        copy.write(_HEADER)
        for batch in batches:
            rows += batch.num_rows
            for start in range(0, batch.num_rows, _ROWS):
                copy.write(encode_rows(batch.slice(start, _ROWS)))
        copy.write(_TRAILER)
    return rows


def encode_rows(batch: pa.RecordBatch) -> bytes:
    """The rows of a batch in PostgreSQL's binary format, without header and trailer."""
    fields = [_encode(column) for column in batch.columns]
    count = np.frombuffer(pack(">h", len(fields)), np.uint8)
    matrix = np.empty((batch.num_rows, 2 + sum(field.values.shape[1] for field in fields)), np.uint8)
    matrix[:, :2] = count
    keep = None if all(field.used is None for field in fields) else np.ones(matrix.shape, bool)
    at = 2
    for field in fields:
        end = at + field.values.shape[1]
        matrix[:, at:end] = field.values
        if keep is not None and field.used is not None:
            keep[:, at:end] = field.used
        at = end
    return (matrix if keep is None else matrix[keep]).tobytes()


@dataclass(frozen=True)
class _Field:
    """One column: for each row its length and value as bytes, and which of these bytes are used (None: all)."""

    values: Bytes
    used: NDArray[np.bool_] | None = None


def _encode(column: pa.Array) -> _Field:
    if column.null_count == len(column):
        return _Field(np.full((len(column), 4), 0xFF, np.uint8))
    if pa.types.is_string(column.type) or pa.types.is_list(column.type):
        return _encode_words(column)
    numbers = _numbers(column)
    width = numbers.dtype.itemsize
    values = np.empty((len(column), 4 + width), np.uint8)
    values[:, :4] = np.frombuffer(pack(">i", width), np.uint8)
    values[:, 4:] = numbers.view(np.uint8).reshape(len(column), width)
    if column.null_count == 0:
        return _Field(values)
    there = column.is_valid().to_numpy(zero_copy_only=False)
    values[~there, :4] = 0xFF
    used = np.ones(values.shape, bool)
    used[:, 4:] = there[:, None]
    return _Field(values, used)


def _numbers(column: pa.Array) -> NDArray[np.generic]:
    kind = column.type
    if pa.types.is_date32(kind):
        return _plain(column.cast(pa.int32()), np.int32, shift=_EPOCH_DAYS).astype(">i4")
    if pa.types.is_timestamp(kind):
        moments = column.cast(pa.timestamp("us", kind.tz)).cast(pa.int64())
        return _plain(moments, np.int64, shift=_EPOCH_MICROSECONDS).astype(">i8")
    if pa.types.is_boolean(kind):
        return _plain(column.cast(pa.int8()), np.int8)
    if pa.types.is_float64(kind):
        return _plain(column, np.float64).astype(">f8")
    width = {1: ">i2", 2: ">i2", 4: ">i4", 8: ">i8"}[kind.bit_width // 8]
    return _plain(column, np.int64).astype(width)


def _plain(column: pa.Array, dtype: type[np.generic], *, shift: int = 0) -> NDArray[np.generic]:
    filled = column.fill_null(shift) if column.null_count else column
    values = filled.to_numpy(zero_copy_only=False).astype(dtype, copy=False)
    shifted: NDArray[np.generic] = values - dtype(shift) if shift else values
    return shifted


def _encode_words(column: pa.Array) -> _Field:
    """Texts and lists of texts: each distinct value is encoded once, and rows pick theirs."""
    distinct, codes = _distinct(column)
    encoded = [b"" if word is None else _word(word) for word in distinct]
    lengths = np.array([len(word) for word in encoded], np.int32)
    table = np.zeros((len(encoded), 4 + int(lengths.max(initial=0))), np.uint8)
    used = np.zeros(table.shape, bool)
    for row, (value, word) in enumerate(zip(distinct, encoded, strict=True)):
        head = pack(">i", -1 if value is None else len(word))
        table[row, : 4 + len(word)] = np.frombuffer(head + word, np.uint8)
        used[row, : 4 + len(word)] = True
    return _Field(table[codes], None if used.all() else used[codes])


def _distinct(column: pa.Array) -> tuple[list[object], NDArray[np.int64]]:
    if pa.types.is_list(column.type):
        values = column.to_pylist()
        return values, np.arange(len(values))
    dictionary = pc.dictionary_encode(column, null_encoding="encode")
    return dictionary.dictionary.to_pylist(), dictionary.indices.to_numpy(zero_copy_only=False)


def _word(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode()
    words = [word.encode() for word in value]  # type: ignore[attr-defined]
    if not words:
        return pack(">iii", 0, 0, _TEXT_OID)
    head = pack(">iiiii", 1, 0, _TEXT_OID, len(words), 1)
    return head + b"".join(pack(">i", len(word)) + word for word in words)

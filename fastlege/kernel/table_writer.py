"""Writing one table of a snapshot so that equal rows make equal bytes, however they arrive."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP = 1 << 19
"""Rows in each group of a file but the last."""

# One set of options, so that equal tables are equal files. Zstandard at its fastest level costs little and halves it;
# it does not notice a changed byte, so each page carries a checksum.
_OPTIONS = {
    "compression": "zstd",
    "compression_level": 1,
    "write_statistics": True,
    "store_schema": True,
    "write_page_checksum": True,
}


class TableWriter:
    """Writes rows in parts. Parts are cut anew into groups of one size, so that they leave no trace in the file."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._file = pq.ParquetWriter(path, schema, **_OPTIONS)
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def write_table(self, table: pa.Table) -> None:
        """Write some rows; columns are put in the contract's order and types."""
        self._waiting.append(table.select(self._schema.names).cast(self._schema))
        self._rows += table.num_rows
        while self._rows >= ROW_GROUP:
            self._write(ROW_GROUP)

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write a batch of rows."""
        self.write_table(pa.Table.from_batches([batch]))

    def close(self) -> None:
        """Write what is left, and end the file."""
        if self._rows:
            self._write(self._rows)
        self._file.close()

    def abandon(self) -> None:
        """Close the file as it is, for a caller that has failed and removes it."""
        self._file.close()

    def _write(self, rows: int) -> None:
        ready = pa.concat_tables(self._waiting)
        # Copied to one piece: where an array is cut would show in the pages of the file.
        self._file.write_table(ready.slice(0, rows).combine_chunks(), row_group_size=rows)
        rest = ready.slice(rows)
        self._waiting = [rest] if rest.num_rows else []
        self._rows = rest.num_rows

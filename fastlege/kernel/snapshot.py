"""Snapshots: the state of the scheme on one day, as a folder of Parquet tables with fixed columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_folder
from fastlege.kernel.snapshot_tables import DERIVED_TABLES, SNAPSHOT_TABLES, TABLES, VERSION
from fastlege.kernel.table_writer import TableWriter

_REMEDY = "Build it again with `fastlege population build`, or export it with `fastlege register export`."


class Snapshot:
    """A snapshot to read. Opening it checks that it is one, whole, and of this version."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise DataError("there is no such folder.", where=str(folder), remedy=_REMEDY)
        meta = self.table("meta").to_pydict()
        self.meta: Mapping[str, str] = dict(zip(meta["key"], meta["value"], strict=True))
        if self.meta.get("version") != VERSION:
            raise DataError(
                f"is a snapshot of version {self.meta.get('version', 'unknown')}; this software reads {VERSION}.",
                where=str(folder),
                remedy=_REMEDY,
            )
        try:
            self._as_of = date.fromisoformat(self.meta.get("as_of", ""))
        except ValueError as error:
            raise DataError("does not say which day it holds.", where=str(self.path("meta")), remedy=_REMEDY) from error
        self._check_columns()

    @property
    def as_of(self) -> date:
        """The day whose state the tables hold."""
        return self._as_of

    def path(self, name: str) -> Path:
        """The file of a table."""
        return self.folder / f"{name}.parquet"

    def has(self, name: str) -> bool:
        """Whether a table is there; one of the optional tables that has no rows is not."""
        return name in TABLES or self.path(name).exists()

    def table(self, name: str, columns: Sequence[str] | None = None, *, as_dictionary: Sequence[str] = ()) -> pa.Table:
        """Read a table, or some of its columns; the text columns `as_dictionary` come as codes, much faster."""
        if not self.has(name):
            return _columns_of((SNAPSHOT_TABLES | DERIVED_TABLES)[name].schema.empty_table(), columns)
        try:
            return pq.read_table(
                self.path(name),
                columns=None if columns is None else list(columns),
                read_dictionary=list(as_dictionary),
                partitioning=None,
                page_checksum_verification=True,
            )
        except FileNotFoundError as error:
            raise DataError(f"the table {name} is missing.", where=str(self.folder), remedy=_REMEDY) from error
        except (pa.ArrowInvalid, OSError) as error:
            raise self._damaged(name, error) from error

    def batches(self, name: str, *, rows: int) -> Iterator[pa.RecordBatch]:
        """Read a table in batches of at most so many rows, for tables too large to hold."""
        if not self.has(name):
            return
        try:
            yield from pq.ParquetFile(self.path(name), page_checksum_verification=True).iter_batches(rows)
        except (pa.ArrowInvalid, OSError) as error:
            raise self._damaged(name, error) from error

    def rows(self, name: str) -> int:
        """Number of rows in a table, without reading it."""
        if not self.has(name):
            return 0
        return pq.read_metadata(self.path(name)).num_rows

    def digest(self) -> str:
        """SHA-256 over all tables but `meta`: equal for equal state, whatever made the snapshot.

        Raises `DataError` when the tables are not those that were written: `meta` holds the digest of then.
        """
        found = _digest(self.folder)
        if self.meta.get("digest", found) != found:
            raise DataError(
                "is damaged: the tables are not those that were written.", where=str(self.folder), remedy=_REMEDY
            )
        return found

    def _damaged(self, name: str, error: Exception) -> DataError:
        told = " ".join(str(error).split()).rstrip(".")
        return DataError(f"is damaged ({told}).", where=str(self.path(name)), remedy=_REMEDY)

    def _check_columns(self) -> None:
        for name, contract in (SNAPSHOT_TABLES | DERIVED_TABLES).items():
            if not self.has(name):
                continue
            try:
                found = pq.read_schema(self.path(name))
            except FileNotFoundError as error:
                raise DataError(f"the table {name} is missing.", where=str(self.folder), remedy=_REMEDY) from error
            except (pa.ArrowInvalid, OSError) as error:
                raise self._damaged(name, error) from error
            if not found.equals(contract.schema):
                expected = ", ".join(f"{field.name} {field.type}" for field in contract.schema)
                raise DataError(
                    f"has other columns than the contract. Expected: {expected}. Found: "
                    + ", ".join(f"{field.name} {field.type}" for field in found)
                    + ".",
                    where=str(self.path(name)),
                    remedy=_REMEDY,
                )


class SnapshotWriter:
    """Writes the tables of a new snapshot. Get one from `new_snapshot`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._meta: dict[str, str] = {}

    def write(self, name: str, table: pa.Table) -> None:
        """Write one whole table; its columns are put in the contract's order and types. Rows come sorted."""
        with self.stream(name) as writer:
            writer.write_table(table)

    @contextmanager
    def stream(self, name: str) -> Iterator[TableWriter]:
        """Write one table in parts, for tables too large to hold. The parts leave no trace in the file."""
        writer = TableWriter(self._path(name), SNAPSHOT_TABLES[name].schema)
        try:
            yield writer
        except BaseException:
            writer.abandon()
            raise
        writer.close()
        if name not in TABLES and pq.read_metadata(self._path(name)).num_rows == 0:
            self._path(name).unlink()

    def write_meta(self, as_of: date, values: Mapping[str, str]) -> None:
        """Say what the `meta` table shall hold: the day, the format's version and what else is worth knowing."""
        self._meta = {**values, "as_of": as_of.isoformat(), "version": VERSION}

    def finish(self) -> None:
        """Make the tables that were not written, empty, and `meta` with the digest of all."""
        if not self._meta:
            raise RuntimeError("write_meta must be called before the snapshot is finished")
        for name, contract in TABLES.items():
            if name != "meta" and not self._path(name).exists():
                self.write(name, contract.schema.empty_table())
        meta = {**self._meta, "digest": _digest(self._folder)}
        keys = sorted(meta)
        self.write("meta", pa.table({"key": keys, "value": [meta[key] for key in keys]}))

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.parquet"


def _columns_of(table: pa.Table, columns: Sequence[str] | None) -> pa.Table:
    return table if columns is None else table.select(list(columns))


def _digest(folder: Path) -> str:
    total = sha256()
    for name in sorted(SNAPSHOT_TABLES.keys() - {"meta"}):
        path = folder / f"{name}.parquet"
        if name not in TABLES and not path.exists():
            continue
        total.update(name.encode())
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                total.update(block)
    return total.hexdigest()


@contextmanager
def new_snapshot(folder: Path) -> Iterator[SnapshotWriter]:
    """Write a snapshot whole or not at all; tables not written are made empty. Replaces an older snapshot only."""
    folder = Path(folder)
    if folder.exists() and not (folder / "meta.parquet").exists() and (folder.is_file() or any(folder.iterdir())):
        raise DataError(
            "exists and is not a snapshot, so it is not replaced.", where=str(folder), remedy="Name another folder."
        )
    with whole_folder(folder) as part:
        writer = SnapshotWriter(part)
        yield writer
        writer.finish()

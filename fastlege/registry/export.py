"""Exporting the register as a snapshot of any day since its history began."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psycopg
import pyarrow as pa
from django.db import connection, transaction

from fastlege.database.fetch import fetch_batches
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot, new_snapshot
from fastlege.kernel.snapshot_tables import ALL_TABLES
from fastlege.registry.models import Change, RegisterState
from fastlege.registry.past import history_of, state_of
from fastlege.registry.state import last_change, note_snapshot

Report = Callable[[str, float], None]
"""Called with what is being done and the share that is done, 0 to 1."""


def export_snapshot(folder: Path, *, on: date, report: Report = lambda *_: None) -> str:
    """Write the state of the scheme on a day to a folder, and return its digest.

    Raises `DataError` when the register is empty or its history begins after that day.
    """
    with _settled() as cursor:
        state = RegisterState.objects.first()
        if state is None:
            raise DataError("the register is empty.", remedy="Load a snapshot with `fastlege register load`.")
        if on < state.begins:
            raise DataError(
                f"the register's history begins on {state.begins}; it cannot tell what held on {on}.",
                remedy="Give that day or a later one.",
            )
        change = last_change()
        is_latest = not Change.objects.filter(on__gt=on).exists()
        with new_snapshot(folder) as writer:
            names = [name for name in ALL_TABLES if name != "meta"]
            for done, name in enumerate(names):
                report(f"writing {name}", done / len(names))
                with writer.stream(name) as stream:
                    for batch in _rows(cursor, name, on):
                        stream.write_batch(batch)
            writer.write_meta(on, _meta(state, on))
    digest = Snapshot(folder).digest()
    if is_latest:
        note_snapshot(digest, on=on, change=change, made="export")
    report("done", 1.0)
    return digest


@contextmanager
def _settled() -> Iterator[psycopg.Cursor]:
    """One transaction that sees one moment, in which no change is half recorded.

    A change has its number before it is committed. So wait for those under way, and hold new ones back until the
    moment is fixed; that takes no longer than the slowest of them.
    """
    gate = connection.copy()
    try:
        with transaction.atomic(), connection.cursor() as wrapped:
            wrapped.execute("set transaction isolation level repeatable read")
            with gate.cursor() as waiting:
                waiting.execute("begin; lock table changes in share mode")
                wrapped.execute("select 1")
                waiting.execute("rollback")
            yield wrapped.cursor
    finally:
        gate.close()


def _rows(cursor: psycopg.Cursor, table: str, on: date) -> Iterator[pa.RecordBatch]:
    kept_in = history_of(table)
    changed_later = kept_in is not None and _is_changed_after(cursor, kept_in, on)
    query = state_of(table, changed_later=changed_later)
    return fetch_batches(cursor, query, ALL_TABLES[table].schema, {"day": on})


def _is_changed_after(cursor: psycopg.Cursor, table: str, on: date) -> bool:
    row = cursor.execute(
        'select exists (select from history where table_name = %s and "on" > %s)', [table, on]
    ).fetchone()
    return bool(row and row[0])


def _meta(state: RegisterState, on: date) -> dict[str, str]:
    kept = {key: value for key, value in state.meta.items() if key not in {"as_of", "version"}}
    return kept if on == state.begins else {**kept, "loaded_as_of": state.begins.isoformat()}

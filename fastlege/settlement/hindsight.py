"""A past day as the register knows it now: what a month should have been counted on.

An export of a past day holds what was known then. Here memberships, doctors' periods, and the beginnings and ends of
lists and agreements are those that are known today, whenever they were recorded. What has no period of its own (a
person's home, a list's cap, whether a GP is salaried) is what was recorded for the day: a late change of those is
recorded on the day from which it counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import LiteralString

import psycopg
import pyarrow as pa
from django.db import connection, transaction
from psycopg import sql

from fastlege.database.fetch import fetch_batches
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot, new_snapshot
from fastlege.kernel.snapshot_tables import ALL_TABLES
from fastlege.registry.models import RegisterState
from fastlege.registry.state import last_change

# The first change after the day holds the row as it was on it.
_LATER: LiteralString = """
with later as (
    select distinct on (key) key, old from history where table_name = {table} and "on" > %(day)s order by key, id)
"""
_AS_ON_DAY: LiteralString = """
    select t.* from {table_rows} t where not exists (select from later where later.key = array[t.{key}::text])
    union all select old.* from later, jsonb_populate_record(null::{table_rows}, later.old) old
"""
_PERSONS: LiteralString = _LATER + "select {columns} from (" + _AS_ON_DAY + ") t order by t.person_id"
_LISTS: LiteralString = (
    _LATER
    + "select {columns} from (select d.list_id, d.name, d.municipality, d.office_id, d.cap, d.status, d.salaried,"
    + ' d.shared_group, n.agreement_date, n.start, n."end", n.end_reason from ('
    + _AS_ON_DAY
    + ") d join lists n using (list_id)) t order by t.list_id"
)
_MEMBERSHIPS: LiteralString = (
    "select {columns} from memberships t where t.start <= %(day)s order by t.person_id, t.start"
)
_PERIODS: LiteralString = (
    "select {columns} from doctor_periods t order by t.list_id, t.doctor_id, t.relationship, t.start"
)
# The rest of what a payment is counted on does not change, or not in what is counted.
_TODAY: LiteralString = "select {columns} from {table_rows} t order by t.{key}"

_QUERIES: dict[str, tuple[LiteralString, str]] = {
    "municipalities": (_TODAY, "municipality"),
    "basic_units": (_TODAY, "basic_unit"),
    "persons": (_PERSONS, "person_id"),
    "lists": (_LISTS, "list_id"),
    "doctor_periods": (_PERIODS, "list_id"),
    "memberships": (_MEMBERSHIPS, "person_id"),
}


def known_now(folder: Path, *, on: date) -> tuple[Snapshot, int]:
    """Write what a payment for a past day is counted on, as it is known now, and say the last change that it knows.

    One view of the register for all its tables; within a transaction of the caller's, that transaction's view. Raises
    `DataError` when the register's history begins after that day.
    """
    is_own = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as wrapped:
        if is_own:
            wrapped.execute("set transaction isolation level repeatable read")
        begins = RegisterState.objects.values_list("begins", flat=True).first()
        if begins is None or on < begins:
            raise DataError(
                f"the register's history does not reach back to {on}.", remedy="Recalculate later months only."
            )
        change = last_change()
        with new_snapshot(folder) as writer:
            for name in _QUERIES:
                with writer.stream(name) as stream:
                    for batch in _rows(wrapped.cursor, name, on):
                        stream.write_batch(batch)
            writer.write_meta(on, {"known": str(change)})
    return Snapshot(folder), change


def _rows(cursor: psycopg.Cursor, name: str, on: date) -> Iterator[pa.RecordBatch]:
    query, key = _QUERIES[name]
    schema = ALL_TABLES[name].schema
    composed = sql.SQL(query).format(
        table=sql.Literal(name),
        table_rows=sql.Identifier(name),
        key=sql.Identifier(key),
        columns=sql.SQL(", ").join(sql.SQL("t.") + sql.Identifier(column) for column in schema.names),
    )
    return fetch_batches(cursor, composed, schema, {"day": on})

"""Taking keys, indexes, foreign keys and triggers off tables for a bulk load, and putting them back in the same
transaction: making them once over all rows costs a fraction of keeping them row by row. Definitions are read from the
database, so that the migrations stay the only place where they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import LiteralString

import psycopg
from psycopg import sql

Report = Callable[[str, float], None]
"""Called with what is being made and the share that is done, 0 to 1."""

# For sorting the keys of an index: a nation's fit.
_MEMORY = "512MB"

# Checks and not-null rules stay: they cost COPY little, and making them again would read the table once more.
_CONSTRAINTS = """
select c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid), c.contype::text
from pg_constraint c
where c.contype in ('p', 'u', 'x', 'f')
  and (c.conrelid = any(%(tables)s::regclass[]) or (c.contype = 'f' and c.confrelid = any(%(tables)s::regclass[])))
order by c.contype = 'f' desc, c.conrelid::regclass::text, c.conname
"""

_INDEXES = """
select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
from pg_index i
where i.indrelid = any(%(tables)s::regclass[])
  and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
order by 1
"""

_TRIGGERS = """
select t.tgrelid::regclass::text, t.tgname, pg_get_triggerdef(t.oid)
from pg_trigger t
where t.tgrelid = any(%(tables)s::regclass[]) and not t.tgisinternal
order by 1, 2
"""


Guards = tuple[tuple[str, str], ...]
"""What was taken off, as names and the statements that put it back, in their order."""


def take_off(cursor: psycopg.Cursor, tables: Sequence[str]) -> Guards:
    """Drop keys, indexes, foreign keys (those that point at the tables too) and triggers, and remember them."""
    cursor.execute("set constraints all immediate")
    arguments = {"tables": list(tables)}
    constraints = cursor.execute(_CONSTRAINTS, arguments).fetchall()
    indexes = cursor.execute(_INDEXES, arguments).fetchall()
    triggers = cursor.execute(_TRIGGERS, arguments).fetchall()
    for table, name, _ in triggers:
        _run(cursor, "drop trigger {} on " + table, name)
    for table, name, _, _ in constraints:
        _run(cursor, f"alter table {table} drop constraint {{}}", name)
    for name, _ in indexes:
        _run(cursor, f"drop index {name}")
    keys = [row for row in constraints if row[3] != "f"]
    foreign = [row for row in constraints if row[3] == "f"]
    return (
        *(_constraint(*row) for row in keys),
        *((name, definition) for name, definition in indexes),
        *(_constraint(*row) for row in foreign),
        *((name, definition) for _, name, definition in triggers),
    )


def put_back(cursor: psycopg.Cursor, guards: Guards, *, report: Report = lambda *_: None) -> None:
    """Make them again. A row that breaks one raises the database's own error, which names the constraint."""
    cursor.execute(f"set local maintenance_work_mem = '{_MEMORY}'")
    for done, (name, statement) in enumerate(guards):
        report(name, done / len(guards))
        cursor.execute(statement.encode())


def _constraint(table: str, name: str, definition: str, _: str) -> tuple[str, str]:
    quoted = name.replace('"', '""')
    return name, f'alter table {table} add constraint "{quoted}" {definition}'


def _run(cursor: psycopg.Cursor, statement: LiteralString, *names: str) -> None:
    cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

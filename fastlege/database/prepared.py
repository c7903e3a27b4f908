"""Statements that are sent at every request: the server plans them once a connection, and little stands around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import Connection, Cursor
from psycopg.abc import Params

Row = tuple[Any, ...]
Values = Sequence[Any] | Mapping[str, Any]

_KEPT = "_fastlege_cursor"


class _Prepared(Cursor[Any]):
    """Binds values on the server, so that a statement is prepared once whatever its values; Django's own does not."""

    def execute(
        self, query: Any, params: Params | None = None, *, prepare: bool | None = True, binary: bool | None = None
    ) -> Self:
        return super().execute(query, params, prepare=prepare, binary=binary)


def ask(statement: str, values: Values) -> list[Row]:
    """The rows that a statement gives, sent on Django's connection and in its transaction."""
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    if here.queries_logged or here.execute_wrappers:
        return _ask_watched(here, statement, values)
    here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        return _cursor_of(here.connection).execute(statement, values).fetchall()


def _cursor_of(connection: Connection[Any]) -> _Prepared:
    """One cursor a connection: making it, and finding out how each kind of value is written, costs most of asking."""
    kept = connection.__dict__.get(_KEPT)
    if kept is None:
        kept = connection.__dict__[_KEPT] = _Prepared(connection)
    return cast(_Prepared, kept)


def _ask_watched(here: BaseDatabaseWrapper, statement: str, values: Values) -> list[Row]:
    """The same through Django's own cursor, for what counts or watches statements."""
    cursor = cast(CursorWrapper, _Prepared(here.connection))
    with here.make_debug_cursor(cursor) if here.queries_logged else here.make_cursor(cursor) as watched:
        watched.execute(statement, values)
        return cast(list[Row], watched.fetchall())

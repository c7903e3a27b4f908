"""A cursor for statements that are sent at every request: the server plans them once a connection, not every time."""

from __future__ import annotations

from typing import Any, Self, cast

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor
from psycopg.abc import Params


class _Prepared(Cursor[Any]):
    """Binds values on the server, so that a statement is prepared once whatever its values; Django's own does not."""

    def execute(
        self, query: Any, params: Params | None = None, *, prepare: bool | None = True, binary: bool | None = None
    ) -> Self:
        return super().execute(query, params, prepare=prepare, binary=binary)


def prepared() -> CursorWrapper:
    """A cursor on Django's connection, in its transaction; seen as any other by what counts or watches statements."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = cast(CursorWrapper, _Prepared(connection.connection))
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)

"""A cursor for statements that are sent at every request: the server plans them once a connection, not every time."""

from __future__ import annotations

from typing import Any, Self, cast

from django.db import DEFAULT_DB_ALIAS, connections
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
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    with here.wrap_database_errors:
        cursor = cast(CursorWrapper, _Prepared(here.connection))
    return here.make_debug_cursor(cursor) if here.queries_logged else here.make_cursor(cursor)

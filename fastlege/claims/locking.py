"""One at a time where decisions depend on each other: control, credit notes, payments and free cards."""

from __future__ import annotations

from django.db import connection


def lock_decisions() -> None:
    """Wait for whoever else decides about claims, until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('fastlege claims'))")

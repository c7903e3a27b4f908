"""Have everything ready for a query: the server running, Django set up, the tables of this version there.

Django and the driver are imported when they are first needed: commands that need no database do not wait for them.
"""

from __future__ import annotations

import os
import sys

from fastlege.kernel.errors import DataError


def open_database() -> None:
    """What a command calls before its first query."""
    from fastlege.database.server import ensure_running

    ensure_running()
    set_up()
    if _is_production():
        _refuse_old_tables()
    else:
        bring_up_to_date()


def set_up() -> None:
    """Let Django read its settings. They name the database, so a server that must be started is started first."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fastlege.config.settings")
    django.setup()


def pending_migrations() -> list[str]:
    """Changes of the tables that this version brings and the database has not had.

    Raises `DataError` when the database has had changes that this version does not know.
    """
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    loader = executor.loader
    unknown = [
        f"{app}.{name}"
        for app, name in sorted(loader.applied_migrations)
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    ]
    if unknown:
        raise DataError(
            f"another version of this software made the database's tables: {', '.join(unknown)} is unknown here.",
            remedy="Use that version, or another database.",
        )
    return [f"{step.app_label}.{step.name}" for step, _ in executor.migration_plan(loader.graph.leaf_nodes())]


def bring_up_to_date() -> list[str]:
    """Make or change the tables, one process at a time, and say which changes were to be made."""
    from django.core.management import call_command
    from django.db import connection

    pending = pending_migrations()
    if not pending:
        return []
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext('fastlege migrations'))")
        try:
            call_command("migrate", verbosity=0, interactive=False, stdout=sys.stderr)
        finally:
            cursor.execute("select pg_advisory_unlock(hashtext('fastlege migrations'))")
    return pending


def _is_production() -> bool:
    from django.conf import settings

    return bool(settings.PRODUCTION)


def _refuse_old_tables() -> None:
    """In production nobody's tables change by the way: when that happens, and with which copy kept, is decided."""
    pending = pending_migrations()
    if pending:
        raise DataError(
            f"the database is {len(pending)} changes of its tables behind: {', '.join(pending)}.",
            remedy="Make a copy of it, then run `fastlege database migrate`.",
        )


def start_afresh() -> None:
    """Empty the tables of this software, which are of this version. Other tables stay as they are.

    Raises `DataError` in production: a register is not taken away.
    """
    from django.db import connection, transaction

    if _is_production():
        raise DataError(
            "the tables of a production database are not emptied.",
            where="FASTLEGE_ENV=production",
            remedy="Use another database.",
        )
    # Not by migrating back and forth: a table holds nothing from the beginning, and Django makes every model anew for
    # each step on the way.
    names = ", ".join(connection.ops.quote_name(name) for name in connection.introspection.django_table_names())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local fastlege.emptying = 'on'")
        cursor.execute(f"truncate {names} restart identity")

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


def bring_up_to_date() -> None:
    """Make or change the tables, one process at a time."""
    from django.core.management import call_command
    from django.db import connection

    if not pending_migrations():
        return
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext('fastlege migrations'))")
        try:
            call_command("migrate", verbosity=0, interactive=False, stdout=sys.stderr)
        finally:
            cursor.execute("select pg_advisory_unlock(hashtext('fastlege migrations'))")


def start_afresh() -> None:
    """Take away the tables of this software, with all they hold, and make them anew. Other tables stay."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    for label in sorted(MigrationExecutor(connection).loader.migrated_apps):
        call_command("migrate", label, "zero", verbosity=0, interactive=False, stdout=sys.stderr)
    bring_up_to_date()

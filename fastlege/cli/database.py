"""`fastlege database`: start, stop and look at the embedded PostgreSQL."""

from __future__ import annotations

import typer

from fastlege.cli.output import Json, print_json, words
from fastlege.database.address import home, names_a_server
from fastlege.kernel.errors import DataError

app = typer.Typer(name="database", help="The embedded PostgreSQL server.", no_args_is_help=True)


@app.command("start")
def start() -> None:
    """Start the server; other commands do so themselves when they need it."""
    from fastlege.database.server import ensure_running, server_version

    ensure_running()
    words.print(f"PostgreSQL {server_version()} runs.")


@app.command("stop")
def stop() -> None:
    """Stop the embedded server."""
    from fastlege.database.cluster import Cluster

    if names_a_server():
        raise DataError("names a server, which is not ours to stop.", where="FASTLEGE_DATABASE_URL")
    words.print("Stopped." if Cluster(home()).stop() else "It did not run.")


@app.command("status")
def status(json: Json = False) -> None:
    """Say whether the server answers, and where it is."""
    from fastlege.database.server import server_version

    try:
        version: int | None = server_version()
        told = f"PostgreSQL {version} answers."
    except DataError as error:
        version, told = None, str(error)
    if json:
        print_json({"running": version is not None, "version": version, "embedded": not names_a_server()})
    else:
        words.print(told)
    if version is None:
        raise typer.Exit(1)

"""`fastlege database` and `fastlege doctor`: look after this installation and its embedded PostgreSQL."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import typer

from fastlege.cli.output import Json, print_json, words
from fastlege.cli.site.translations import ensure_translations
from fastlege.database.address import home, names_a_server
from fastlege.kernel.errors import DataError

app = typer.Typer(name="database", help="The embedded PostgreSQL server, and the tables.", no_args_is_help=True)

_OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class _Part:
    part: str
    ok: bool
    told: str


def doctor(json: Json = False) -> None:
    """Say what is wrong with the installation.

    Looks at Python, the database, its tables, the register, texts, rules and the login.
    """
    parts: list[_Part] = []
    for name, look, needed in _LOOKS:
        parts.append(_part(name, look, needed, [part.part for part in parts if not part.ok]))
    well = all(part.ok for part in parts)
    if json:
        print_json({"ok": well, "parts": [asdict(part) for part in parts]})
    else:
        for part in parts:
            words.print(f"{'in order' if part.ok else 'NOT WELL'}  {part.part}: {part.told}")
    if not well:
        raise typer.Exit(1)


def _part(name: str, look: Callable[[], str], needed: str, unwell: Sequence[str]) -> _Part:
    if needed in unwell:
        return _Part(name, False, f"not looked at before {needed} is in order.")
    try:
        return _Part(name, True, look())
    except DataError as error:
        return _Part(name, False, str(error))


def _python() -> str:
    if sys.version_info < _OLDEST_PYTHON:
        raise DataError(f"version {platform.python_version()} is too old.", remedy="Install Python 3.11 or newer.")
    return platform.python_version()


def _postgresql() -> str:
    from fastlege.database.server import ensure_running, server_version

    ensure_running()
    return f"{server_version()}, {'the server of FASTLEGE_DATABASE_URL' if names_a_server() else 'embedded'}"


def _tables() -> str:
    from fastlege.database.ready import open_database

    open_database()
    return "of this version"


def _register() -> str:
    from fastlege.registry.state import begins, last_change

    first = begins()
    return "empty" if first is None else f"from {first} on, {last_change()} changes"


def _rules() -> str:
    from fastlege.rules.parameters import load_rulebook

    return f"digest {load_rulebook().digest()[:16]}"


def _login() -> str:
    from fastlege.identity_provider.beside_site import how_people_log_in

    return how_people_log_in()


_LOOKS: tuple[tuple[str, Callable[[], str], str], ...] = (
    ("Python", _python, ""),
    ("PostgreSQL", _postgresql, ""),
    ("tables", _tables, "PostgreSQL"),
    ("register", _register, "tables"),
    ("texts", ensure_translations, ""),
    ("rules", _rules, ""),
    ("login", _login, ""),
)
"""What is looked at, how, and which of them must be in order first."""


@app.command("start")
def start() -> None:
    """Start the server, as other commands do when they need it."""
    from fastlege.database.server import ensure_running, server_version

    ensure_running()
    words.print(f"PostgreSQL {server_version()} runs.")


@app.command("migrate")
def migrate() -> None:
    """Make or change the tables for this version. Outside production other commands do so themselves."""
    from fastlege.database.ready import bring_up_to_date, set_up
    from fastlege.database.server import ensure_running

    ensure_running()
    set_up()
    done = bring_up_to_date()
    words.print(f"Changed the tables: {', '.join(done)}." if done else "The tables are of this version.")


@app.command("stop")
def stop() -> None:
    """Stop the embedded server."""
    from fastlege.database.cluster import Cluster

    if names_a_server():
        raise DataError(
            "names a server, which is not ours to stop.",
            where="FASTLEGE_DATABASE_URL",
            remedy="Stop it where it runs, or unset the variable to stop the embedded one.",
        )
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

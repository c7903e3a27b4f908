"""`fastlege register`: load a snapshot, export any day, check every invariant."""

from __future__ import annotations

from datetime import date
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from fastlege.cli.output import Json, parse_day, print_json, progress_bar, words
from fastlege.kernel.snapshot import Snapshot

app = typer.Typer(name="register", help="The register of persons, lists and memberships.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="Folder of the snapshot.", metavar="DIR")]


@app.command("load")
def load(
    folder: Folder,
    replace: Annotated[bool, typer.Option(help="Give up what the register holds.")] = False,
    json: Json = False,
) -> None:
    """Load a snapshot into the register, whole or not at all."""
    snapshot = Snapshot(folder)
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.registry.load import load_snapshot

    with progress_bar() as report:
        rows = load_snapshot(snapshot, by=_user(), replace=replace, report=report)
    if json:
        print_json({"as_of": snapshot.as_of.isoformat(), "digest": snapshot.digest(), "rows": rows})
    else:
        words.print(f"Loaded the scheme as of {snapshot.as_of}: " + _counted(rows))


@app.command("export")
def export(
    folder: Folder,
    on: Annotated[date, typer.Option(parser=parse_day, metavar="DAY", help="The day whose state is wanted.")],
    json: Json = False,
) -> None:
    """Write the state of the scheme on a day as a snapshot."""
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.registry import state
    from fastlege.registry.export import export_snapshot

    with progress_bar() as report:
        digest = export_snapshot(folder, on=on, report=report)
    last = state.last_day() or on
    if json:
        print_json({"as_of": on.isoformat(), "digest": digest, "folder": str(folder), "last_change": last.isoformat()})
        return
    words.print(f"Wrote the scheme as of {on} to {folder} (digest {digest[:16]}).")
    if last > on:
        words.print(
            f"The register has changes that count from {last}: this is an earlier state of it, from which no round or"
            f" case can be made. Export with --on {last} for that."
        )


@app.command("check")
def check(json: Json = False) -> None:
    """Check every invariant over all rows, and say what is wrong. Exit code 1 when something is."""
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.casework.check import CHECKS
    from fastlege.registry.check import check_register

    findings = check_register(CHECKS)
    wrong = [finding for finding in findings if finding.rows]
    if json:
        print_json(
            {"ok": not wrong, "checks": [{"check": f.check, "rows": f.rows, "first": f.first} for f in findings]}
        )
    else:
        for finding in wrong:
            words.print(f"{finding.check}: {finding.rows} rows, first {', '.join(map(str, finding.first))}")
        words.print(f"{len(findings)} invariants checked, {len(wrong)} broken.")
    if wrong:
        raise typer.Exit(1)


def _counted(rows: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {name.replace('_', ' ')}".replace(",", "\u202f") for name, number in rows.items())


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):
        return "unknown user"

"""`fastlege pay compare` and `fastlege pay scenarios`: who gains and loses when rules are replaced."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from fastlege.cli.output import Json, print_json, words
from fastlege.kernel.files import whole_file
from fastlege.kernel.snapshot import Snapshot

if TYPE_CHECKING:
    from fastlege.rules.capitation.comparing.groups import GroupChange

_MILLION = 100_000_000
"""Øre in a million kroner."""


def register(app: typer.Typer) -> None:
    """Add these commands to `fastlege pay`."""
    for command in (compare, scenarios):
        app.command()(command)


def compare(
    before: Annotated[Path, typer.Argument(metavar="BEFORE", help="A payment run by the rules in force.")],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="A run of the same month and snapshot by others.")],
    snapshot: Annotated[Path, typer.Option(help="Folder of the snapshot that both were made on.")],
    svg: Annotated[Path | None, typer.Option(help="Also draw the comparison to this file.")] = None,
    as_json: Json = False,
) -> None:
    """Compare two runs: who gains and who loses.

    By length of list, size and centrality of municipality, and pay form.
    """
    from fastlege.rules.capitation.comparing.groups import compare as compare_runs
    from fastlege.rules.capitation.comparing.picture import comparison_picture
    from fastlege.rules.capitation.payment_file import read_payments

    runs = [read_payments(file) for file in (before, after)]
    changes = compare_runs(runs[0], runs[1], Snapshot(snapshot))
    tried = ", ".join(runs[1].header["tried"]) or "the rules in force"
    title = f"{tried}: {runs[0].month:%Y-%m}"
    if svg is not None:
        with whole_file(svg) as part:
            part.write_text(comparison_picture(changes, title=title), encoding="utf-8")
    if as_json:
        print_json([{**asdict(one), "change_ore": one.change_ore, "percent": one.percent} for one in changes])
        return
    table = Table(title=f"{title}, million kroner", title_justify="left")
    table.add_column("lists", no_wrap=True)
    for name in ("number", "before", "after", "change", "%", "gain", "lose"):
        table.add_column(name, justify="right", no_wrap=True)
    for by, own in groupby(changes, key=lambda one: one.by):
        if by:
            table.add_section()
            table.add_row(f"[bold]{by}[/bold]")
        for one in own:
            table.add_row(one.group, *_cells(one))
    words.print(table)
    if svg is not None:
        words.print(f"Drawn to {svg}")


def _cells(one: GroupChange) -> list[str]:
    before, after, change = (ore / _MILLION for ore in (one.before_ore, one.after_ore, one.change_ore))
    amounts = [f"{before:.2f}", f"{after:.2f}", f"{change:+.2f}", f"{one.percent:+.1f}"]
    return [str(one.lists), *amounts, str(one.gaining), str(one.losing)]


def scenarios(as_json: Json = False) -> None:
    """List the scenarios and the rows that each replaces."""
    from fastlege.rules.capitation.comparing.scenarios import scenario_names, scenario_rows

    if as_json:
        print_json(
            {
                name: [{"parameter": row.parameter, "value": str(row.value)} for row in scenario_rows(name)]
                for name in scenario_names()
            }
        )
        return
    for name in scenario_names():
        words.print(f"[bold]{name}[/bold]")
        for row in scenario_rows(name):
            words.print(f"  {row.parameter} = {row.value} {row.unit}, from {row.valid_from}", markup=False)
            words.print(f"    {row.note} ({row.confidence}; {row.source})", markup=False)

"""`fastlege pay calibrate` fits the weights of capitation, `fastlege pay year` holds a year against the report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from fastlege.cli.money.words import Scenarios, Weights, as_kroner
from fastlege.cli.output import Json, print_json, progress, words
from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.kernel.snapshot import Snapshot

_Nation = Annotated[Path, typer.Option("--snapshot", help="Folder of a snapshot of the whole nation.")]
_MILLION = 100_000_000
"""Øre in a million kroner."""


def register(app: typer.Typer) -> None:
    """Add these commands to `fastlege pay`."""
    for command in (calibrate, year):
        app.command()(command)


def calibrate(
    snapshot: _Nation,
    out: Annotated[Path, typer.Option(metavar="SET", help="File to write, such as mine.csv; its name names the set.")],
    as_json: Json = False,
) -> None:
    """Fit the weights of capitation to what is published.

    Says how near it came. `run --weights` uses them.
    """
    from fastlege.rules.capitation.calibration.weight_set import calibrate as fit_weights
    from fastlege.rules.parameters import load_rulebook

    if out.suffix != ".csv":
        raise DataError("a set of weights is a CSV file.", where=str(out), remedy="Let the name end in .csv.")
    with progress.status("Counting members and fitting weights"):
        found = fit_weights(Snapshot(snapshot), out.stem, load_rulebook())
        with whole_file(out) as part:
            part.write_text(found.text, encoding="utf-8")
    nation = found.nation
    if not nation.is_whole:
        progress.print(
            f"Warning: {nation.people} members of lists are a part of the country, which has {nation.population} "
            "people. What the weights are fitted to is of the whole nation, so these are of no use for payments. "
            "Calibrate on a whole nation."
        )
    held = [{"target": one.name, "wanted": one.wanted, "found": one.found} for one in found.fitted.held]
    if as_json:
        print_json({"out": str(out), "set": found.name, "whole_nation": nation.is_whole, "held": held})
        return
    table = Table(title="What the weights are fitted to", title_justify="left")
    table.add_column("target")
    for name in ("wanted", "found", "off by"):
        table.add_column(name, justify="right")
    for one in found.fitted.held:
        off = f"{100 * (one.found / one.wanted - 1):+.1f} %"
        table.add_row(one.name.replace("_", " "), f"{one.wanted:.4f}", f"{one.found:.4f}", off)
    words.print(table)
    words.print(f"Written to {out}")


def year(
    snapshot: _Nation,
    year_paid: Annotated[int, typer.Option("--year", help="The year whose rules the lists are paid by.")],
    weights: Weights = None,
    scenario: Scenarios = None,
    as_json: Json = False,
) -> None:
    """Work out a year's capitation beside the annual report's."""
    from fastlege.rules.capitation.calibration.published import published_sums
    from fastlege.rules.capitation.comparing.scenarios import book_with
    from fastlege.rules.capitation.year import year_cost

    with progress.status("Counting members and working out twelve months"):
        cost = year_cost(Snapshot(snapshot), year_paid, book_with(weights=weights, scenarios=scenario or ()))
    printed = published_sums().get(year_paid, {})
    rows = [
        {
            "pay_form": form,
            "list_status": status,
            "component": part,
            "ore": ore,
            "published_thousand_kroner": printed.get((form, status, part)),
        }
        for (form, status, part), ore in cost.ore.items()
        if ore or printed.get((form, status, part))
    ]
    if as_json:
        print_json({"year": year_paid, "ore": cost.total(), "rows": rows})
        return
    table = Table(title=f"Basic funding of {year_paid}, million kroner", title_justify="left")
    for name in ("lists", "component"):
        table.add_column(name, no_wrap=True)
    for name in ("here", "published", "off by"):
        table.add_column(name, justify="right")
    for row in [*rows, *_sums(rows)]:
        table.add_row(*_cells(row))
    words.print(table)
    words.print(f"In all {as_kroner(cost.total())} kroner; the snapshot's lists are taken to stand all year.")


def _sums(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sums over all lists by component, and of all."""
    parts = list(dict.fromkeys(row["component"] for row in rows))
    return [
        {
            "pay_form": "all",
            "list_status": "all",
            "component": part,
            "ore": sum(row["ore"] for row in rows if part in ("all", row["component"])),
            "published_thousand_kroner": sum(
                row["published_thousand_kroner"] or 0 for row in rows if part in ("all", row["component"])
            )
            or None,
        }
        for part in (*parts, "all")
    ]


def _cells(row: dict[str, Any]) -> list[str]:
    printed = row["published_thousand_kroner"]
    ours = row["ore"] / _MILLION
    told = ["", ""] if printed is None else [f"{printed / 1000:.1f}", f"{ours - printed / 1000:+.1f}"]
    form, status, part = (str(row[name]).replace("_", " ") for name in ("pay_form", "list_status", "component"))
    lists = form if form == status else f"{form}, {status.replace('gp', 'GP')}"
    return [lists, part, f"{ours:.1f}", *told]

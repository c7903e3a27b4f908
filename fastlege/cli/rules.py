"""`fastlege rules`: the law as data. Which value a rule had on a day, and whether all files of it are in order."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from fastlege.cli.output import Json, parse_day, print_json, words
from fastlege.kernel.errors import DataError
from fastlege.rules.dated_rows import DATA
from fastlege.rules.parameter_file import ParameterRow, read_parameters
from fastlege.rules.parameters import FILE, Rulebook, load_rulebook

app = typer.Typer(name="rules", help="The law as data: values by day, and a check of all files.", no_args_is_help=True)

Day = Annotated[
    date | None,
    typer.Option("--on", parser=parse_day, metavar="DAY", help="The day, such as 2026-05-01; today when left out."),
]


def _day_or_today(given: date | None) -> date:
    return given or datetime.now().astimezone().date()


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The parameter, such as list.cap_max.")],
    on: Day = None,
    json: Json = False,
) -> None:
    """Show a rule parameter on a day, with its source.

    Value, unit, validity, source and confidence.
    """
    day = _day_or_today(on)
    rows = load_rulebook().rows(name, on=day)
    if json:
        print_json(_as_json(rows, day))
        return
    first = rows[0]
    words.print(f"[bold]{name}[/bold] on {day}: [bold]{_in_words(first)}[/bold] {_unit(first)}")
    for row in rows:
        words.print(f"  {_validity(row)}  {row.confidence:<10} {row.source}", markup=False)
        if row.note:
            words.print(f"    {row.note}", markup=False)


@app.command("list")
def list_parameters(
    start: Annotated[str, typer.Argument(metavar="[START]", help="Only names that start so, such as list.")] = "",
    on: Day = None,
    json: Json = False,
) -> None:
    """List the rule parameters with their values on a day."""
    day, book = _day_or_today(on), load_rulebook()
    names = [name for name in book.names if name.startswith(start)]
    if not names:
        raise DataError(f"No rule parameter starts with {start!r}.", remedy="`fastlege rules list` shows all names.")
    if json:
        print_json([_as_json(rows, day) for name in names if (rows := _holding(book, name, day))])
        return
    table = Table(Column("parameter", no_wrap=True), "value", "unit", "confidence", box=None)
    for name in names:
        rows = _holding(book, name, day)
        unit = book.history(name)[0].unit
        value, confidence = (_in_words(rows[0]), rows[0].confidence) if rows else ("-", "no value on that day")
        table.add_row(name, value, unit, confidence)
    words.print(table)


@app.command("check")
def check(
    parameters: Annotated[
        Path | None, typer.Option("--parameters", metavar="FILE", help=f"Another file in the place of {FILE}.")
    ] = None,
    json: Json = False,
) -> None:
    """Check all files of the law.

    Parameters, tariffs, claim rules, geography, and the words of refusals.
    """
    parts = {name: _problems(run) for name, run in _checks(parameters).items()}
    if json:
        print_json({"ok": not any(parts.values()), "problems": parts})
    else:
        for name, problems in parts.items():
            words.print(f"{name}: {len(problems) or 'no'} problem{'' if len(problems) == 1 else 's'}", markup=False)
    if any(parts.values()):
        if not json:
            sys.stderr.writelines(f"fastlege: {problem}\n" for problems in parts.values() for problem in problems)
        raise typer.Exit(1)


@app.command("centrality")
def centrality(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write.")],
) -> None:
    """Derive the centrality classes anew.

    From population within reach and the published tables.
    """
    from fastlege.rules.geography import write_centrality

    misfit = write_centrality(out)
    words.print(f"{out}: derived classes, marked assumed; misfit {misfit:.1f}", markup=False)


def _checks(parameters: Path | None) -> dict[str, Callable[[], Iterable[str]]]:
    from fastlege.rules.capitation.comparing.checks import capitation_problems
    from fastlege.rules.geography.checks import geography_problems
    from fastlege.rules.tariffs import load_claim_rules, load_fees
    from fastlege.rules.texts import FILE as CATALOGUE
    from fastlege.rules.texts import catalogue_problems, read_catalogue

    def loads(load: Callable[[], object]) -> Callable[[], Iterable[str]]:
        def run() -> Iterable[str]:
            load()
            return ()

        return run

    path = parameters or DATA / FILE
    return {
        path.name: loads(lambda: read_parameters(path)),
        "tariffs.csv": loads(load_fees),
        "tariff_rules.csv": loads(load_claim_rules),
        "geography": geography_problems,
        "capitation": capitation_problems,
        CATALOGUE: lambda: catalogue_problems(read_catalogue(DATA / CATALOGUE), load_rulebook()),
    }


def _problems(run: Callable[[], Iterable[str]]) -> list[str]:
    try:
        return list(run())
    except DataError as error:
        return str(error).splitlines()


def _holding(book: Rulebook, name: str, day: date) -> tuple[ParameterRow, ...]:
    try:
        return book.rows(name, on=day)
    except DataError:
        return ()


def _as_json(rows: tuple[ParameterRow, ...], day: date) -> dict[str, Any]:
    first = rows[0]
    value = first.value if isinstance(first.value, bool | int | str | tuple) else str(first.value)
    return {
        "parameter": first.parameter,
        "on": day,
        "value": value,
        "unit": first.unit,
        "confidence": first.confidence,
        "provisions": [
            {
                "source": row.source,
                "valid_from": row.valid_from,
                "valid_to": row.valid_to,
                "confidence": row.confidence,
                "note": row.note,
            }
            for row in rows
        ],
    }


def _in_words(row: ParameterRow) -> str:
    if isinstance(row.value, bool):
        return "yes" if row.value else "no"
    return "; ".join(row.value) if isinstance(row.value, tuple) else str(row.value)


def _unit(row: ParameterRow) -> str:
    return "" if row.unit in {"bool", "text", "list", "formula", "rule", "id", "oid", "date"} else row.unit


def _validity(row: ParameterRow) -> str:
    return f"{row.valid_from or 'always'} to {row.valid_to or 'further notice'}"

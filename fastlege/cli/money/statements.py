"""`fastlege pay statement`: what a GP or a municipality was paid for a month, as text, PDF, CSV or JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastlege.cli.money.payment_runs import open_register
from fastlege.cli.money.words import parse_month
from fastlege.cli.output import Json, print_json, words
from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.rules.texts import LANGUAGES

if TYPE_CHECKING:
    from fastlege.settlement.queries.statements import Line, Statement

_Month = Annotated[date, typer.Option(parser=parse_month, metavar="YYYY-MM", help="The month.", show_default=False)]


def statement(
    month: _Month,
    gp: Annotated[int | None, typer.Option(metavar="DOCTOR", help="The GP, by the doctor's id.")] = None,
    municipality: Annotated[str | None, typer.Option(metavar="CODE", help="Or the municipality.")] = None,
    out: Annotated[Path | None, typer.Option(help="File to write: .pdf or .csv, by its name.")] = None,
    language: Annotated[str, typer.Option(help=f"Language of the words: {', '.join(LANGUAGES)}.")] = "nb",
    as_json: Json = False,
) -> None:
    """Show or write a statement. A municipality's has no groups below the smallest number that may be shown."""
    if (gp is None) == (municipality is None):
        raise typer.BadParameter("give --gp or --municipality, one of them")
    if language not in LANGUAGES:
        raise typer.BadParameter(f"{language} is not one of {', '.join(LANGUAGES)}", param_hint="--language")
    if out is not None and out.suffix not in {".pdf", ".csv"}:
        raise typer.BadParameter("the name must end in .pdf or .csv", param_hint="--out")
    open_register()
    from django.utils.translation import override

    found = _read(month, gp, municipality)
    if not found.lines and not found.bills:
        raise DataError(f"nothing has been approved for them for {month:%Y-%m}.", remedy="See `fastlege pay runs`.")
    with override(language):
        if out is not None:
            _write(found, out)
        if as_json:
            print_json(_plain(found))
        else:
            _print(found, out)


def _read(month: date, gp: int | None, municipality: str | None) -> Statement:
    from fastlege.access.viewers import Role, Viewer
    from fastlege.rules.parameters import load_rulebook
    from fastlege.settlement.queries import statements

    # Whoever gives commands on the register's own machine reads it all anyway.
    viewer = Viewer("command line", Role.ADMINISTRATOR, purpose="statement")
    if gp is not None:
        return statements.statement_of_gp(viewer, gp, month)
    return statements.statement_of_municipality(viewer, municipality or "", month, book=load_rulebook())


def _write(found: Statement, out: Path) -> None:
    from fastlege.settlement.statements.document import as_pdf
    from fastlege.settlement.statements.table import as_csv

    content = as_pdf(found) if out.suffix == ".pdf" else as_csv(found)
    with whole_file(out) as part:
        part.touch(mode=0o600)
        part.write_bytes(content)


def _plain(found: Statement) -> dict[str, object]:
    rows = [{**asdict(line), "cells": _cells(found, line)} for line in found.lines]
    return {
        "subject": found.subject,
        "name": found.subject_name,
        "month": f"{found.month:%Y-%m}",
        "amount_ore": found.amount_ore,
        "lines": rows,
        "bills": [asdict(each) for each in found.bills],
    }


def _cells(found: Statement, line: Line) -> dict[str, int] | None:
    if line.cells is None:
        return None
    shown = {found.labels[line.run][cell]: count for cell, count in line.cells.shown.items()}
    return shown if line.cells.together is None else {**shown, "put together": line.cells.together}


def _print(found: Statement, out: Path | None) -> None:
    from fastlege.settlement.statements.shown import in_words
    from fastlege.settlement.statements.wording import arithmetic, corrected, kroner, title, what

    words.print(f"{title(found)}: {kroner(found.amount_ore)} kroner")
    for line in found.lines:
        words.print(f"{line.list_id:>6}  {what(line):<34} {kroner(line.amount_ore):>16}  {arithmetic(line)}")
        if line.sequence:
            words.print(f"        {corrected(line)}")
    for bills, state, amount in in_words(found, with_cells=False).bills:
        words.print(f"        {bills:<34} {amount:>16}  {state}")
    if out is not None:
        words.print(f"Written to {out}")

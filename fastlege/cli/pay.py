"""`fastlege pay`: work out a month's payments, look at them, explain one, and record them in the register."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from getpass import getuser
from pathlib import Path
from typing import Annotated, Any

import pyarrow.compute as pc
import typer
from rich.table import Table

from fastlege.cli.output import Json, print_json, progress, words
from fastlege.kernel.errors import DataError
from fastlege.kernel.money import to_kroner
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.capitation.lines import run_month
from fastlege.rules.capitation.payment_file import PaymentFile, payment_header, read_payments, write_payments
from fastlege.rules.capitation.terms import Kind
from fastlege.rules.parameters import load_rulebook

app = typer.Typer(
    name="pay",
    help="Monthly payments for lists: capitation, base grant, equalisation grant.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_File = Annotated[Path, typer.Argument(metavar="FILE", help="A payment run, made by `fastlege pay run`.")]


def _month(text: str) -> date:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) or text.startswith("0000"):
        raise typer.BadParameter(f"{text} is not a month such as 2023-10")
    return date.fromisoformat(f"{text}-01")


@app.command()
def run(
    snapshot: Annotated[Path, typer.Option(help="Folder of the snapshot whose lists are paid for.")],
    month: Annotated[date, typer.Option(parser=_month, metavar="YYYY-MM", help="The month to pay.")],
    out: Annotated[Path, typer.Option(help="File to write: Parquet, or CSV when the name ends in .csv.")],
    as_json: Json = False,
) -> None:
    """Work out one month's payments from a snapshot and the rules. Needs no database and changes nothing."""
    book = load_rulebook()
    with progress.status("Counting members and working out amounts"):
        source = Snapshot(snapshot)
        done = run_month(source, month, book)
        header = payment_header(done, source, book)
        write_payments(out, done.lines, header)
    if as_json:
        print_json({"out": str(out), **_summary(header)})
    else:
        _print_totals(header)
        words.print(f"Written to {out}")
    for warning in _warnings(header):
        progress.print(f"Note: {warning}")


@app.command()
def show(file: _File, as_json: Json = False) -> None:
    """Show what a payment run comes to, after checking that every amount follows from its trace."""
    header = read_payments(file).header
    if as_json:
        print_json({**_summary(header), "rules": header["rules"]})
        return
    _print_totals(header)
    words.print(
        f"Register of {header['register_day']}, {header['software']}, "
        f"rules {header['rules_digest'][:12]}, snapshot {header['snapshot_digest'][:12]}"
    )
    words.print("Every amount follows from its trace, and the parts add up to the totals.")
    for warning in _warnings(header):
        words.print(f"Note: {warning}")


@app.command()
def explain(
    file: _File,
    list_id: Annotated[int, typer.Option("--list", metavar="ID", help="The list to explain.")],
    as_json: Json = False,
) -> None:
    """Explain each amount of one list: the arithmetic, the rules with their sources, and the counts."""
    payments = read_payments(file)
    own = payments.lines.filter(pc.equal(payments.lines["list_id"], list_id))
    if not len(own):
        raise DataError(f"there is no list {list_id} in this run.", where=str(file), remedy="Name another list.")
    answer = [_explained(payments, line) for line in own.to_pylist()]
    if as_json:
        print_json(answer)
        return
    for line in answer:
        _print_line(line)


@app.command()
def record(
    file: _File,
    by: Annotated[str, typer.Option(help="Who records it.", default_factory=getuser)],
    as_json: Json = False,
) -> None:
    """Record a run's payments in the register: all or nothing, and once. The same file again changes nothing."""
    payments = read_payments(file)
    # Django is slow to import and wants its settings read first, so only the commands that need it do.
    from fastlege.database.ready import open_database

    with progress.status("Recording payments"):
        open_database()
        from fastlege.settlement.actions import record_run

        done = record_run(payments, by=by)
    answer = {"month": done.run.month.strftime("%Y-%m"), "amount_ore": done.run.amount_ore, "is_new": done.is_new}
    if as_json:
        print_json(answer)
        return
    what = "recorded" if done.is_new else "stood there already; nothing was changed"
    words.print(f"Payments for {answer['month']}, {_kroner(done.run.amount_ore)} kroner: {what}")


@app.command()
def recorded(as_json: Json = False) -> None:
    """List the months whose payments are recorded in the register."""
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.settlement.queries import recorded_runs

    runs: list[dict[str, Any]] = [
        {"month": run.month.strftime("%Y-%m"), "amount_ore": run.amount_ore, "digest": run.digest}
        for run in recorded_runs()
    ]
    if as_json:
        print_json(runs)
        return
    for run in runs:
        words.print(f"{run['month']}  {_kroner(run['amount_ore']):>18}  {run['digest'][:12]}")
    if not runs:
        words.print("No payments are recorded.")


def _explained(payments: PaymentFile, line: dict[str, Any]) -> dict[str, Any]:
    labels = payments.header["cells"]
    counts = dict(zip(line["cells"] or [], line["cell_persons"] or [], strict=True))
    return {
        **{key: line[key] for key in ("list_id", "municipality", "kind", "persons", "amount_ore", "payee")},
        "month": line["month"].strftime("%Y-%m"),
        "trace": json.loads(line["trace"]),
        "rules": payments.header["rules"][line["kind"]],
        "members_by_cell": {labels[cell]: number for cell, number in counts.items()},
    }


def _print_line(line: dict[str, Any]) -> None:
    payee = "the GP" if line["payee"] == "gp" else "the municipality"
    kind = line["kind"].replace("_", " ")
    words.print(f"List {line['list_id']}, {line['month']}: {kind} {_kroner(line['amount_ore'])} kroner to {payee}")
    words.print(f"  {_arithmetic(line['trace'])} = {_kroner(line['amount_ore'])}")
    given = {"persons", "below", "above", "knee", "part_of_year", "formula"}
    for name, value in line["trace"].items():
        if name not in given:
            words.print(f"  {name.replace('_', ' ')}: {value}")
    for row in line["rules"]:
        ends = row["valid_to"] or "further notice"
        words.print(f"  {row['parameter']} = {row['value']} {row['unit']}, {row['valid_from']} to {ends}")
        words.print(f"    {row['source']} ({row['confidence']})")
    for cell, number in line["members_by_cell"].items():
        words.print(f"  {number:>5} members: {cell}")


def _arithmetic(trace: dict[str, Any]) -> str:
    if "knee" not in trace:
        return f"{trace['persons']} persons x {trace['below']} kroner x {trace['part_of_year']} of the year"
    return (
        f"({trace['below']} kroner for each of {trace['persons']} persons up to {trace['knee']}, "
        f"{trace['above']} beyond) x {trace['part_of_year']} of the year"
    )


def _summary(header: Mapping[str, Any]) -> dict[str, Any]:
    """What machines want to know of a run, without the long tables."""
    return {key: value for key, value in header.items() if key not in {"rules", "cells"}}


def _warnings(header: Mapping[str, Any]) -> list[str]:
    found = [f"{kind} was not worked out: {reason}" for kind, reason in header["not_known"].items()]
    if header["month"] != header["register_day"]:
        found.append(
            f"the lists are counted as on {header['register_day']}, the day of the snapshot, and not on the first of "
            f"{header['month'][:7]}: a calculation, not a payment that can be recorded."
        )
    return found


def _print_totals(header: Mapping[str, Any]) -> None:
    table = Table(title=f"Payments for {header['month'][:7]}, kroner", title_justify="left")
    table.add_column("kind")
    for name in ("lines", "to GPs", "kept by municipalities", "in all"):
        table.add_column(name, justify="right")
    totals = header["totals"]
    for kind in (*Kind, "in all"):
        sums = totals["kinds"].get(kind, totals)
        amounts = (_kroner(sums[key]) for key in ("gp_ore", "municipality_ore", "amount_ore"))
        table.add_row(kind.replace("_", " "), f"{sums['lines']:,}".replace(",", " "), *amounts)
    words.print(table)


def _kroner(ore: int) -> str:
    return f"{to_kroner(ore):,}".replace(",", " ")

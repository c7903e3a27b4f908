"""`fastlege pay`: work out a month's payments, look at them, explain one. `cli.money` has what the register does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import pyarrow.compute as pc
import typer
from rich.table import Table

from fastlege.cli.money import comparing, parties, payment_runs, statements
from fastlege.cli.money import weights as weight_sets
from fastlege.cli.money.words import Scenarios, Weights, as_kroner, parse_month
from fastlege.cli.output import Json, print_json, progress, words
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.capitation.comparing.scenarios import book_with
from fastlege.rules.capitation.lines import run_month
from fastlege.rules.capitation.payment_file import PaymentFile, payment_header, read_payments, write_payments
from fastlege.rules.capitation.terms import Kind

app = typer.Typer(
    name="pay",
    help="Payments for lists and bills, from the sum to the bank.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_File = Annotated[Path, typer.Argument(metavar="FILE", help="A payment run, made by `fastlege pay run`.")]


@app.command()
def run(
    snapshot: Annotated[Path, typer.Option(help="Folder of the snapshot whose lists are paid for.")],
    month: Annotated[date, typer.Option(parser=parse_month, metavar="YYYY-MM", help="The month to pay.")],
    out: Annotated[Path, typer.Option(help="File to write: Parquet, or CSV when the name ends in .csv.")],
    weights: Weights = None,
    scenario: Scenarios = None,
    as_json: Json = False,
) -> None:
    """Work out one month's payments from a snapshot.

    By the rules of the month. Needs no database and changes nothing.
    """
    book = book_with(weights=weights, scenarios=scenario or ())
    tried = [*(scenario or ()), *([f"weights {weights.stem}"] if weights else ())]
    with progress.status("Counting members and working out amounts"):
        source = Snapshot(snapshot)
        done = run_month(source, month, book)
        header = payment_header(done, source, book, tried=tried)
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
    """Show what a payment run comes to.

    It is first checked that every amount follows from its trace.
    """
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
    """Explain each amount of one list.

    The arithmetic, the rules with their sources, and the counts.
    """
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
    words.print(f"List {line['list_id']}, {line['month']}: {kind} {as_kroner(line['amount_ore'])} kroner to {payee}")
    share = f", {line['trace']['share']} of it" if "share" in line["trace"] else ""
    words.print(f"  {_arithmetic(line['trace'])}{share} = {as_kroner(line['amount_ore'])}")
    given = {"persons", "below", "above", "knee", "part_of_year", "formula", "points", "counts_for", "share"}
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
    if "points" in trace:
        weighed = {"all alike": Fraction(trace["persons"]) * Fraction(trace["counts_for"]["person"])}
        for part, points in trace["points"].items():
            weighed[part.replace("_", " ")] = points * Fraction(trace["counts_for"][part])
        parts = " + ".join(f"{float(own):.2f} ({part})" for part, own in weighed.items() if own)
        return f"({parts}) persons x {trace['below']} kroner x {trace['part_of_year']} of the year"
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
    found = [f"{', '.join(header['tried'])}: a trial of other rules, not a payment."] if header["tried"] else []
    found += [f"{kind} was not worked out: {reason}" for kind, reason in header["not_known"].items()]
    # Runs that were made before this was noted have no such key.
    found += [
        f"{name} was agreed until {last}, and no later agreement is in the rules: amounts go by it to further notice."
        for name, last in header.get("not_agreed", {}).items()
    ]
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
        amounts = (as_kroner(sums[key]) for key in ("gp_ore", "municipality_ore", "amount_ore"))
        table.add_row(kind.replace("_", " "), f"{sums['lines']:,}".replace(",", " "), *amounts)
    words.print(table)


comparing.register(app)
payment_runs.register(app)
app.command()(statements.statement)
weight_sets.register(app)
app.add_typer(parties.accounts)
app.add_typer(parties.readers)

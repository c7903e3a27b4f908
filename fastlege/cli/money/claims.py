"""`fastlege claims`: bills received, and checked by the fees and rules of their day."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from fastlege.cli.money import claim_messages, claim_years
from fastlege.cli.money.claim_messages import open_lines
from fastlege.cli.output import Json, print_json, progress_bar, words
from fastlege.kernel.errors import DataError
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.texts import LANGUAGES

if TYPE_CHECKING:
    from fastlege.rules.claims.messages.batch import Answer

app = typer.Typer(
    name="claims",
    help="Bills: received, controlled and followed (docs/claims.md).",
    no_args_is_help=True,
)

for _command in (
    *(claim_messages.receive, claim_messages.control, claim_messages.answer, claim_messages.status),
    claim_messages.send,
):
    app.command()(_command)
for _command_of_years in (
    *(claim_years.control_year, claim_years.volumes, claim_years.caps),
    *(claim_years.notices, claim_years.record_notices),
):
    app.command()(_command_of_years)

_File = Annotated[Path, typer.Argument(help="Claim messages as JSON, one a line; - for standard input.")]
_Language = Annotated[str, typer.Option(help=f"Language of the words: {', '.join(LANGUAGES)}.")]


@app.command()
def check(file: _File, language: _Language = "en", json: Json = False) -> None:
    """Answer every message of a file, without a register.

    Tells each breach, its provision, and what would make the bill right.

    With --json one answer a line, in all languages. Exit code 1 when a message or a bill is refused.
    """
    if language not in LANGUAGES:
        raise typer.BadParameter(f"{language} is not one of {', '.join(LANGUAGES)}", param_hint="--language")
    from fastlege.rules.claims.messages.answers import as_json
    from fastlege.rules.claims.messages.batch import check_messages

    counts: Counter[str] = Counter()
    with open_lines(file) as lines:
        for answer in check_messages(lines, book=load_rulebook()):
            _count(answer, counts)
            if json:
                sys.stdout.buffer.write(orjson.dumps(as_json(answer)) + b"\n")
            else:
                _print(answer, language)
    if not counts["messages"]:
        raise DataError(
            "holds no claim message.", where=str(file), remedy="`fastlege claims schema` says how one looks."
        )
    if not json:
        words.print(
            f"{counts['messages']} messages, {counts['errors']} refused whole; "
            f"{counts['bills']} bills, {counts['approved']} approved, {counts['refused']} refused."
        )
    if counts["errors"] or counts["refused"]:
        raise typer.Exit(1)


@app.command()
def schema() -> None:
    """Print the JSON schema of a claim message."""
    from fastlege.rules.claims.messages.message import Message

    print_json(Message.model_json_schema())


_Nation = Annotated[Path, typer.Option(help="Folder of the synthetic nation.", show_default=False)]
_Year = Annotated[int, typer.Option(help="Year whose published volumes are followed.", show_default=False)]
_Seed = Annotated[int, typer.Option(min=0, help="Seed of the draws.")]
_Folder = Annotated[
    Path, typer.Option(help="Folder for nation and claims; an older snapshot there is replaced.", show_default=False)
]


@app.command()
def build(snapshot: _Nation, year: _Year, out: _Folder, seed: _Seed = 1, json: Json = False) -> None:
    """Make a synthetic year of claims for a synthetic nation.

    A documented share of the bills is faulty.
    """
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.simulation.claims.year import build_year

    with progress_bar() as report:
        build_year(Snapshot(snapshot), out, year=year, seed=seed, report=report)
    made = Snapshot(out)
    claims, lines = made.rows("claims"), made.rows("claim_lines")
    if json:
        print_json({"claims": claims, "lines": lines, "year": year, "out": str(out)})
        return
    words.print(f"{claims} claims with {lines} lines for {year}. Written: {out}")


_Snapshot = Annotated[Path, typer.Option(help="Folder with claims, lists and memberships.", show_default=False)]
_Out = Annotated[Path, typer.Option(help="File of the contacts (Parquet).", show_default=False)]


@app.command("classify")
def classify_claims(snapshot: _Snapshot, out: _Out, json: Json = False) -> None:
    """Turn each claim into one contact.

    Type, medium, time of day, performer, and who the doctor was to the patient.
    """
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.rules.contacts.classify import classify

    with progress_bar() as report:
        counts = classify(Snapshot(snapshot), out, report=report)
    if json:
        print_json({"contacts": sum(counts.values()), "by_type": counts, "out": str(out)})
        return
    for name, count in counts.items():
        words.print(f"{count:>12} {name.replace('_', ' ')}")
    words.print(f"Written: {out}")


def _count(answer: Answer, counts: Counter[str]) -> None:
    counts["messages"] += 1
    counts["errors"] += bool(answer.errors)
    counts["bills"] += len(answer.controls)
    for one in answer.controls:
        counts["approved" if one.approved else "refused"] += 1


def _print(answer: Answer, language: str) -> None:
    from fastlege.rules.claims.messages.error_words import in_all_languages
    from fastlege.rules.claims.wording import in_words

    for error in answer.errors:
        told = in_all_languages(error)[language]
        words.print(f"Line {answer.line}: {error.code}: {told} ({error.what})", markup=False)
    for found in answer.controls:
        if found.approved:
            continue
        words.print(f"Line {answer.line}, bill {found.bill.number}: refused", markup=False)
        for breach in found.breaches:
            said = in_words(breach, language)
            words.print(f"  {said.wrong} {said.make_right} ({breach.source})", markup=False)

"""`fastlege round`: plan a month's moves, read the plan, sign it, apply it, and say why to one person.

Columns and database are imported by the commands that need them, so that `fastlege --help` answers at once.
"""

from __future__ import annotations

import getpass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from fastlege.cli.output import Json, parse_day, print_json, progress, words

if TYPE_CHECKING:
    from fastlege.planning.plan import Plan

app = typer.Typer(
    name="round",
    help="Rounds: plan a month's moves, read the plan, sign it, apply it, explain it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


_File = Annotated[Path, typer.Argument(metavar="PLAN", help="A plan, made by `fastlege round plan`.")]
_By = Annotated[str, typer.Option(help="Who signs and applies.", show_default="your login name")]
_Folder = Annotated[Path, typer.Option(help="Folder of the snapshot.")]


@app.command()
def plan(
    snapshot: _Folder,
    on: Annotated[date, typer.Option(parser=parse_day, metavar="DAY", help="Day of effect: the first of a month.")],
    out: Annotated[Path, typer.Option(help="File to write.")],
    seed: Annotated[int, typer.Option(help="Decides between equal times; publish it before the round.")] = 1,
    market: Annotated[
        Path | None, typer.Option(help="Folder to write what the engine is given to, for `fastlege match run`.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Plan a round from a snapshot and the rules. Needs no database and changes nothing."""
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.planning.market.as_files import write_market
    from fastlege.planning.plan_file import write_plan
    from fastlege.planning.round import month_of, plan_round
    from fastlege.rules.parameters import load_rulebook

    source, book = Snapshot(snapshot), load_rulebook()
    with progress.status("Giving out places"):
        made = plan_round(source, on=on, seed=seed, book=book)
        write_plan(made, out)
    if market is not None:
        with progress.status("Writing the market"):
            write_market(month_of(source, on=on, seed=seed, book=book), source, market)
    _show(made, as_json=as_json, out=out)


@app.command()
def show(plan: _File, as_json: Json = False) -> None:
    """What a plan comes to: moves by reason, exceptions, what is unusual, and its digest."""
    from fastlege.planning.plan_file import read_plan

    _show(read_plan(plan), as_json=as_json)


@app.command()
def sign(plan: _File, by: _By = "", as_json: Json = False) -> None:
    """Sign a plan: record that someone has read it and answers for it."""
    from fastlege.database.ready import open_database
    from fastlege.planning.plan_file import read_plan

    read = read_plan(plan)
    open_database()
    from fastlege.casework.actions import sign_round

    signed = sign_round(read, by=by or getpass.getuser())
    if as_json:
        print_json({"digest": signed.digest, "signed_by": signed.signed_by, "signed_at": signed.signed_at})
    else:
        words.print(f"Signed by {signed.signed_by}, {signed.signed_at:%Y-%m-%d %H:%M} UTC.")


@app.command()
def apply(plan: _File, by: _By = "", as_json: Json = False) -> None:
    """Apply a plan to the register: all of its moves in one transaction. A second time does nothing."""
    from fastlege.database.ready import open_database
    from fastlege.planning.plan_file import read_plan
    from fastlege.rules.parameters import load_rulebook

    read = read_plan(plan)
    open_database()
    from fastlege.casework.actions import apply_round

    with progress.status(f"Applying {read.moves.num_rows} moves"):
        done = apply_round(read, by=by or getpass.getuser(), book=load_rulebook())
    if as_json:
        print_json(
            {"applied_now": done.now, "moves": done.moves, "signed_by": done.signed_by, "applied_by": done.applied_by}
        )
    elif done.now:
        words.print(f"Applied {done.moves} moves from {read.header.on}. Signed by {done.signed_by}.")
    else:
        words.print(f"Nothing done: this plan had been applied already, by {done.applied_by}.")


@app.command()
def explain(
    plan: _File,
    person: Annotated[int, typer.Option(help="The person's id.")],
    snapshot: Annotated[Path | None, typer.Option(help="The snapshot that the plan was made from.")] = None,
    language: Annotated[str, typer.Option(help="nb, nn or en.")] = "en",
    as_json: Json = False,
) -> None:
    """Say why one person moved, or did not."""
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.planning.explaining import explain as explained
    from fastlege.planning.plan_file import read_plan
    from fastlege.rules.parameters import load_rulebook

    source = None if snapshot is None else Snapshot(snapshot)
    statements = explained(read_plan(plan), person, snapshot=source, book=load_rulebook())
    if as_json:
        print_json([{"key": s.key, "words": s.in_words(language), "facts": s.facts} for s in statements])
        return
    for statement in statements:
        words.print(statement.in_words(language))
    rules = dict.fromkeys(statement.rule_in_words(language) for statement in statements)
    for rule in filter(None, rules):
        words.print(rule)


@app.command()
def audit(
    plan: _File,
    snapshot: _Folder,
    language: Annotated[str, typer.Option(help="nb, nn or en.")] = "en",
    as_json: Json = False,
) -> None:
    """Check every promise of a round on its plan, the proof by prices included. Exit code 1 if one is broken."""
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.planning.audit import audit as findings_on
    from fastlege.planning.plan_file import read_plan
    from fastlege.rules.parameters import load_rulebook

    with progress.status("Checking"):
        findings = findings_on(read_plan(plan), Snapshot(snapshot), load_rulebook())
    if as_json:
        print_json(
            [
                {"promise": f.promise, "holds": f.holds, "broken_by": f.broken_by, "detail": f.detail}
                | {"words": f.in_words(language)}
                for f in findings
            ]
        )
    else:
        for finding in findings:
            words.print(f"{'holds ' if finding.holds else 'BROKEN'}  {finding.in_words(language)}")
            if not finding.holds:
                some = ", ".join(map(str, finding.broken_by[:5]))
                words.print(f"        {finding.detail or f'{len(finding.broken_by)} times, first by {some}'}")
    if not all(finding.holds for finding in findings):
        raise typer.Exit(1)


def _show(plan: Plan, *, as_json: bool, out: Path | None = None) -> None:
    summary = _summary(plan)
    if as_json:
        print_json({"out": str(out), **summary} if out else summary)
        return
    header = plan.header
    words.print(
        f"Round of {header.on}, from the state on {header.as_of}, seed {header.seed}, software {header.software}"
    )
    words.print(
        f"Moves: {plan.moves.num_rows}; {len(header.lists_opened)} lists open, {len(header.lists_closed)} close"
    )
    for title, counts in (
        ("Moves by reason", header.counts),
        ("Exceptions", header.exceptions),
        ("Worth a look", header.unusual),
    ):
        _print_counts(title, dict(counts))
    words.print(f"Digest {header.digest}")
    if out:
        words.print(f"Written to {out}")


def _print_counts(title: str, counts: dict[str, int]) -> None:
    if not counts:
        words.print(f"{title}: none")
        return
    table = Table(title=title, title_justify="left", show_header=False, box=None)
    for name, count in counts.items():
        table.add_row(name.replace("_", " "), f"{count:,}".replace(",", " "))
    words.print(table)


def _summary(plan: Plan) -> dict[str, Any]:
    header = plan.header
    return {
        "on": header.on,
        "as_of": header.as_of,
        "seed": header.seed,
        "moves": plan.moves.num_rows,
        "counts": header.counts,
        "exceptions": header.exceptions,
        "unusual": header.unusual,
        "lists_opened": header.lists_opened,
        "lists_closed": header.lists_closed,
        "input_digest": header.input_digest,
        "rule_digest": header.rule_digest,
        "software": header.software,
        "digest": header.digest,
    }

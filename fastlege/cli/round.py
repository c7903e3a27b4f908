"""`fastlege round`: plan a month's moves, read the plan, sign it, apply it, and say why to one person.

Columns and database are imported by the commands that need them, so that `fastlege --help` answers at once.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from fastlege.cli.output import Json, parse_day, print_json, progress, who, words
from fastlege.cli.places.plan_words import show_plan

app = typer.Typer(
    name="round",
    help="A month's moves: plan, read, sign, apply, explain.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


_File = Annotated[Path, typer.Argument(metavar="PLAN", help="A plan, made by `fastlege round plan`.")]
_By = Annotated[str | None, typer.Option(help="Who signs and applies.", show_default="your login name")]
_Folder = Annotated[Path, typer.Option(help="Folder of the snapshot.")]
_Language = Annotated[str, typer.Option(help="nb, nn or en.")]


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
    show_plan(made, as_json=as_json, out=out)


@app.command()
def show(
    plan: _File,
    snapshot: Annotated[
        Path | None, typer.Option(help="The snapshot it was made from: adds the size of municipalities.")
    ] = None,
    language: _Language = "en",
    as_json: Json = False,
) -> None:
    """What a plan comes to.

    Moves by reason, rings, exceptions and what to do about them, what is unusual.
    """
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.planning.plan_file import read_plan

    source = None if snapshot is None else Snapshot(snapshot)
    show_plan(read_plan(plan), as_json=as_json, snapshot=source, language=language)


@app.command()
def sign(plan: _File, by: _By = None, as_json: Json = False) -> None:
    """Sign a plan: record that someone has read it and answers for it."""
    from fastlege.database.ready import open_database
    from fastlege.planning.plan_file import read_plan

    read = read_plan(plan)
    open_database()
    from fastlege.casework.actions import sign_round

    done = sign_round(read, by=who(by))
    signed = done.round
    if as_json:
        print_json(
            {"signed_now": done.now, "digest": signed.digest}
            | {"signed_by": signed.signed_by, "signed_at": signed.signed_at}
        )
        return
    said = "Signed" if done.now else "Nothing done: this plan had been signed already,"
    words.print(f"{said} by {signed.signed_by}, {signed.signed_at:%Y-%m-%d %H:%M} UTC.")


@app.command()
def apply(
    plan: _File,
    by: _By = None,
    snapshot: Annotated[
        Path | None, typer.Option(help="The snapshot that the plan was made from; else the register is exported again.")
    ] = None,
    on: Annotated[
        date | None,
        typer.Option(parser=parse_day, metavar="DAY", help="Day of recording.", show_default="its own"),
    ] = None,
    if_changed: Annotated[
        str, typer.Option(help="Where the register has changed since: refuse, or drop what does not hold any more.")
    ] = "refuse",
    as_json: Json = False,
) -> None:
    """Apply a plan in one transaction, once it is checked.

    Every promise is checked first. Again does nothing.
    """
    from fastlege.database.ready import open_database
    from fastlege.planning.plan_file import read_plan
    from fastlege.rules.parameters import load_rulebook

    if if_changed not in ("refuse", "drop"):
        raise typer.BadParameter("--if-changed is refuse or drop")
    read = read_plan(plan)
    open_database()
    from fastlege.casework.actions import IfChanged, apply_audited

    with progress.status(f"Checking and applying {read.moves.num_rows} moves"):
        done = apply_audited(
            read,
            by=who(by),
            book=load_rulebook(),
            on=on,
            if_changed=IfChanged(if_changed),
            folder=snapshot,
        )
    if as_json:
        print_json(
            {"applied_now": done.now, "moves": done.moves, "dropped": done.dropped}
            | {"signed_by": done.signed_by, "applied_by": done.applied_by}
        )
    elif done.now:
        words.print(f"Applied {done.moves - done.dropped} moves from {read.header.on}. Signed by {done.signed_by}.")
        if done.dropped:
            words.print(f"{done.dropped} moves were dropped: the register had changed, and they could not be made.")
    else:
        words.print(f"Nothing done: this plan had been applied already, by {done.applied_by}.")


@app.command()
def explain(
    plan: _File,
    person: Annotated[int, typer.Option(help="The person's id.")],
    snapshot: Annotated[Path | None, typer.Option(help="The snapshot that the plan was made from.")] = None,
    language: _Language = "en",
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
    language: _Language = "en",
    as_json: Json = False,
) -> None:
    """Check every promise of a round on its plan.

    The proof by prices included. Exit code 1 if one is broken.
    """
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

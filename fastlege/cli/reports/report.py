"""`fastlege report`: the editions, building one, publishing it, and what has been published."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from fastlege.cli.output import Json, parse_day, print_json, progress, words
from fastlege.cli.reports.door import After, RoundTo, warn_of
from fastlege.cli.reports.door import told as cells_told
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.report.plan import editions, plan_named

app = typer.Typer(name="report", help="An edition's report: pages, PDF, workbook and open data.", no_args_is_help=True)


class Language(StrEnum):
    """The languages that reports are written in."""

    NB = "nb"
    EN = "en"


_Edition = Annotated[str, typer.Option("--edition", metavar="NAME", help="One of `fastlege report list`.")]
_Folder = Annotated[Path, typer.Option("--snapshot", metavar="DIR", help="Folder of the snapshot.")]
_Claims = Annotated[
    Path | None, typer.Option("--claims", metavar="DIR", help="Folder with a year of claims and its registers.")
]
_Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write the report to.")]
_Earlier = Annotated[
    list[Path] | None,
    typer.Option("--earlier", metavar="DIR", help="Earlier snapshot to compare with; repeat for more."),
]
_Archive = Annotated[Path, typer.Option("--archive", metavar="DIR", help="Folder of all that is published.")]


@app.command("list")
def list_editions(json: Json = False) -> None:
    """List the editions that can be built."""
    plans = [plan_named(each) for each in editions()]
    if json:
        print_json([{"edition": each.name, "title": each.title.en, "subtitle": each.subtitle.en} for each in plans])
        return
    table = Table("edition", "title", box=None)
    for each in plans:
        table.add_row(each.name, f"{each.title.en}: {each.subtitle.en}")
    words.print(table)


@app.command("build")
def build(  # noqa: PLR0913, PLR0917 (each is an option of the command)
    edition: _Edition,
    snapshot: _Folder,
    out: _Out,
    claims: _Claims = None,
    earlier: _Earlier = None,
    after: After = None,
    round_to: RoundTo = 1,
    language: Annotated[Language, typer.Option("--language", help="Language of the report.")] = Language.NB,
    json: Json = False,
) -> None:
    """Build a report: pages, PDF, workbook and open data.

    Whole or not at all. A chapter whose data the snapshot lacks says so in the page. Before a corrected version, name
    the published ones with --after: what they show is known.
    """
    plan = plan_named(edition)
    opened = _with_claims(Snapshot(snapshot), claims)
    past = [Snapshot(each) for each in earlier or []]
    for each in (opened, *past):
        each.digest()  # A figure of damaged tables would look like any other.

    # The engine takes a second to import; the other commands do without it.
    from fastlege.reporting.report.building import build_report, count_series, read_meta

    with progress.status("Counting and writing the report..."):
        series = count_series(plan, opened, past, after=after or [], round_to=round_to)
        build_report(plan, series, out, language=language.value)
    meta = read_meta(out)
    told = {key: meta[key] for key in ("edition", "language", "as_of", "tables", "charts", "lacking")}
    given_away = tuple(dict.fromkeys(series.now.door.given_away))
    if json:
        print_json({"report": str(out), **told, "given_away": cells_told(given_away)})
        return
    words.print(f"Wrote the report {out}: {told['tables']} tables, {told['charts']} charts. Begin with index.html.")
    warn_of(given_away)
    if told["lacking"]:
        words.print(f"The snapshot lacks {', '.join(told['lacking'])}: the chapters that need them say so.")


@app.command("publish")
def publish(
    report: Annotated[Path, typer.Option("--report", metavar="DIR", help="Folder of a built report.")],
    archive: _Archive,
    note: Annotated[str, typer.Option("--note", help="What a correction corrects.")] = "",
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="Day of publishing; today when not given.")] = "",
    json: Json = False,
) -> None:
    """Publish a report as the next version of its edition. What is published never changes."""
    from dataclasses import asdict

    from fastlege.reporting.report.publishing import publish as put

    day = parse_day(on) if on else datetime.now(UTC).date()
    made = put(report, archive, on=day, note=note)
    if json:
        print_json(asdict(made))
    else:
        words.print(f"Published version {made.number} of {made.as_of}, on {made.published}.")


@app.command("versions")
def list_versions(
    edition: _Edition,
    archive: _Archive,
    language: Annotated[Language, typer.Option("--language", help="Language of the report.")] = Language.NB,
    json: Json = False,
) -> None:
    """List the published versions of an edition.

    Each is checked to be as it was published.
    """
    from dataclasses import asdict

    from fastlege.reporting.report.publishing import check, versions

    folder = archive / plan_named(edition).name / language.value
    found = versions(folder)
    for each in found:
        check(folder, each)
    if json:
        print_json([asdict(each) for each in found])
        return
    table = Table("version", "published", "figures as of", "note", box=None)
    for each in found:
        table.add_row(str(each.number), each.published, each.as_of, each.note)
    words.print(table)


def _with_claims(snapshot: Snapshot, claims: Path | None) -> Snapshot:
    """The folder of claims holds the registers they were made of: it is the same state with more tables."""
    if claims is None:
        return snapshot
    found = Snapshot(claims)
    if not found.has("claim_lines"):
        raise DataError(
            "there are no claims here.", where=str(claims), remedy="Make them with `fastlege claims build`."
        )
    if found.as_of != snapshot.as_of or found.meta.get("lists") != snapshot.meta.get("lists"):
        raise DataError(
            f"the claims are of another register, of {found.as_of}, than the snapshot of {snapshot.as_of}.",
            where=str(claims),
            remedy="Make the claims of this snapshot, or name the snapshot that they are of.",
        )
    return found

"""`fastlege figures`: the catalogue, one figure's definition, figures of a snapshot, editions for the site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer
from rich.table import Column, Table

from fastlege.cli.output import SUPPRESSED, Json, Language, print_json, progress, words
from fastlege.cli.reports.door import After, RoundTo, told, warn_of
from fastlege.cli.series.show import show_series
from fastlege.figures.catalogue import UNITS, Definition, Reference, definition, definitions
from fastlege.figures.dimensions import DIMENSIONS, dimension_named
from fastlege.figures.levels import Areas, Level, Words, level_named
from fastlege.kernel.snapshot import Snapshot

app = typer.Typer(name="figures", help="Figures of the scheme: definitions, values, editions.", no_args_is_help=True)

SnapshotFolder = Annotated[Path, typer.Option("--snapshot", metavar="DIR", help="Folder of the snapshot.")]
InLanguage = Annotated[Language, typer.Option("--language", help="Language of the words.")]


@app.command("list")
def list_figures(language: InLanguage = Language.EN, json: Json = False) -> None:
    """List the figures of the catalogue."""
    if json:
        print_json([{"id": each.id, "title": each.title.in_language(language), "unit": each.unit,
                     "theme": each.theme, "status": each.status} for each in definitions()])  # fmt: skip
        return
    table = Table(Column("figure", no_wrap=True), "unit", "title", box=None)
    for each in definitions():
        table.add_row(each.id, UNITS[each.unit].in_language(language), each.title.in_language(language))
    words.print(table)


@app.command("show")
def show_figure(
    figure: Annotated[str, typer.Argument(metavar="ID", help="Id of the figure.")],
    language: InLanguage = Language.EN,
    json: Json = False,
) -> None:
    """Show one figure's definition."""
    found = definition(figure)
    described = _described(found, language)
    if json:
        print_json(described)
        return
    for name, value in described.items():
        heading = name.replace("_", " ")
        if isinstance(value, list) and any(" " in line for line in value):
            words.print("\n".join([f"{heading}:", *(f"  {line}" for line in value)]))
        elif value:
            words.print(f"{heading}: {', '.join(value) if isinstance(value, list) else value}")


@app.command("compute")
def compute_figure(
    snapshot: SnapshotFolder,
    figure: Annotated[str | None, typer.Argument(metavar="ID", help="Id of the figure.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All figures of the catalogue.")] = False,
    by: Annotated[str, typer.Option("--by", metavar="LEVEL", help=f"One of {', '.join(Level)}.")] = Level.COUNTRY,
    split: Annotated[
        str | None, typer.Option("--split", metavar="DIMENSION", help="Divide one figure further.")
    ] = None,
    json: Json = False,
) -> None:
    """Compute one figure, or all, of a snapshot by area. Counts of few persons are suppressed.

    With --all the figures that the snapshot lacks the tables of are left out. `figures show` says what a figure can be
    divided by.
    """
    if (figure is None) != everything or (everything and split):
        raise typer.BadParameter("give the id of one figure, or --all")
    level = level_named(by)
    opened = Snapshot(snapshot)
    opened.digest()  # A figure of damaged tables would look like any other.

    # The engine takes a second to import; the other commands do without it.
    from fastlege.figures.engine import compute_many, countable
    from fastlege.figures.splits import compute_split
    from fastlege.reporting.door import threshold_for
    from fastlege.reporting.given import given_tables

    threshold, given = threshold_for(opened), given_tables(opened)
    if figure is None:
        chosen = countable(opened, given)
        table = compute_many(chosen, opened, by=[level], threshold=threshold, given=given)
    else:
        chosen = [definition(figure)]
        table = (
            compute_many(chosen, opened, by=[level], threshold=threshold, given=given)
            if split is None
            else compute_split(chosen[0], opened, dimension_named(split), by=[level], threshold=threshold, given=given)
        )
    answers = [_answer(each, level, table, Areas.of(opened)) for each in chosen]
    if json:
        whole = {"as_of": opened.as_of.isoformat(), "level": level, "threshold": threshold}
        print_json(whole | ({"figures": answers} if everything else answers[0]))
        return
    for each, answer in zip(chosen, answers, strict=True):
        _print(each, answer["rows"], opened)


@app.command("beside")
def beside_published(snapshot: SnapshotFolder, language: InLanguage = Language.EN, json: Json = False) -> None:
    """Show what was published beside what is counted.

    Of the snapshot's month, and of its year of claims.
    """
    opened = Snapshot(snapshot)
    opened.digest()
    from fastlege.reporting.beside import beside_published as compare

    rows = [
        {
            "table": found.reference.table,
            "figure": found.figure,
            "group": found.group,
            "period": found.reference.period,
            "published": found.reference.value,
            "counted": None if found.counted is None else str(found.counted),
            "same": found.same,
            "reason": found.reason.in_language(language),
        }
        for found in compare(opened)
    ]
    if json:
        print_json(rows)
        return
    if not rows:
        words.print(f"Nothing that was published is of {opened.as_of:%Y-%m}, or of a year of claims in the snapshot.")
        return
    table = Table("table", "figure", "group", box=None)
    for name in ("published", "counted"):
        table.add_column(name, justify="right")
    table.add_column("why they differ")
    for row in rows:
        counted = "-" if row["counted"] is None else str(row["counted"])
        cells = (row["table"], row["figure"], row["group"], row["published"], counted, row["reason"])
        table.add_row(*(str(cell) for cell in cells))
    words.print(table)
    words.print(f"{sum(bool(row['same']) for row in rows)} of {len(rows)} published values are the same.")


@app.command("edition")
def build_edition(
    snapshot: SnapshotFolder,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write the edition to.")],
    after: After = None,
    round_to: RoundTo = 1,
    note: Annotated[str, typer.Option("--note", help="What this version corrects in the edition that is there.")] = "",
    json: Json = False,
) -> None:
    """Compute all figures and keep them as an edition.

    An edition once published does not change: a correction is a new version, with a note, and keeps the earlier ones.
    What editions and reports of the same day show already cannot be hidden any more, and what they hide stays hidden.
    """
    from fastlege.reporting import building
    from fastlege.reporting.edition import read_edition

    with progress.status("Computing the figures..."):
        given_away = building.build_edition(Snapshot(snapshot), out, after=after or [], round_to=round_to, note=note)
    number = read_edition(out).number
    if json:
        print_json({"edition": str(out), "version": number, "given_away": told(given_away)})
    else:
        words.print(f"Wrote version {number} of the edition {out}." if number > 1 else f"Wrote the edition {out}.")
        warn_of(given_away)


app.command("series")(show_series)


def _described(each: Definition, language: Language) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": each.title.in_language(language),
        "question": each.question.in_language(language),
        "why": each.why.in_language(language),
        "numerator": each.numerator_words.in_language(language),
        "denominator": each.denominator_words.in_language(language) if each.denominator_words else None,
        "unit": UNITS[each.unit].in_language(language),
        "levels": [level.value for level in Level],
        "divided_by": list(each.splits),
        "direction": each.direction.value,
        "disclosure": each.disclosure.value,
        "status": each.status.value,
        "author": each.author,
        "reviewer": each.reviewer,
        "next_review": each.next_review.isoformat(),
        "measures": list(each.measures),
        "published": [_published(each, printed, language) for printed in each.references],
        "sources": [f"{source.table}: {source.name}" for source in each.sources],
        "known_breaks": [each_break.in_language(language) for each_break in each.breaks],
    }


def _published(each: Definition, printed: Reference, language: Language) -> str:
    """A published value in words: what, where, when and how much."""
    names = {code: name for dimension in each.splits for code, name in DIMENSIONS[dimension].groups}
    group = names[printed.group].in_language(language) if printed.group in names else printed.group
    return " ".join(part for part in (f"{printed.table},", f"{printed.period}:", group, printed.value) if part)


def _answer(each: Definition, level: Level, table: pa.Table, areas: Areas) -> dict[str, Any]:
    rows = [
        {
            "area": row["area"],
            "name": areas.name(level, row["area"]).en,
            **({"group": row["group"], "group_name": _group(row).en} if "group" in row else {}),
            **{key: row[key] for key in ("value", "numerator", "denominator", "suppressed")},
        }
        for row in table.to_pylist()
        if row["figure"] == each.id
    ]
    return {"figure": each.id, "unit": each.unit, "rows": rows}


def _group(row: dict[str, Any]) -> Words:
    return dimension_named(row["dimension"]).name(row["group"])


def _print(each: Definition, rows: list[dict[str, Any]], snapshot: Snapshot) -> None:
    words.print(f"{each.title.en} ({each.id}), {UNITS[each.unit].en}, {snapshot.as_of}")
    divided = ["group"] if rows and "group" in rows[0] else []
    table = Table("area", "name", *divided, box=None)
    for name in ("value", "numerator", "denominator"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(row["area"], row["name"], *(row["group_name"] for _ in divided), *_cells(each, row))
    words.print(table)
    if any(row["suppressed"] for row in rows):
        words.print(f"{SUPPRESSED} not shown: few persons, or others could be worked out from it")


def _cells(each: Definition, row: dict[str, Any]) -> tuple[str, str, str]:
    if row["suppressed"]:
        return SUPPRESSED, SUPPRESSED, _whole(row["denominator"])
    value = "-" if row["value"] is None else f"{row['value']:.{each.decimals}f}"
    return value, _whole(row["numerator"]), _whole(row["denominator"])


def _whole(value: int | None) -> str:
    return "" if value is None else str(value)

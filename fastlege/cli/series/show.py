"""`fastlege figures series`: figures of many snapshots beside each other."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from fastlege.cli.output import SUPPRESSED, Json, Language, parse_day, print_json, progress, words
from fastlege.cli.reports.door import After, RoundTo, told, warn_of
from fastlege.figures.catalogue import UNITS, Definition, definition
from fastlege.figures.dimensions import dimension_named
from fastlege.figures.levels import Level, level_named

if TYPE_CHECKING:
    from fastlege.reporting.series.counting import Series

UNKNOWN = ".."
"""Sign for a value that nobody has."""


class Every(StrEnum):
    """What the points of a series are called by."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def show_series(  # noqa: PLR0913, PLR0917 (each is an option of the command)
    snapshots: Annotated[
        list[Path],
        typer.Option("--snapshots", metavar="DIR", help="A snapshot, or a folder of snapshots; may be given often."),
    ],
    figure: Annotated[str | None, typer.Argument(metavar="ID", help="Id of the figure; all when left out.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="LEVEL", help=f"One of {', '.join(Level)}.")] = Level.COUNTRY,
    period: Annotated[Every, typer.Option("--period", help="What a point is called by.")] = Every.MONTH,
    borders_of: Annotated[
        str | None, typer.Option("--borders-of", metavar="DATE", help="Borders of this day, not the newest snapshot's.")
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="DIMENSION", help="Divide one figure further.")
    ] = None,
    after: After = None,
    round_to: RoundTo = 1,
    language: Annotated[Language, typer.Option("--language", help="Language of the words.")] = Language.EN,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    json: Json = False,
) -> None:
    """Show figures over time, on the same borders. Counts of few persons are suppressed.

    Municipalities that were merged are added up; the parts of one that was divided have no value before. Numbers in
    brackets are notes: breaks in the series, moved borders, other days than the sources take. Editions and reports that
    are out (--after) count for the snapshot of their day.
    """
    if csv and json:
        raise typer.BadParameter("give --csv or --json, not both")
    if split and figure is None:
        raise typer.BadParameter("give the id of the figure to divide")
    level, on = level_named(by), parse_day(borders_of) if borders_of else None
    figures = None if figure is None else [definition(figure)]

    # The engine takes a second to import; the other commands do without it.
    from fastlege.reporting.series.counting import Options, series
    from fastlege.reporting.series.folders import snapshots_in
    from fastlege.reporting.series.periods import Period
    from fastlege.reporting.series.rows import as_csv, as_json

    options = Options(dimension_named(split) if split else None, tuple(after or ()), round_to)
    with progress.status("Counting..."):
        found = series(snapshots_in(snapshots), figures, by=level, period=Period(period.value), on=on, options=options)
    if json:
        print_json({**as_json(found, language), "given_away": told(found.given_away)})
    elif csv:
        sys.stdout.write(as_csv(found, language))
    else:
        _print(found, language)
    if not json:
        warn_of(found.given_away)


def _print(found: Series, language: Language) -> None:
    by_figure: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in found.table.to_pylist():
        by_figure[row["figure"]].append(row)
    for name, rows in by_figure.items():
        _print_figure(definition(name), rows, found, language)
    for number, note in found.notes.items():
        words.print(f"[{number}] {note.words.in_language(language)}", markup=False)
    if any(row["suppressed"] for rows in by_figure.values() for row in rows):
        words.print(f"{SUPPRESSED} not shown: few persons, or others could be worked out from it")
    if found.lacking:
        words.print(f"{len(found.lacking)} figures lack tables in some of the snapshots; --json lists them.")


def _print_figure(each: Definition, rows: Sequence[dict[str, Any]], found: Series, language: Language) -> None:
    """One figure: a row an area and group, a column a period."""
    from fastlege.reporting.series.rows import group_name

    title, unit = each.title.in_language(language), UNITS[each.unit].in_language(language)
    words.print(f"{title} ({each.id}), {unit}")
    cells = {(row["area"], row["group"], row["period"]): row for row in rows}
    groups = {row["group"]: group_name(row, language) for row in rows}
    periods = list(dict.fromkeys(row["period"] for row in rows))
    common = {period: _common(row for row in rows if row["period"] == period) for period in periods}
    table = Table("area", "name", *(["group"] if any(groups) else []), box=None)
    for period in periods:
        table.add_column(_noted(period, common[period]), justify="right")
    level = Level(rows[0]["level"])
    order = {code: at for at, code in enumerate(found.areas.codes(level))}
    for area in sorted({row["area"] for row in rows}, key=lambda code: order.get(code, len(order))):
        for group, words_of in groups.items():
            shown = [_cell(each, cells.get((area, group, period)), common[period]) for period in periods]
            named = [words_of] if any(groups) else []
            table.add_row(area, found.areas.name(level, area).in_language(language), *named, *shown)
    words.print(table)


def _common(rows: Iterable[dict[str, Any]]) -> list[str]:
    """The notes that all areas of a period have: they stand once, in the heading."""
    notes = [row["notes"] for row in rows]
    return [number for number in notes[0] if all(number in each for each in notes)]


def _cell(each: Definition, row: dict[str, Any] | None, common: Sequence[str]) -> str:
    if row is None:
        return ""
    value = UNKNOWN if row["value"] is None else f"{row['value']:.{each.decimals}f}"
    own = [number for number in row["notes"] if number not in common]
    return _noted(SUPPRESSED if row["suppressed"] else value, own)


def _noted(text: str, numbers: Sequence[str]) -> str:
    return f"{text} \\[{', '.join(numbers)}]" if numbers else text

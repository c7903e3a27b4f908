"""What the commands of reductions and closures read and print alike."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastlege.cli.output import counted, print_json, words

if TYPE_CHECKING:
    from fastlege.planning.displaced.placements import Placements

Language = Annotated[str, typer.Option(help="Language of what people are told: nb, nn or en.")]


def day(text: str) -> date:
    """A day from the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is not a day such as 2023-11-01") from error


def show_placements(placed: Placements, out: Path, *, as_json: bool) -> None:
    """Print how many went where, and how good the placing is."""
    counts = {name: placed.count(name) for name in ("takeover", "wish", "near", "first_in_line")}
    if as_json:
        print_json(
            {"people": placed.rows.height, **counts, "metres": placed.metres, "bound_metres": placed.bound}
            | {"bound_near": placed.bound_placed, "out": str(out)}
        )
        return
    words.print(f"{counted(placed.rows.height, 'person', 'people')}:")
    for name, count in counts.items():
        if count:
            words.print(f"  {count} {_SENTENCES[name]}")
    if counts["near"]:
        words.print(
            f"Total way {placed.metres} m, with the addition for other municipalities; dividing households would have "
            f"placed {placed.bound_placed} near, at {placed.bound} m"
        )
    words.print(f"Written to {out}")


_SENTENCES = {
    "takeover": "go to the successor",
    "wish": "get a list they had asked for",
    "near": "get a place near, the way as short as possible for all together",
    "first_in_line": "find no place for the whole household, and are first in line",
}

"""Options of commands that publish: what is out already, rounding, and what follows from what is out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from fastlege.cli.output import counted, progress
from fastlege.figures.disclosure.door import GivenAway

After = Annotated[
    list[Path] | None,
    typer.Option(
        "--after",
        metavar="DIR",
        help="Edition or report of the same day that is out, earlier versions too; repeat for more.",
    ),
]
RoundTo = Annotated[
    int, typer.Option("--round-to", metavar="N", min=1, help="Show counts of persons to the nearest multiple of N.")
]
_SHOWN = 10


def told(given_away: Sequence[GivenAway]) -> list[dict[str, str]]:
    """Cells that are given away, for machines."""
    return [
        {"measure": measure, "dimension": dimension, "group": group, "level": str(level), "area": area}
        for (measure, dimension, group), level, area in given_away
    ]


def warn_of(given_away: Sequence[GivenAway]) -> None:
    """Say which small cells follow from what is out, whatever is hidden now."""
    if not given_away:
        return
    progress.print(
        f"{counted(len(given_away), 'small number follows', 'small numbers follow')} from what is out already, "
        "whatever is hidden now:"
    )
    for (measure, dimension, group), level, area in given_away[:_SHOWN]:
        by = f" by {dimension}: {group}" if dimension else ""
        progress.print(f"  {measure}{by}, {str(level).replace('_', ' ')} {area}")
    if len(given_away) > _SHOWN:
        progress.print(f"  and {len(given_away) - _SHOWN} more")

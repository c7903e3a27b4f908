"""`fastlege closure`: where the residents of lists that end go."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from fastlege.cli.output import Json, progress
from fastlege.cli.places.words import Language, day, show_placements

app = typer.Typer(
    name="closure",
    help="Lists that end, on files: distribute or hand over.",
    no_args_is_help=True,
)

_Snapshot = Annotated[Path, typer.Option(help="Folder of the snapshot.", show_default=False)]
_On = Annotated[date, typer.Option(parser=day, metavar="DAY", help="Day of effect.", show_default=False)]
_Out = Annotated[Path, typer.Option(help="CSV file to write: one row a person, with what they are told.")]


@app.command()
def distribute(  # noqa: PLR0913, PLR0917 (each is an option of the command)
    snapshot: _Snapshot,
    lists: Annotated[list[int], typer.Option("--list", help="A list that ends; repeat for several.")],
    on: _On,
    seed: Annotated[str, typer.Option(help="Decides between those who asked at the same time.", show_default=False)],
    out: _Out,
    language: Language = "nb",
    as_json: Json = False,
) -> None:
    """Distribute the residents of lists that end, all together.

    Wishes come first, then the shortest way in all.
    """
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.planning.closure import close_lists
    from fastlege.planning.displaced.table_file import write_placements
    from fastlege.rules.parameters import load_rulebook

    with progress.status("Placing"):
        placed = close_lists(Snapshot(snapshot), lists, on=on, seed=seed, book=load_rulebook())
        write_placements(placed, out, language=language)
    show_placements(placed, out, as_json=as_json)


@app.command()
def takeover(  # noqa: PLR0913, PLR0917 (each is an option of the command)
    snapshot: _Snapshot,
    list_id: Annotated[int, typer.Option("--list", help="The list that ends.", show_default=False)],
    successor: Annotated[int, typer.Option(help="The successor's list.", show_default=False)],
    on: _On,
    out: _Out,
    language: Language = "nb",
    as_json: Json = False,
) -> None:
    """Hand the whole list to a successor."""
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.planning.closure import take_over
    from fastlege.planning.displaced.table_file import write_placements
    from fastlege.rules.parameters import load_rulebook

    with progress.status("Reading"):
        placed = take_over(Snapshot(snapshot), list_id, successor=successor, on=on, book=load_rulebook())
        write_placements(placed, out, language=language)
    show_placements(placed, out, as_json=as_json)

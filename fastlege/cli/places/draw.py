"""`fastlege draw`: draw who must leave a list that gets fewer places, check a draw, place those drawn."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from fastlege.cli.output import Json, counted, print_json, progress, words
from fastlege.cli.places.words import Language, day, show_placements

app = typer.Typer(
    name="draw",
    help="List reductions, on files: a draw that anybody can check.",
    no_args_is_help=True,
)

_SOME = 5  # a forged draw may differ everywhere; more lines would hide what is wrong

_Snapshot = Annotated[Path, typer.Option(help="Folder of the snapshot.", show_default=False)]
_File = Annotated[Path, typer.Argument(metavar="FILE", help="A draw, made by `fastlege draw run`.", show_default=False)]
_Notice = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DAY", help="When the GP gave notice.", show_default="the snapshot's day"),
]
_Agreed = Annotated[
    bool, typer.Option("--agreed", help="The municipality agrees to a shorter notice, and to a low cap.")
]


@app.command()
def run(  # noqa: PLR0913, PLR0917 (each is an option of the command)
    snapshot: _Snapshot,
    list_id: Annotated[int, typer.Option("--list", help="The list.", show_default=False)],
    tag: Annotated[str, typer.Option(help="Text that decides the lots; publish it after.", show_default=False)],
    on: Annotated[date, typer.Option(parser=day, metavar="DAY", help="Day of effect.", show_default=False)],
    out: Annotated[Path, typer.Option(help="File to write.", show_default=False)],
    persons: Annotated[int | None, typer.Option(help="How many must leave.", show_default=False)] = None,
    cap: Annotated[int | None, typer.Option(help="The new cap, instead of a number.", show_default=False)] = None,
    notice: _Notice = None,
    agreed: _Agreed = False,
    as_json: Json = False,
) -> None:
    """Draw who must leave a list, in a way that can be done again."""
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.planning.displaced.draw_file import write_draw
    from fastlege.planning.reduction import Reduction, draw_reduction
    from fastlege.rules.parameters import load_rulebook

    if (persons is None) == (cap is None):
        raise typer.BadParameter("give --persons or --cap, one of the two")
    with progress.status("Drawing"):
        source = Snapshot(snapshot)
        asked = Reduction(list_id, tag, notice or source.as_of, persons=persons, cap=cap, agreed=agreed)
        record = draw_reduction(source, asked, on=on, book=load_rulebook())
        write_draw(record, out)
    terms = record.terms
    if as_json:
        print_json(
            {"length": record.length, "persons": terms.persons, "drawn": record.drawn, "units": len(record.order)}
            | {"tag_digest": record.tag_digest, "units_digest": record.units_digest, "out": str(out)}
        )
        return
    words.print(f"{record.drawn} of {record.length} residents drawn, from {len(record.drawn_units)} households.")
    if record.drawn < terms.persons:
        words.print(f"{terms.persons - record.drawn} fewer than asked for: every household left is larger than that.")
    words.print(f"Digest of the tag, to publish before the draw: {record.tag_digest}")
    words.print(f"Digest of the households, likewise: {record.units_digest}")
    words.print(f"Written to {out}")


@app.command()
def verify(
    file: _File,
    commitment: Annotated[
        str, typer.Option(help="What was made known of the tag before the draw.", show_default=False)
    ] = "",
    as_json: Json = False,
) -> None:
    """Draw again from the file alone, and say what differs.

    Exit code 1 if anything does.
    """
    from fastlege.planning.displaced.draw_file import read_draw
    from fastlege.planning.displaced.draw_record import differences

    record = read_draw(file)
    wrong = differences(record)
    if commitment and commitment.strip().lower() != record.tag_digest:
        wrong.append("the tag is not the one that was bound before the draw: its digest differs from the commitment.")
    if as_json:
        print_json({"right": not wrong, "differences": wrong})
    elif not wrong:
        words.print("Yes: drawn again from the file, the result is the same.")
    else:
        words.print(f"No: {counted(len(wrong), 'difference', 'differences')}.")
        for each in wrong[:_SOME]:
            words.print(f"  {each}", markup=False)
        if len(wrong) > _SOME:
            words.print(f"  and {len(wrong) - _SOME} more, all in --json")
    if wrong:
        raise typer.Exit(1)


@app.command()
def place(
    file: _File,
    snapshot: _Snapshot,
    out: Annotated[Path, typer.Option(help="CSV file to write: one row a person, with what they are told.")],
    language: Language = "nb",
    as_json: Json = False,
) -> None:
    """Place those drawn: by wish, else near, else first in line."""
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.planning.displaced.draw_file import read_draw
    from fastlege.planning.displaced.table_file import write_placements
    from fastlege.planning.reduction import place_drawn
    from fastlege.rules.parameters import load_rulebook

    with progress.status("Placing"):
        placed = place_drawn(Snapshot(snapshot), read_draw(file), book=load_rulebook())
        write_placements(placed, out, language=language)
    show_placements(placed, out, as_json=as_json)

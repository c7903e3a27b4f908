"""A plan at a glance, for whoever signs it: in words, or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from fastlege.cli.output import counted, print_json, words

if TYPE_CHECKING:
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.planning.overview import Note, Overview
    from fastlege.planning.plan import Plan

_SOME = 5


def show_plan(
    plan: Plan, *, as_json: bool, out: Path | None = None, snapshot: Snapshot | None = None, language: str = "en"
) -> None:
    """Print what a plan comes to."""
    from fastlege.planning.overview import overview

    found = overview(plan, snapshot)
    if as_json:
        summary = _summary(plan, found, language)
        print_json({"out": str(out), **summary} if out else summary)
        return
    header = plan.header
    words.print(
        f"Round of {header.on}, from the state on {header.as_of}, seed {header.seed}, software {header.software}"
    )
    opened = counted(len(found.opened), "list opens", "lists open")
    words.print(f"Moves: {found.moves}; {opened}, {len(found.closed)} close")
    _print_counts("Moves by reason", found.by_reason)
    _print_counts(
        "Rings of exchange, by people in them",
        {counted(people, "person", "people"): n for people, n in found.rings.items()},
    )
    _print_counts("Queue places", {**found.places, "people in line after the round": found.in_line})
    for row in found.by_size:
        size = row.size_group.replace("_", " to ").replace("under to", "under").replace("to plus", "and more")
        words.print(
            f"  municipalities of {size}: {row.moved} moved to their lists, "
            f"{row.exchanged} of them by exchange; {row.in_line} in line"
        )
    _print_notes("Exceptions", found.exceptions, language)
    _print_notes("Worth a look", found.unusual, language)
    words.print(f"Digest {header.digest}")
    if out:
        words.print(f"Written to {out}")


def _print_counts(title: str, counts: Mapping[str, int]) -> None:
    if not counts:
        words.print(f"{title}: none")
        return
    table = Table(title=title, title_justify="left", show_header=False, box=None)
    for name, count in counts.items():
        table.add_row(name.replace("_", " "), f"{count:,}".replace(",", " "))
    words.print(table)


def _print_notes(title: str, notes: Iterable[Note], language: str) -> None:
    found = tuple(notes)
    words.print(f"{title}:" if found else f"{title}: none")
    for note in found:
        words.print(f"  {note.in_words(language)} {note.to_do(language)}")
        which = [*map(str, note.lists), *note.municipalities]
        if which:
            words.print(f"    {', '.join(which[:_SOME])}{' ...' if len(which) > _SOME else ''}")


def _summary(plan: Plan, found: Overview, language: str) -> dict[str, Any]:
    header = plan.header
    return {
        "on": header.on,
        "as_of": header.as_of,
        "seed": header.seed,
        "moves": found.moves,
        "counts": found.by_reason,
        "ways": found.by_way,
        "rings": found.rings,
        "places": found.places,
        "in_line": found.in_line,
        "by_size": [vars(row) for row in found.by_size],
        "exceptions": [_note(note, language) for note in found.exceptions],
        "unusual": [_note(note, language) for note in found.unusual],
        "lists_opened": found.opened,
        "lists_closed": found.closed,
        "input_digest": header.input_digest,
        "rule_digest": header.rule_digest,
        "software": header.software,
        "digest": header.digest,
    }


def _note(note: Note, language: str) -> dict[str, Any]:
    return {
        "kind": note.kind,
        "count": note.count,
        "lists": note.lists,
        "municipalities": note.municipalities,
        "words": note.in_words(language),
        "to_do": note.to_do(language),
    }

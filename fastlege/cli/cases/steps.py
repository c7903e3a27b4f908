"""`fastlege case`: a list that shrinks, ends or is taken over, from the wish to the day it takes effect.

case reduce|close|hand-over   record it; the commitment of a draw can be made known from then on
case draw                     a reduction: draw who must leave, and tell them; `case publish` writes the draw
case place                    work out who goes where, for reading
case sign, case apply         once, in one transaction
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from fastlege.cli.output import Json, parse_day, print_json, progress, who, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastlege.casework.models import ListCase

app = typer.Typer(
    name="case",
    help="Lists that shrink, end or are taken over, in the register.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Case = Annotated[int, typer.Argument(metavar="CASE", help="The case's number.", show_default=False)]
_List = Annotated[int, typer.Argument(metavar="LIST", help="The list.", show_default=False)]
_Snapshot = Annotated[
    Path, typer.Option(help="An export of the register, taken after the case was recorded.", show_default=False)
]
_On = Annotated[date, typer.Option(parser=parse_day, metavar="DAY", help="Day of effect.", show_default=False)]
_Notice = Annotated[date, typer.Option(parser=parse_day, metavar="DAY", help="Day of notice.", show_default=False)]
_By = Annotated[str | None, typer.Option(help="Who does it.", show_default="your login name")]
_Grounds = Annotated[str, typer.Option(help="Why, in a sentence.", show_default=False)]
_Agreed = Annotated[
    bool, typer.Option("--agreed", help="The municipality agrees to a shorter notice, and to a low cap.")
]


@app.command()
def reduce(  # noqa: PLR0913, PLR0917 (each is an option of the command)
    list_id: _List,
    cap: Annotated[int, typer.Option(help="The new cap.", show_default=False)],
    on: _On,
    notice: _Notice,
    grounds: _Grounds = "",
    agreed: _Agreed = False,
    by: _By = None,
    as_json: Json = False,
) -> None:
    """Record that a GP asks for a lower cap."""
    wish = _Wish(notice, on, grounds, agreed)
    _record(lambda steps, **asked: steps.record_reduction(list_id, cap=cap, **asked), wish, by, as_json=as_json)


@app.command()
def close(  # noqa: PLR0913, PLR0917 (each is an option of the command)
    lists: Annotated[list[int], typer.Argument(metavar="LIST...", help="The lists that end.", show_default=False)],
    on: _On,
    notice: _Notice,
    grounds: _Grounds = "",
    agreed: _Agreed = False,
    by: _By = None,
    as_json: Json = False,
) -> None:
    """Record that lists end and their residents are distributed.

    The lists are locked at once.
    """
    wish = _Wish(notice, on, grounds, agreed)
    _record(lambda steps, **asked: steps.record_closure(lists, **asked), wish, by, as_json=as_json)


@app.command("hand-over")
def hand_over(  # noqa: PLR0913, PLR0917 (each is an option of the command)
    list_id: _List,
    successor: Annotated[int, typer.Option(help="The successor's list.", show_default=False)],
    on: _On,
    notice: _Notice,
    grounds: _Grounds = "",
    agreed: _Agreed = False,
    by: _By = None,
    as_json: Json = False,
) -> None:
    """Record that a successor takes over a whole list."""
    wish = _Wish(notice, on, grounds, agreed)
    _record(
        lambda steps, **asked: steps.record_takeover(list_id, successor=successor, **asked), wish, by, as_json=as_json
    )


@app.command("list")
def list_cases(as_json: Json = False) -> None:
    """The cases of this register."""
    _open()
    from fastlege.casework.cases.planning import shown
    from fastlege.casework.cases.steps import cases

    rows = [shown(case) for case in cases()]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        words.print(f"{row['case']}: {row['kind']} of {_named(row['lists'])}, {row['on']}, {row['step']}")
    if not rows:
        words.print("No cases.")


@app.command()
def show(case: _Case, as_json: Json = False) -> None:
    """How far a case has come, and what it comes to."""
    _open()
    from fastlege.casework.cases.steps import case_of

    _show(case_of(case), as_json=as_json)


@app.command()
def draw(case: _Case, snapshot: _Snapshot, by: _By = None, as_json: Json = False) -> None:
    """Draw once who must leave a shorter list, and tell them."""
    _open()
    from fastlege.casework.cases.planning import draw_case
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.rules.parameters import load_rulebook

    with progress.status("Drawing"):
        done = draw_case(case, Snapshot(snapshot), by=who(by), book=load_rulebook())
    _show(done, as_json=as_json)


@app.command()
def publish(
    case: _Case, out: Annotated[Path, typer.Option(help="File to write.", show_default=False)], as_json: Json = False
) -> None:
    """Write a draw to a file from which anybody can draw again.

    `fastlege draw verify FILE` does so.
    """
    _open()
    from fastlege.casework.cases.planning import publish_draw
    from fastlege.casework.cases.steps import case_of

    found = case_of(case)
    publish_draw(found, out)
    if as_json:
        print_json({"commitment": found.commitment, "tag": found.tag, "out": str(out)})
    else:
        words.print(f"Written to {out}. Check it with `fastlege draw verify {out} --commitment {found.commitment}`")


@app.command()
def place(case: _Case, snapshot: _Snapshot, by: _By = None, as_json: Json = False) -> None:
    """Work out who goes where, and store it for reading. Doing it again replaces what was not applied."""
    _open()
    from fastlege.casework.cases.planning import plan_case
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.rules.parameters import load_rulebook

    with progress.status("Placing"):
        done = plan_case(case, Snapshot(snapshot), by=who(by), book=load_rulebook())
    _show(done, as_json=as_json)


@app.command()
def sign(case: _Case, by: _By = None, as_json: Json = False) -> None:
    """Record that someone has read who goes where, and answers."""
    _open()
    from fastlege.casework.cases.steps import sign_case

    _show(sign_case(case, by=who(by)), as_json=as_json)


@app.command()
def apply(
    case: _Case,
    by: _By = None,
    on: Annotated[
        date | None, typer.Option(parser=parse_day, metavar="DAY", help="Day of recording.", show_default="its own")
    ] = None,
    as_json: Json = False,
) -> None:
    """Carry out a signed case in one transaction, and tell everybody. A second time does nothing."""
    _open()
    from fastlege.casework.cases.applying import apply_case
    from fastlege.rules.parameters import load_rulebook

    with progress.status("Applying"):
        done = apply_case(case, by=who(by), book=load_rulebook(), on=on)
    if as_json:
        print_json(vars(done))
    elif not done.now:
        words.print("Nothing done: this case had been applied already.")
    else:
        words.print(
            f"{done.moved} moved, {done.first_in_line} first in line, {done.left_before} had left before by themselves."
        )


@app.command()
def withdraw(
    case: _Case,
    on: Annotated[date, typer.Option(parser=parse_day, metavar="DAY", help="Day it is done.", show_default=False)],
    by: _By = None,
    as_json: Json = False,
) -> None:
    """Give up a case that has not been applied."""
    _open()
    from fastlege.casework.cases.steps import withdraw_case

    _show(withdraw_case(case, on=on, by=who(by)), as_json=as_json)


def _open() -> None:
    from fastlege.database.ready import open_database

    open_database()


class _Wish(NamedTuple):
    """The options that every case begins with."""

    notice: date
    on: date
    grounds: str
    agreed: bool


def _record(record: Callable[..., ListCase], wish: _Wish, by: str | None, *, as_json: bool) -> None:
    """Record a case by one of the steps, and show it."""
    _open()
    from fastlege.casework.cases import steps
    from fastlege.rules.parameters import load_rulebook

    _show(
        record(steps, asked=steps.Asked(**wish._asdict()), by=who(by), book=load_rulebook()),
        as_json=as_json,
    )


def _named(lists: list[int]) -> str:
    return ("list " if len(lists) == 1 else "lists ") + ", ".join(map(str, lists))


def _show(case: ListCase, *, as_json: bool) -> None:
    from fastlege.casework.cases.planning import shown

    found = shown(case)
    if as_json:
        print_json(found)
        return
    words.print(f"Case {found['case']}: {found['kind']} of {_named(found['lists'])} on {found['on']}, {found['step']}.")
    if found["cap"] is not None:
        words.print(f"  New cap {found['cap']}")
        words.print(f"  Commitment of the draw: {found['commitment']}")
    if found["tag"] and found["cap"] is not None:
        words.print(f"  Tag of the draw: {found['tag']}")
    for key, count in found["people"].items():
        words.print(f"  {count} {key.replace('_', ' ')}")

"""`fastlege claims send | receive | control | answer | status`: messages, and what became of them in the register."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import orjson
import typer

from fastlege.cli.money.words import today
from fastlege.cli.output import Json, parse_day, print_json, progress_bar, who, words
from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file

if TYPE_CHECKING:
    from fastlege.access.viewers import Viewer
    from fastlege.claims.actions import Controlled, Received

_NOT_HERE = "Check the id; `fastlege claims receive` takes messages in."

_File = Annotated[Path, typer.Argument(help="Claim messages as JSON, one a line; - for standard input.")]
_Id = Annotated[str, typer.Argument(help="The message's id.")]
_On = Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="The day of receipt.", show_default="today")]
_By = Annotated[str | None, typer.Option(help="Who does it.", show_default="your login name")]
_Answers = Annotated[
    Path | None,
    typer.Option(help="File for the answers, one a line, in the order of the messages.", show_default=False),
]
_Claims = Annotated[Path, typer.Option(help="Folder with a year of claims and the registers.", show_default=False)]
_Out = Annotated[Path, typer.Option(help="File of the messages, one a line.", show_default=False)]
_First = Annotated[str, typer.Option(help="First day of the work.", metavar="YYYY-MM-DD", show_default=False)]
_Last = Annotated[str, typer.Option(help="Last day of the work.", metavar="YYYY-MM-DD", show_default=False)]


def receive(file: _File, answers: _Answers = None, on: _On = "", by: _By = None, as_json: Json = False) -> None:
    """Take a file of messages in, whole, and control its bills.

    A message that is wrong is refused with its errors, and the others are taken. A line that is no message means that
    the file is damaged, and nothing is taken. The same file again changes nothing. Interrupted during the control, the
    rest is controlled by the same command again, or by `fastlege claims control`.
    """
    day = parse_day(on) if on else today()
    with open_lines(file) as lines, progress_bar() as report:
        from fastlege.database.ready import open_database

        open_database()
        from fastlege.claims import actions

        size = file.stat().st_size if str(file) != "-" else 0
        received = actions.receive_file(lines, on=day, by=who(by), size=size, report=report)
        done = actions.control_waiting(
            on=day, report=lambda bills: report("control", bills / max(received.bills, bills, 1))
        )
        if answers:
            _write_answers(received, answers)
    _tell(received, done, as_json=as_json)


def control(on: _On = "", as_json: Json = False) -> None:
    """Control the bills and credit notes that wait for it.

    Some do after a receipt that was interrupted.
    """
    day = parse_day(on) if on else today()
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.claims import actions

    with progress_bar() as report:
        done = actions.control_waiting(on=day, report=lambda bills: report(f"{bills} bills", 0.0))
    if as_json:
        print_json(vars(done))
    else:
        words.print(_decided(done))


def answer(message_id: _Id) -> None:
    """Print the answer to a message.

    It has the message's errors, or every bill with its breaches, in three languages.
    """
    viewer = _open()
    from fastlege.claims import queries

    found = queries.answer(viewer, message_id)
    if found is None:
        raise DataError("no message with this id has come here.", remedy=_NOT_HERE)
    print_json(found)


def status(message_id: _Id, as_json: Json = False) -> None:
    """Show how far the bills of a message have come."""
    viewer = _open()
    from fastlege.claims import queries

    found = queries.progress(viewer, message_id)
    if found is None:
        raise DataError("no message with this id has come here.", remedy=_NOT_HERE)
    if as_json:
        print_json(found)
        return
    words.print(f"Message {found.status.value} on {found.received_on}")
    for bill in found.bills:
        run = f" in {bill.run}" if bill.run else ""
        back = f"; taken back in {bill.taken_back_in}" if bill.taken_back_in else ""
        words.print(
            f"Bill {bill.bill_number}: control {bill.control.value}, {bill.status.value.replace('_', ' ')}, "
            f"payment {bill.payment.value.replace('_', ' ')}{run}{back}",
            markup=False,
        )


def send(claims: _Claims, out: _Out, first: _First, last: _Last, as_json: Json = False) -> None:
    """Write claims of a synthetic year as doctors' messages.

    One message of each doctor and day.
    """
    days = parse_day(first), parse_day(last)
    if days[1] < days[0]:
        raise typer.BadParameter("the last day lies before the first", param_hint="--last")
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.rules.claims.columns.year import period_of
    from fastlege.simulation.claims.messages import write_messages

    snapshot = Snapshot(claims)
    since, until = period_of(snapshot)
    if days[1] < since or until < days[0]:
        raise DataError(f"the claims are of {since} to {until}.", where=str(claims), remedy="Name days among those.")
    with progress_bar() as report:
        written = write_messages(snapshot, out, first=days[0], last=days[1], report=report)
    if as_json:
        print_json(written)
    else:
        words.print(f"{written.messages} messages with {written.bills} bills. Written: {out}")


@contextmanager
def open_lines(file: Path) -> Iterator[BinaryIO]:
    """The lines of a file, or of standard input."""
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        lines = file.open("rb")
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror}).", where=str(file), remedy="Check the path.") from error
    with lines:
        yield lines


def _tell(received: Received, done: Controlled, *, as_json: bool) -> None:
    if as_json:
        counts = {name: getattr(received, name) for name in ("messages", "received", "refused", "again", "bills")}
        print_json({**counts, "control": vars(done)})
        return
    words.print(
        f"{received.messages} messages: {received.received} received, {received.refused} refused whole, "
        f"{received.again} had come before."
    )
    words.print(_decided(done))


def _decided(done: Controlled) -> str:
    return f"{done.bills} bills controlled: {done.approved} approved, {done.refused} refused; {done.credited} credited."


def _write_answers(received: Received, path: Path) -> None:
    from fastlege.claims.queries import answers_to

    with whole_file(path) as part, part.open("wb") as file:
        for one in answers_to(received.digests):
            file.write(orjson.dumps(one) + b"\n")


def _open() -> Viewer:
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.access.viewers import Role, Viewer

    return Viewer(getuser(), Role.ADMINISTRATOR, purpose="claims")

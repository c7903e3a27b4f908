"""`fastlege messages`: deliver the e-mails that say that there is a message, and see how they fare."""

from __future__ import annotations

import os
import signal
import threading
from getpass import getuser
from typing import Annotated

import typer

from fastlege.cli.output import Json, print_json, words

app = typer.Typer(
    name="messages",
    help="E-mails that say that there is a message: send and follow.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_PAUSE_SECONDS = 5


@app.command()
def deliver(
    once: Annotated[bool, typer.Option("--once", help="Deliver what is due and stop.")] = False, as_json: Json = False
) -> None:
    """Deliver e-mails as they fall due, until stopped. Any number of these may run beside each other."""
    from fastlege.messages.mail.address import mail_server

    server = mail_server(os.environ)
    from fastlege.database.ready import open_database

    open_database()
    from django.utils.timezone import localdate

    from fastlege.messages.mail.worker import Retries, at_work
    from fastlege.rules.parameters import load_rulebook

    # Told to stop, a worker finishes the e-mail that it is handing over, so that nobody has to wonder about it.
    told_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_stop.set())
    with at_work(server, Retries.of(load_rulebook(), on=localdate())) as worker:
        while not told_to_stop.is_set():
            counts = worker.deliver_due(until=told_to_stop.is_set)
            if once or counts:
                _show(counts, as_json=as_json)
            if once:
                return
            told_to_stop.wait(_PAUSE_SECONDS)


@app.command()
def status(as_json: Json = False) -> None:
    """How many e-mails wait, were sent, or were refused.

    And how many may have been sent. Numbers, nobody's names.
    """
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.access.viewers import Role, Viewer
    from fastlege.messages.queries import notices_by_state

    _show(notices_by_state(Viewer(getuser(), Role.ADMINISTRATOR)), as_json=as_json)


@app.command()
def retry(as_json: Json = False) -> None:
    """Send again what may have been sent.

    These are notices whose worker died while it handed them over.
    """
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.access.viewers import Role, Viewer
    from fastlege.messages.actions import send_unknown_again

    _show({"waiting": send_unknown_again(Viewer(getuser(), Role.ADMINISTRATOR))}, as_json=as_json)


def _show(counts: dict[str, int], *, as_json: bool) -> None:
    if as_json:
        print_json(counts)
        return
    for state, count in counts.items():
        words.print(f"{count} {_WORDS[state]}")
    if not counts:
        words.print("No e-mails.")


_WORDS = {
    "waiting": "wait for their time",
    "claimed": "are being sent",
    "handing_over": "are being handed over",
    "sent": "sent",
    "refused": "refused by the mail server for good",
    "unknown": "may have been sent: the worker died while it handed them over (`fastlege messages retry`)",
    "not_wanted": "no longer wanted",
}

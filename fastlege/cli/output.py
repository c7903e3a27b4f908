"""What commands share: JSON or words on standard output, errors in one line on standard error, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from getpass import getuser
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from fastlege.kernel.errors import DataError, Refused
from fastlege.rules.texts import provision, text

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]


class Language(StrEnum):
    """The languages that definitions, figures and notes are written in."""

    NB = "nb"
    NN = "nn"
    EN = "en"


SUPPRESSED = ":"
"""Sign for a value that may not be shown, as official statistics write it."""

words = Console(highlight=False, soft_wrap=True)
"""Standard output for people."""

progress = Console(stderr=True, highlight=False)
"""Standard error: progress and messages that are not the answer."""

# What a shell reports of a command that Ctrl-C ended; Typer turns the key into it.
_INTERRUPTED = 130


def counted(count: int, one: str, many: str) -> str:
    """A number with its noun: `1 list`, `2 lists`."""
    return f"{count} {one if count == 1 else many}"


def parse_day(text: str) -> date:
    """A day given on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is not a day such as 2023-11-01") from error


def who(by: str | None) -> str:
    """Who does it: as named, or, when nobody is named, as logged in on the machine."""
    name = getuser() if by is None else by
    if not name.strip():
        raise DataError("a step is not taken without a name.", remedy="Say who with --by.")
    return name


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode() + "\n")


@contextmanager
def report_failure() -> Iterator[None]:
    """Turn expected errors into one clear message and exit code 1, and Ctrl-C into exit code 130."""
    try:
        yield
    except Refused as error:
        for violation in error.violations:
            sys.stderr.write(f"fastlege: {text(violation, 'en')} ({provision(violation.rule)})\n")
        sys.exit(1)
    except DataError as error:
        sys.stderr.write(f"fastlege: {error}\n")
        sys.exit(1)
    except SystemExit as stop:
        if stop.code == _INTERRUPTED:
            sys.stderr.write("fastlege: interrupted; nothing was left half-done\n")
        raise


@contextmanager
def progress_bar() -> Iterator[Callable[[str, float], None]]:
    """A bar on standard error, where that is a terminal; gives what is told what is being done and the share done."""
    columns = [TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()]
    with Progress(*columns, console=progress, transient=True, disable=not progress.is_terminal) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda what, share: bar.update(task, description=what, completed=share)

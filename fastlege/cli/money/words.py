"""How commands about money read months and scenarios, and write amounts."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from fastlege.kernel.money import to_kroner

_NORWAY = ZoneInfo("Europe/Oslo")

Weights = Annotated[
    Path | None,
    typer.Option(metavar="SET", help="Another set of weights than the one in force, made by `fastlege pay calibrate`."),
]
Scenarios = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Rules to replace; may be given again. See `fastlege pay scenarios`."),
]


def parse_month(text: str) -> date:
    """A month given on the command line: its first day."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) or text.startswith("0000"):
        raise typer.BadParameter(f"{text} is not a month such as 2023-10")
    return date.fromisoformat(f"{text}-01")


def today() -> date:
    """The day in Norway, for commands that are not told one."""
    return datetime.now(_NORWAY).date()


def as_kroner(ore: int) -> str:
    """An amount in kroner with its thousands apart."""
    return f"{to_kroner(ore):,}".replace(",", " ")

"""What a municipality can answer: how recruiting GPs goes, from green (no trouble) to red (great trouble).

The scale is that of the surveys of 2017 and 2018; only its ends were described there, and yellow and orange stand
evenly between them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How it goes, in order from best to worst."""

    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class Change(StrEnum):
    """How an answer stands to the one before."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    UNKNOWN = "unknown"


class Said(NamedTuple):
    """What is known of one municipality in one survey. The change is given where a source tells it without levels."""

    level: Level | None
    change: Change | None = None


class Compared(NamedTuple):
    """One municipality in two surveys."""

    municipality: str
    before: Level | None
    after: Level | None
    change: Change


@dataclass(frozen=True)
class Comparison:
    """Two surveys side by side."""

    rows: tuple[Compared, ...]

    def count(self, change: Change) -> int:
        """How many municipalities have changed in this way."""
        return sum(row.change is change for row in self.rows)

    def moves(self) -> Mapping[tuple[Level, Level], int]:
        """How many went from one level to another, for each pair of known levels."""
        known = ((row.before, row.after) for row in self.rows if row.before and row.after)
        return Counter((before, after) for before, after in known)


def compare(before: Mapping[str, Said], after: Mapping[str, Said]) -> Comparison:
    """What has become of every municipality that is known from either of two surveys, in the order of codes."""
    nothing = Said(None)
    rows = []
    for municipality in sorted(before.keys() | after.keys()):
        was, now = before.get(municipality, nothing), after.get(municipality, nothing)
        rows.append(Compared(municipality, was.level, now.level, _change(was, now)))
    return Comparison(tuple(rows))


def _change(before: Said, after: Said) -> Change:
    if before.level is None or after.level is None:
        return after.change or Change.UNKNOWN
    order = list(Level)
    was, now = order.index(before.level), order.index(after.level)
    if was == now:
        return Change.SAME
    return Change.WORSE if now > was else Change.BETTER

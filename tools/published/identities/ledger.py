"""Identities, held or not, and the reasons of those that are known not to hold."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tools.published.printed import DATA, NOTHING, Range, Table, exactly


@dataclass(frozen=True)
class Identity:
    """One identity: the table it is about, a name, whether it holds, and what was found."""

    table: str
    name: str
    holds: bool
    told: str


@dataclass(frozen=True)
class Known:
    """Identities of a report that do not hold in print, and why."""

    report: str
    pattern: str
    note: str
    count: str
    """How many identities it is about, so that no other hides behind it."""
    reason: str


class Ledger:
    """The identities of one report."""

    def __init__(self, report: str) -> None:
        self.report = report
        self.found: list[Identity] = []

    def note(self, table: str, name: str, holds: bool, told: str = "") -> None:
        """An identity that is true or not."""
        self.found.append(Identity(table, f"{table} {name}", holds, told))

    def equal(self, table: str, name: str, computed: Range, printed: Range) -> None:
        """An identity of what is computed and what is printed."""
        self.note(table, name, computed.meets(printed), f"computed {computed}, printed {printed}")

    def sums(self, cells: Table, at: int, total: str, parts: Sequence[str], *, counts: bool = False) -> None:
        """In every row and column of a table, the parts along one key add up to the total."""
        for key in [key for key in cells.texts if key[at] == total and (cells.has(*key) or counts)]:
            of = [(*key[:at], part, *key[at + 1 :]) for part in parts]
            read = cells.count if counts else cells.at
            there = [each for each in of if cells.has(*each)]
            if there:
                computed = sum((read(*each) for each in there), start=NOTHING)
                self.equal(cells.number, f"sum {' '.join(key)} of {parts[0]} ...", computed, read(*key))

    def changes(self, levels: Table, changes: Table, at: int, *, percent: bool, counts: bool = False) -> None:
        """Each change is that between the values of the periods that it names, `2019Q4-2025Q4`."""
        read = levels.count if counts else levels.at
        for key in changes.texts:
            first, last = _ends(key[at])
            before, after = ((*key[:at], end, *key[at + 1 :]) for end in (first, last))
            if changes.has(*key) and levels.has(*before) and levels.has(*after):
                old, new = read(*before), read(*after)
                if percent and old.low <= 0:
                    continue
                computed = (new / old - exactly(1)) * 100 if percent else new - old
                self.equal(changes.number, f"change {' '.join(key)}", computed, changes.at(*key))

    def same(self, one: tuple[Table, Sequence[str]], other: tuple[Table, Sequence[str]]) -> None:
        """Two cells of different tables print the same."""
        (a, key), (b, beside) = one, other
        name = f"equals {b.number} {' '.join(key)}"
        self.note(a.number, name, a.text(*key) == b.text(*beside), f"{a.text(*key)} and {b.text(*beside)}")


def known(report: str) -> list[Known]:
    """The identities of a report that are known not to hold."""
    with (DATA / "contradictions.csv").open(encoding="utf-8", newline="") as lines:
        return [Known(**row) for row in csv.DictReader(lines) if row["report"] == report]


def explained(identity: Identity, of: Iterable[Known]) -> Known | None:
    """Why an identity does not hold, or None when nobody knows."""
    return next((each for each in of if fnmatchcase(identity.name, each.pattern)), None)


def _ends(span: str) -> tuple[str, str]:
    """`2019-2025`, `2025Q4-2026-05`: the first period and the last."""
    first, _, last = span.partition("-")
    return first, last

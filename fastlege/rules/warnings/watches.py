"""What is watched: codes, and what their use is counted against (`watches.csv`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from fastlege.rules.claims.checks.combinations import BASES
from fastlege.rules.dated_rows import DATA, Line, read_each, refuse_problems
from fastlege.rules.tariffs import CodeList, load_fees, parse_codes

FILE = "watches.csv"
HEADER = ("watch", "codes", "of", "source", "confidence", "note")
CONSULTATIONS, BILLS = "consultations", "bills"


@dataclass(frozen=True)
class Watch:
    """One pattern: the share of a doctor's bills (or consultations) that have any of some codes."""

    name: str
    codes: CodeList
    of: str


@cache
def load_watches() -> tuple[Watch, ...]:
    """All rows of the file, checked."""
    watches, problems = read_each(DATA / FILE, HEADER, _read)
    refuse_problems(problems)
    return tuple(watches)


@cache
def consultation_codes() -> frozenset[str]:
    """The codes of consultations and home visits, of whatever day."""
    types = frozenset().union(*BASES.values())
    return frozenset(fee.code for fee in load_fees() if fee.contact_type in types)


def _read(line: Line) -> Watch:
    cells = line.cells
    if cells["of"] not in (CONSULTATIONS, BILLS):
        raise ValueError(f"of is {cells['of']!r}; expected {CONSULTATIONS} or {BILLS}")
    return Watch(cells["watch"], parse_codes(cells["codes"]), cells["of"])

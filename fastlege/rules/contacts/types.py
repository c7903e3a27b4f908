"""What kind of contact a bill is, by the first of its codes that says so: table V3.1 and what came after it.

The rows of `contact_types.csv` stand in order of precedence: a bill with codes of several rows belongs to the first of
them. So a dialogue meeting wins over the family of L codes, and an administrative code counts only alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources.abc import Traversable

from fastlege.rules.dated_rows import DATA, Line, Validity, read_each, read_validity, refuse_problems, source_problems
from fastlege.rules.tariffs.codes import is_code

FILE = "contact_types.csv"
HEADER = (
    *("contact_type", "medium", "evening", "codes", "families", "valid_from", "valid_to"),
    *("source", "confidence", "note"),
)
MEDIA = ("office", "home", "remote", "text", "phone", "video", "unspecified", "none")
NO_TYPE = "none"
"""The type of a bill that has no code of any row."""


@dataclass(frozen=True)
class ContactKind:
    """One row: a type, by which medium, at which time of day. Codes of a family begin with its letter."""

    contact_type: str
    medium: str
    evening: bool
    codes: frozenset[str]
    families: frozenset[str]
    validity: Validity
    line: int

    def covers(self, code: str) -> bool:
        """Whether a code makes a bill a contact of this kind."""
        return code in self.codes or code[:1] in self.families


@cache
def load_contact_kinds(path: Traversable = DATA / FILE) -> tuple[ContactKind, ...]:
    """All rows of a file in order, checked; otherwise a `DataError` that names file and line of every problem."""
    kinds, problems = read_each(path, HEADER, _read)
    refuse_problems(problems)
    return tuple(kinds)


def contact_types() -> tuple[str, ...]:
    """The types in order of precedence, each once."""
    return tuple(dict.fromkeys(kind.contact_type for kind in load_contact_kinds()))


def precedence(code: str, *, on: date) -> int | None:
    """The position of the first row that covers a code on a day; none for a code that makes no contact."""
    for position, kind in enumerate(load_contact_kinds()):
        if kind.validity.period.contains(on) and kind.covers(code):
            return position
    return None


def kind_of_bill(codes: Sequence[str], *, on: date) -> ContactKind | None:
    """The kind of contact that a bill is, or none."""
    found = [position for code in codes if (position := precedence(code, on=on)) is not None]
    return load_contact_kinds()[min(found)] if found else None


def _read(line: Line) -> ContactKind:
    cells = line.cells
    validity = read_validity(line)
    problems = source_problems(line, validity)
    codes = frozenset(cells["codes"].split())
    if strange := sorted(code for code in codes if not is_code(code)):
        problems.append(f"{', '.join(strange)} is not a tariff code")
    if cells["medium"] not in MEDIA:
        problems.append(f"medium is {cells['medium']!r}; expected one of {', '.join(MEDIA)}")
    if cells["evening"] not in ("yes", "no"):
        problems.append(f"evening is {cells['evening']!r}; expected yes or no")
    if problems:
        raise ValueError("; ".join(problems))
    families = frozenset(cells["families"].split())
    kind, medium, evening = cells["contact_type"], cells["medium"], cells["evening"] == "yes"
    return ContactKind(kind, medium, evening, codes, families, validity, line.number)

"""What a bill may say of the circumstances that rules ask for: `claim_circumstances.csv`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from fastlege.kernel.errors import DataError
from fastlege.rules.dated_rows import DATA, read_lines

FILE = "claim_circumstances.csv"
HEADER = ("words", "circumstance", "nb", "nn", "en")


@dataclass(frozen=True)
class Circumstance:
    """One circumstance: the words of a rule for it, the code on a bill, and a clause in each language."""

    words: str
    code: str
    clauses: Mapping[str, str]


@cache
def load_circumstances() -> tuple[Circumstance, ...]:
    """All circumstances of the file; several wordings may mean the same."""
    return tuple(
        Circumstance(
            line.cells["words"],
            line.cells["circumstance"],
            {language: line.cells[language] for language in ("nb", "nn", "en")},
        )
        for line in read_lines(DATA / FILE, HEADER)
    )


def codes() -> frozenset[str]:
    """The circumstances that a bill may name."""
    return frozenset(found.code for found in load_circumstances())


def circumstance_of(words: str) -> str:
    """The circumstance that a rule means by its words."""
    for found in load_circumstances():
        if found.words == words:
            return found.code
    raise DataError(f"no circumstance is called {words!r}.", where=FILE, remedy="Add the row.")


def clause(code: str, language: str) -> str:
    """A circumstance as a clause: `it was an emergency`."""
    return next(found.clauses[language] for found in load_circumstances() if found.code == code)

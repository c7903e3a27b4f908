"""Where two rules contradict each other about a pair of codes: which one is followed, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable

from fastlege.rules.dated_rows import DATA, Line, Validity, read_each, read_validity, refuse_problems, source_problems
from fastlege.rules.tariffs.codes import is_code

FILE = "claim_decisions.csv"
HEADER = ("code", "other", "decision", "valid_from", "valid_to", "source", "confidence", "note")
ALLOWED, REFUSED = "allowed", "refused"


@dataclass(frozen=True)
class Decision:
    """A pair of codes that one rule names as fit to stand together and another refuses."""

    pair: frozenset[str]
    allowed: bool
    validity: Validity
    note: str
    line: int


@cache
def load_decisions(path: Traversable = DATA / FILE) -> tuple[Decision, ...]:
    """All decisions of a file, checked; otherwise a `DataError` that names file and line of every problem."""
    decisions, problems = read_each(path, HEADER, _read)
    refuse_problems([*problems, *_twice(path.name, decisions)])
    return tuple(decisions)


def _twice(file: str, decisions: Sequence[Decision]) -> Iterator[str]:
    for place, later in enumerate(decisions):
        for earlier in decisions[:place]:
            if later.pair == earlier.pair and later.validity.period.overlaps(earlier.validity.period):
                yield f"{file}, line {later.line}: line {earlier.line} decides the pair for some of these days."


def _read(line: Line) -> Decision:
    cells = line.cells
    validity = read_validity(line)
    problems = source_problems(line, validity)
    pair = frozenset((cells["code"], cells["other"]))
    if not all(map(is_code, pair)) or len(pair) != 2:
        problems.append("it does not name two different tariff codes")
    if cells["decision"] not in (ALLOWED, REFUSED):
        problems.append(f"decision is {cells['decision']!r}; expected {ALLOWED} or {REFUSED}")
    if not cells["note"]:
        problems.append("it gives no reason")
    if problems:
        raise ValueError("; ".join(problems))
    return Decision(pair, cells["decision"] == ALLOWED, validity, cells["note"], line.number)

"""What a tariff code pays on a day: the whole fee and the patient's share of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources.abc import Traversable
from itertools import groupby, pairwise

from fastlege.kernel.errors import DataError
from fastlege.rules.dated_rows import (
    DATA,
    Line,
    Validity,
    read_each,
    read_validity,
    refuse_problems,
    source_problems,
)
from fastlege.rules.tariffs.codes import is_code

FILE = "tariffs.csv"
HEADER = (
    "code",
    "name",
    "contact_type",
    "amount",
    "patient_share",
    "valid_from",
    "valid_to",
    "source",
    "confidence",
)
CONTACT_TYPES = frozenset(
    {
        "admin",
        "admin_list",
        "collaboration",
        "consultation",
        "consultation_group",
        "e_consultation",
        "e_consultation_phone",
        "e_consultation_text",
        "e_consultation_video",
        "home_visit",
        "lab",
        "on_call",
        "patient_paid",
        "procedure",
        "radiology",
        "simple_in_person",
        "simple_remote",
        "supplement",
        "travel",
    }
)


@dataclass(frozen=True)
class Fee:
    """One fee in one period, in whole kroner; `None` where a source gives only the other of the two amounts."""

    code: str
    name: str
    contact_type: str
    amount: int | None
    patient_share: int | None
    validity: Validity
    source: str
    confidence: str
    line: int


@cache
def load_fees(path: Traversable = DATA / FILE) -> tuple[Fee, ...]:
    """All fees of a file, checked; otherwise a `DataError` that names file and line of every problem."""
    fees, problems = read_each(path, HEADER, _read_fee, lambda line: f"{line.cells['code']}: ")
    refuse_problems([*problems, *_overlaps(path.name, fees)])
    return tuple(fees)


def fee_on(code: str, *, on: date) -> Fee:
    """The fee of a code on a day."""
    of_code = [fee for fee in load_fees() if fee.code == code]
    holding = [fee for fee in of_code if fee.validity.period.contains(on)]
    if not holding:
        known = ", ".join(f"{fee.validity.first} to {fee.validity.last or 'now'}" for fee in of_code)
        raise DataError(
            f"Tariff {code} has no fee on {on}; known: {known}." if of_code else f"{code} is not a tariff code.",
            remedy=f"Add the row, with its source, to {FILE}." if of_code else "",
        )
    return holding[0]


def _read_fee(line: Line) -> Fee:
    cells = line.cells
    validity = read_validity(line)
    amount, share = _kroner(cells["amount"]), _kroner(cells["patient_share"])
    problems = source_problems(line, validity)
    if not is_code(cells["code"]):
        problems.append("it is not a tariff code")
    if cells["contact_type"] not in CONTACT_TYPES:
        problems.append(f"unknown contact type {cells['contact_type']!r}")
    if amount is None and share is None:
        problems.append("it has neither an amount nor a patient share")
    if amount is not None and share is not None and share > amount:
        problems.append("the patient's share is more than the fee")
    if problems:
        raise ValueError("; ".join(problems))
    return Fee(
        cells["code"],
        cells["name"],
        cells["contact_type"],
        amount,
        share,
        validity,
        cells["source"],
        cells["confidence"],
        line.number,
    )


def _kroner(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise ValueError(f"{text!r} is not an amount in whole kroner")
    return int(text)


def _overlaps(file: str, fees: Sequence[Fee]) -> Iterator[str]:
    ordered = sorted(fees, key=lambda fee: (fee.code, fee.validity.period.start))
    for code, group in groupby(ordered, key=lambda fee: fee.code):
        for earlier, later in pairwise(group):
            if earlier.validity.period.overlaps(later.validity.period):
                yield f"{file}, line {later.line}: {code}: it overlaps line {earlier.line}."

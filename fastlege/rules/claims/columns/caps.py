"""The caps that the hearing of 2023 proposed, tried on a year of claims: they are rules once their rows hold a number.

The proposal set no numbers. A scenario puts rows with numbers in the place of those without (`claim_scenarios/`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numba
import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.claims.checks.combinations import BASES
from fastlege.rules.claims.columns.codes import CodeBook
from fastlege.rules.claims.columns.reading import MAKE_AGAIN, read_bills
from fastlege.rules.dated_rows import DATA
from fastlege.rules.parameter_file import ParameterRow, read_parameters
from fastlege.rules.parameters import Rulebook, load_rulebook
from fastlege.rules.tariffs import load_fees

Report = Callable[[str, float], None]

FEES_PER_DAY = "hearing2023.cap_consultation_fees_per_patient_day"
RESIDENTS = "hearing2023.cap_list_per_company"
_FOLDER = DATA / "claim_scenarios"
_SOURCE = "tried on the command line"


@dataclass(frozen=True)
class FeeCap:
    """What a cap on consultation fees for a patient on a day would take away, in whole øre."""

    most: int
    fees: int
    over: int
    patient_days: int
    patients: int
    doctors: int
    amount: int
    reimbursed: int


@dataclass(frozen=True)
class CompanyCap:
    """Which companies would have more residents than a cap. Offices stand for companies: nobody registers those."""

    most: int
    companies: int
    over: int
    residents: int
    residents_over: int


def scenario_names() -> tuple[str, ...]:
    """The scenarios of claims that the package brings."""
    return tuple(sorted(entry.name.removesuffix(".csv") for entry in _FOLDER.iterdir()))


def book_with(scenario: str, *, fees: int | None = None, residents: int | None = None) -> Rulebook:
    """The rulebook with a scenario's rows, and with other numbers in the place of theirs."""
    if scenario not in scenario_names():
        raise DataError(
            f"there is no scenario {scenario!r}.",
            where="scenario",
            remedy=f"Choose among: {', '.join(scenario_names())}.",
        )
    rows = read_parameters(_FOLDER / f"{scenario}.csv")
    tried = {FEES_PER_DAY: fees, RESIDENTS: residents}
    return load_rulebook().with_rows([_with_number(row, tried.get(row.parameter)) for row in rows])


def cap_fees(snapshot: Snapshot, book: Rulebook, *, on: date, report: Report = lambda *_: None) -> FeeCap:
    """The consultation fees beyond the cap, whoever billed them: those of a patient's later contacts of a day."""
    most = book.whole(FEES_PER_DAY, on=on)
    types = frozenset().union(*BASES.values())
    consultations = {fee.code for fee in load_fees() if fee.contact_type in types}
    codes, total, done = CodeBook(), snapshot.rows("claims"), 0
    people, staff = _size(snapshot, "persons", "person_id"), _size(snapshot, "doctors", "doctor_id")
    used = (np.zeros(people, np.int32), np.zeros(people, np.int32))
    sums, patients, doctors = np.zeros(5, np.int64), np.zeros(people, np.bool_), np.zeros(staff, np.bool_)
    for ids, bills in read_bills(snapshot, codes):
        for who, size in (("person", people), ("doctor", staff)):
            if len(ids) and not 0 <= bills.bills[who].min() <= bills.bills[who].max() < size:
                raise DataError(f"a claim names a {who} that the snapshot lacks.", where="claims", remedy=MAKE_AGAIN)
        counted = np.array([code in consultations for code in codes.codes()], np.bool_)
        _beyond((bills.bills, bills.lines), counted, most, used, (sums, patients, doctors))
        done += len(ids)
        report("fees", done / total)
    fees, over, days, amount, reimbursed = map(int, sums)
    return FeeCap(most, fees, over, days, int(patients.sum()), int(doctors.sum()), amount, reimbursed)


def cap_companies(snapshot: Snapshot, book: Rulebook, *, on: date) -> CompanyCap:
    """The residents on a day by office, beside the cap."""
    most = book.whole(RESIDENTS, on=on)
    members = pl.DataFrame(snapshot.table("memberships", ["list_id", "start", "end"]))
    holds = (pl.col("start") <= on) & (pl.col("end").is_null() | (pl.col("end") > on))
    offices = pl.DataFrame(snapshot.table("lists", ["list_id", "office_id"]))
    sizes: NDArray[np.int64] = (
        members.filter(holds).join(offices, on="list_id").group_by("office_id").len()["len"].cast(pl.Int64).to_numpy()
    )
    beyond = np.maximum(sizes - most, 0)
    return CompanyCap(most, len(sizes), int((beyond > 0).sum()), int(sizes.sum()), int(beyond.sum()))


def _size(snapshot: Snapshot, table: str, column: str) -> int:
    return int(snapshot.table(table, [column])[column].to_numpy().max(initial=0)) + 1


def _with_number(row: ParameterRow, number: int | None) -> ParameterRow:
    if number is None:
        return row
    kept = (row.parameter, number, row.unit, row.valid_from, row.valid_to)
    return ParameterRow(*kept, source=_SOURCE, confidence="assumed")


@numba.njit(cache=True, nogil=True)
def _beyond(tables, counted, most, used, found):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add the fees of some bills in order of time: `used` is each patient's last day and fees on it."""
    bills, lines = tables
    last_day, fees = used
    sums, patients, doctors = found
    for bill in bills:
        for row in range(bill.first, bill.first + bill.lines):
            line = lines[row]
            if not counted[line.code]:
                continue
            if last_day[bill.person] != bill.day:
                last_day[bill.person], fees[bill.person] = bill.day, 0
            beyond = max(0, fees[bill.person] + line.times - most) - max(0, fees[bill.person] - most)
            sums[0] += line.times
            if beyond > 0:
                sums[2] += 1 if fees[bill.person] <= most else 0
                patients[bill.person], doctors[bill.doctor] = True, True
                sums[1] += beyond
                sums[3] += line.amount * beyond // line.times
                sums[4] += (line.amount - line.patient_share) * beyond // line.times
            fees[bill.person] += line.times

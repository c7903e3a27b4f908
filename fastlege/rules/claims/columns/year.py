"""The control of a year of bills: every rule of the tariff file, in order of time, over tables too large to hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.table_writer import TableWriter
from fastlege.rules.claims.columns.arrays import Before, Bills, Found, calendar, nothing_before, nothing_found, turn_to
from fastlege.rules.claims.columns.codes import CodeBook
from fastlege.rules.claims.columns.instructions import KINDS, LACKING
from fastlege.rules.claims.columns.loop import control_bills
from fastlege.rules.claims.columns.programme import Programme, cut, programme_on
from fastlege.rules.claims.columns.reading import MAKE_AGAIN, read_bills
from fastlege.rules.claims.known import Registers, registers_of
from fastlege.rules.claims.ruleset import ruleset_on
from fastlege.rules.tariffs import load_claim_rules

Report = Callable[[str, float], None]

BREACHES = pa.schema(
    [
        pa.field("claim_id", pa.int64(), nullable=False),
        pa.field("doctor_id", pa.int64(), nullable=False),
        pa.field("date", pa.date32(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("code", pa.string(), nullable=False),
        pa.field("other", pa.string(), nullable=False),
        pa.field("rule_line", pa.int16(), nullable=False),
    ]
)
"""The columns of a file of breaches, in order of the claims; `code` and `other` are empty where no code is meant, and
`rule_line` is nought where the rule stands elsewhere than in `tariff_rules.csv`."""

_ROOM = 1 << 18
_EPOCH = date(1970, 1, 1)


@dataclass
class Tally:
    """What the control of a year found."""

    bills: int = 0
    approved: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    not_checked: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By kind of rule, code and the fact that lacks."""
    reimbursed: int = 0
    """Øre that the state owes for approved bills."""


@dataclass(frozen=True)
class Part:
    """The outcome of some bills: which were approved, and their breaches, a row each."""

    claim_ids: NDArray[np.int64]
    bills: Bills
    approved: NDArray[np.bool_]
    breaches: pa.Table


def control_year(
    snapshot: Snapshot, out: Path | None, *, rules_of: date | None = None, report: Report = lambda *_: None
) -> Tally:
    """Check all claims of a snapshot, and write the breaches to a file, whole or not at all.

    With `rules_of` all bills are checked by the rules of that day, whenever their work was done: what a change of rules
    would mean. Early use, free cards and doctors at the same minute are told from the approved bills before.
    """
    tally = Tally()
    if out is None:
        for _ in controlled(snapshot, tally, rules_of=rules_of, report=report):
            pass
        return tally
    with whole_file(out) as path:
        writer = TableWriter(path, BREACHES)
        try:
            for part in controlled(snapshot, tally, rules_of=rules_of, report=report):
                writer.write_table(part.breaches)
        except BaseException:
            writer.abandon()
            raise
        writer.close()
    return tally


def controlled(
    snapshot: Snapshot, tally: Tally, *, rules_of: date | None = None, report: Report = lambda *_: None
) -> Iterator[Part]:
    """The claims of a snapshot in parts, checked and added to the tally."""
    first, last = period_of(snapshot)
    if rules_of is not None and not ruleset_on(rules_of).fees:
        raise DataError(f"no fees of {rules_of} are known.", remedy="Name a later day with --rules-of.")
    control = _Control(registers_of(snapshot, first, last), _before(snapshot), rules_of, cut(first, last))
    total = snapshot.rows("claims")
    for ids, bills in read_bills(snapshot, control.book):
        yield control.check(ids, bills, tally)
        report("bills", tally.bills / total)


def period_of(snapshot: Snapshot) -> tuple[date, date]:
    """The first and last day of a snapshot's claims."""
    if not snapshot.has("claims"):
        raise DataError("the table claims is missing.", where=str(snapshot.folder), remedy="Name a folder with claims.")
    days = pq.ParquetFile(snapshot.path("claims")).read(columns=["date"])["date"]
    found = pc.min_max(days).as_py()
    return found["min"], found["max"]


class _Control:
    """The rules of each period, and what approved bills have left behind."""

    def __init__(self, registers: Registers, before: Before, rules_of: date | None, bounds: tuple[date, ...]) -> None:
        self.registers, self.before, self.rules_of, self.bounds = registers, before, rules_of, bounds
        self.book, self.calendar = CodeBook(), calendar()
        self._programmes: dict[date, Programme] = {}
        self._codes: list[str] = []
        self._turned = date.min
        self._lines = 1 + max(rule.line for rule in load_claim_rules())
        self._rule_of_line = {rule.line: rule for rule in load_claim_rules()}
        self._last_moment = -1

    def check(self, ids: NDArray[np.int64], bills: Bills, tally: Tally) -> Part:
        self._refuse(bills)
        codes, place = self.book.in_order()
        if codes != self._codes:
            self._codes, self._programmes = codes, {}
        bills.lines["code"] = place[bills.lines["code"]]
        found = nothing_found(len(ids), _ROOM, len(codes), self._lines)
        tables = [BREACHES.empty_table()]
        for first, start, stop in self._periods(bills):
            known = (self._programme(first), self.registers, self.before, self.calendar)
            while start < stop:
                start, breaches = control_bills((start, stop), bills.bills, bills.lines, known, found)
                tables.append(self._table(ids, bills, found, breaches))
        part = Part(ids, bills, found.approved, pa.concat_tables(tables))
        self._add(part, found, tally)
        return part

    def _periods(self, bills: Bills) -> Iterator[tuple[date, int, int]]:
        """The parts of a batch with the same rules: the first day of the period, and which bills."""
        ends = [(later - _EPOCH).days for later in self.bounds[1:]] + [np.iinfo(np.int32).max]
        start, days = 0, bills.bills["day"].copy()
        for first, end in zip(self.bounds, ends, strict=True):
            stop = int(np.searchsorted(days, end))
            if stop > start:
                if first > self._turned:
                    self._turn_through(first)
                yield first, start, stop
            start = stop

    def _turn_through(self, first: date) -> None:
        for day in self.bounds:
            if self._turned < day <= first:
                turn_to(self.before, day)
        self._turned = first

    def _programme(self, first: date) -> Programme:
        day = self.rules_of or first
        if day not in self._programmes:
            self._programmes[day] = programme_on(day, self._codes)
        return self._programmes[day]

    def _refuse(self, bills: Bills) -> None:
        """Bills out of order of time, or of people and lists that the tables lack."""
        for name, numbers, known in (
            ("person", bills.bills["person"], len(self.before.paid)),
            ("list", bills.bills["gp_list"], len(self.before.last)),
        ):
            if len(numbers) and not 0 <= numbers.min() <= numbers.max() < known:
                raise DataError(f"a claim names a {name} that the snapshot lacks.", where="claims", remedy=MAKE_AGAIN)
        moments = bills.bills["day"].astype(np.int64) * 1440 + bills.bills["minute"]
        if len(moments) and (moments[0] < self._last_moment or np.any(np.diff(moments) < 0)):
            raise DataError(
                "claims are not in order of time.",
                where="claims",
                remedy="Make the year again with `fastlege claims build`, or number the claims in order of time.",
            )
        self._last_moment = int(moments[-1])

    def _table(self, ids: NDArray[np.int64], bills: Bills, found: Found, breaches: int) -> pa.Table:
        names = pa.array([*self._codes, ""])
        made = found.breaches[:breaches]
        rows = made["bill"]
        none = len(self._codes)
        code, other = (np.where(made[name] < 0, none, made[name]) for name in ("code", "other"))
        columns = [
            ids[rows],
            bills.bills["doctor"][rows],
            pa.array(bills.bills["day"][rows]).cast(pa.date32()),
            pa.array(KINDS).take(pa.array(made["kind"].copy())),
            names.take(pa.array(code)),
            names.take(pa.array(other)),
            made["line"].copy(),
        ]
        return pa.table(dict(zip(BREACHES.names, columns, strict=True)), schema=BREACHES)

    def _add(self, part: Part, found: Found, tally: Tally) -> None:
        bills = part.bills
        tally.bills += len(part.claim_ids)
        tally.approved += int(part.approved.sum())
        counts = pc.value_counts(part.breaches["kind"])
        tally.by_kind.update({one["values"]: one["counts"] for one in counts.to_pylist()})
        owed = np.concatenate([[0], np.cumsum(bills.lines["amount"].astype(np.int64) - bills.lines["patient_share"])])
        first = bills.bills["first"]
        tally.reimbursed += int((owed[first + bills.bills["lines"]] - owed[first])[part.approved].sum())
        for line, lacking in zip(*np.nonzero(found.lacking), strict=True):
            rule = self._rule_of_line[int(line)]
            tally.not_checked[rule.rule, rule.code, LACKING[lacking]] += int(found.lacking[line, lacking])
        for code in np.flatnonzero(found.unpriced):
            tally.not_checked["amount", self._codes[code], "fee"] += int(found.unpriced[code])


def _before(snapshot: Snapshot) -> Before:
    """Room for everybody: whoever a claim names that the tables lack is an error."""
    people = _largest(snapshot, "persons", "person_id")
    lists = max(_largest(snapshot, "lists", "list_id"), _largest(snapshot, "memberships", "list_id"))
    return nothing_before(people + 1, lists + 1)


def _largest(snapshot: Snapshot, table: str, column: str) -> int:
    return int(pc.max(snapshot.table(table, [column])[column]).as_py() or 0)

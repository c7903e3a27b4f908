"""Reading what a GP or a municipality was paid: only their own, and only what has been approved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum

from fastlege.access.viewers import Role, Viewer
from fastlege.kernel.errors import DataError
from fastlege.registry.models import Doctor, GPContract, Municipality
from fastlege.rules.parameters import Rulebook
from fastlege.settlement.cells import CellsShown, difference, whole_cells, without_small_cells
from fastlege.settlement.models import ClaimsLine, PaymentLine, PaymentRun, PaymentStep, StatementReader, Step

_THRESHOLD = "stats.count_min_municipality_year"


@dataclass(frozen=True)
class Line:
    """One amount of a statement, with what it is worked out from.

    `parts` are those of adjusted capitation; a municipality is not told those of a correction for few persons.
    """

    number: int
    run: int
    sequence: int
    corrects: int | None
    before_ore: int
    amount_ore: int
    list_id: int
    list_name: str
    kind: str
    payee: str
    persons: int
    paid_persons: str
    rate: str
    part_of_year: str
    share: str
    is_weighted: bool
    parts: Mapping[str, int]
    rule: str
    source: str
    cells: CellsShown | None


@dataclass(frozen=True)
class BillsPaid:
    """What the state paid for bills in a month."""

    run: int
    bills: int
    credits: int
    amount_ore: int


@dataclass(frozen=True)
class Statement:
    """What was paid for one month, to a GP or for the lists of a municipality. Approved runs only.

    `labels` are the names of the cells of each run; `paid` says when a run was.
    """

    subject: str
    subject_name: str
    month: date
    lines: Sequence[Line]
    bills: Sequence[BillsPaid]
    labels: Mapping[int, Sequence[str]]
    threshold: int | None
    paid: Mapping[int, date]

    @property
    def amount_ore(self) -> int:
        """All of it together."""
        return sum(line.amount_ore for line in self.lines) + sum(each.amount_ore for each in self.bills)


@dataclass(frozen=True)
class MonthPaid:
    """A month with a statement, and what it comes to."""

    month: date
    amount_ore: int


def statement_of_gp(viewer: Viewer, doctor_id: int, month: date) -> Statement:
    """A GP's statement. Raises `PermissionDenied` for anybody but the GP and the administrator."""
    _let_gp(viewer, doctor_id)
    doctor = Doctor.objects.filter(pk=doctor_id).values_list("name", flat=True).first()
    if doctor is None:
        raise DataError(f"there is no doctor {doctor_id} in the register.", remedy="Check the id.")
    lines = _lines(PaymentLine.objects.filter(doctor_id=doctor_id, month=month), threshold=None)
    bills = ClaimsLine.objects.filter(doctor_id=doctor_id)
    return _statement("gp", doctor, month, lines, bills)


def statement_of_municipality(viewer: Viewer, code: str, month: date, *, book: Rulebook) -> Statement:
    """A municipality's statement, without small cells. Raises `PermissionDenied` for anybody but its readers."""
    _let_municipality(viewer, code)
    name = Municipality.objects.filter(pk=code).values_list("name", flat=True).first()
    if name is None:
        raise DataError(f"there is no municipality {code} in the register.", remedy="Give its four digits.")
    threshold = book.whole(_THRESHOLD, on=month)
    lines = _lines(PaymentLine.objects.filter(municipality=code, month=month), threshold=threshold)
    bills = ClaimsLine.objects.filter(municipality=code)
    return _statement("municipality", name, month, lines, bills, threshold=threshold)


def months_of_gp(viewer: Viewer, doctor_id: int) -> Sequence[MonthPaid]:
    """The months that a GP has a statement for, newest first."""
    _let_gp(viewer, doctor_id)
    return _months(PaymentLine.objects.filter(doctor_id=doctor_id), ClaimsLine.objects.filter(doctor_id=doctor_id))


def months_of_municipality(viewer: Viewer, code: str) -> Sequence[MonthPaid]:
    """The months that a municipality has a statement for, newest first."""
    _let_municipality(viewer, code)
    return _months(PaymentLine.objects.filter(municipality=code), ClaimsLine.objects.filter(municipality=code))


def municipalities_of(viewer: Viewer) -> Sequence[tuple[str, str]]:
    """The municipalities whose statements an employee may read: code and name."""
    if viewer.role != Role.MUNICIPALITY:
        raise PermissionDenied
    codes = StatementReader.objects.filter(viewer=viewer.name, ended_at=None).values("municipality")
    return list(Municipality.objects.filter(pk__in=codes).order_by("name").values_list("pk", "name"))


def _let_gp(viewer: Viewer, doctor_id: int) -> None:
    own = viewer.role == Role.OFFICE and viewer.doctor_id == doctor_id
    if not own and viewer.role != Role.ADMINISTRATOR:
        raise PermissionDenied


def _let_municipality(viewer: Viewer, code: str) -> None:
    if viewer.role == Role.ADMINISTRATOR:
        return
    reads = StatementReader.objects.filter(viewer=viewer.name, municipality=code, ended_at=None)
    if viewer.role != Role.MUNICIPALITY or not reads.exists():
        raise PermissionDenied


def _approved() -> QuerySet[PaymentStep, int]:
    return PaymentStep.objects.filter(step=Step.APPROVED.value).values_list("run_id", flat=True)


def _months(lines: QuerySet[PaymentLine], bills: QuerySet[ClaimsLine]) -> list[MonthPaid]:
    found: dict[date, int] = {}
    for month, ore in lines.filter(run__in=_approved()).values_list("month").annotate(ore=Sum("amount_ore")):
        found[month] = found.get(month, 0) + ore
    for month, ore in bills.filter(run__in=_approved()).values_list("run__month").annotate(ore=Sum("amount_ore")):
        found[month] = found.get(month, 0) + ore
    return [MonthPaid(month, ore) for month, ore in sorted(found.items(), reverse=True)]


def _statement(
    subject: str,
    name: str,
    month: date,
    lines: Sequence[Line],
    bills: QuerySet[ClaimsLine],
    *,
    threshold: int | None = None,
) -> Statement:
    paid_bills = [
        BillsPaid(each.run_id, each.bills, each.credits, each.amount_ore)
        for each in bills.filter(run__month=month, run__in=_approved()).order_by("run")
    ]
    runs = {line.run for line in lines} | {each.run for each in paid_bills}
    steps = PaymentStep.objects.filter(run__in=runs, step=Step.PAID.value).values_list("run_id", "at")
    return Statement(
        subject=subject,
        subject_name=name,
        month=month,
        lines=lines,
        bills=paid_bills,
        labels=_labels({line.run for line in lines}),
        threshold=threshold,
        paid={run: at.date() for run, at in steps},
    )


def _lines(rows: QuerySet[PaymentLine], *, threshold: int | None) -> list[Line]:
    found = rows.filter(run__in=_approved()).order_by("list_id", "kind", "sequence", "pk")
    named = dict(GPContract.objects.filter(pk__in=[row.list_id for row in found]).values_list("pk", "name"))
    labels = _labels({row.run_id for row in found})
    counted: dict[tuple[int, str], list[PaymentLine]] = {}
    for row in found:
        if row.cells:
            counted.setdefault((row.list_id, row.kind), []).append(row)
    before = (_before(row, counted.get((row.list_id, row.kind), ())) for row in found)
    shown = [_cells(row, earlier, labels, threshold) for row, earlier in zip(found, before, strict=True)]
    return [_line(row, named[row.list_id], cells) for row, cells in zip(found, shown, strict=True)]


def _labels(runs: Iterable[int]) -> dict[int, Sequence[str]]:
    return dict(PaymentRun.objects.filter(pk__in=list(runs)).values_list("pk", "header__cells"))


def _line(row: PaymentLine, name: str, cells: CellsShown | None) -> Line:
    calculation: Mapping[str, Any] = row.trace.get("should_be", row.trace) or {}
    return Line(
        number=row.pk,
        run=row.run_id,
        sequence=row.sequence,
        corrects=row.corrects_id,
        before_ore=row.before_ore,
        amount_ore=row.amount_ore,
        list_id=row.list_id,
        list_name=name,
        kind=row.kind,
        payee=row.payee,
        persons=row.persons,
        paid_persons=row.paid_persons,
        rate=row.rate,
        part_of_year=calculation.get("part_of_year", ""),
        share=row.share,
        is_weighted=bool(row.parts),
        # Beside what was given before, the parts of a small difference would tell the classes of one person.
        parts={} if row.sequence and cells is not None and cells.together is not None else row.parts or {},
        rule=row.rule,
        source=row.source,
        cells=cells,
    )


def _before(row: PaymentLine, counted: Sequence[PaymentLine]) -> PaymentLine | None:
    """The last of the lines of earlier runs that counted the same list for the same thing, whoever they paid."""
    return next((each for each in reversed(counted) if each.sequence < row.sequence), None)


def _cells(
    row: PaymentLine, before: PaymentLine | None, labels: Mapping[int, Sequence[str]], threshold: int | None
) -> CellsShown | None:
    """The counts of a line. For a municipality, a correction shows what differs only, and nothing small.

    It differs from what the list was counted as before, also when that was paid to somebody else: two counts of a list
    beside each other would tell of the one person between them.
    """
    if not row.cells:
        return None
    if threshold is None:
        return whole_cells(row.cells, row.cell_persons or [])
    counts = _counts(row)
    if before is not None:
        if labels[row.run_id] != labels[before.run_id]:
            # Counted in other cells than before: there is no difference by cell.
            return None
        counts = difference(counts, _counts(before))
    return without_small_cells(counts, threshold) if counts else None


def _counts(row: PaymentLine) -> dict[int, int]:
    return dict(zip(row.cells or [], row.cell_persons or [], strict=True))


def total_by(lines: Iterable[Line]) -> dict[tuple[str, str], int]:
    """Øre by kind and payee."""
    found: dict[tuple[str, str], int] = {}
    for line in lines:
        found[line.kind, line.payee] = found.get((line.kind, line.payee), 0) + line.amount_ore
    return found

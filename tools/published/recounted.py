"""What was counted beside the published cells, as it is kept, and why some of it is another number."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import cache

from fastlege.figures.catalogue import definition, definitions
from fastlege.kernel.files import whole_file
from fastlege.reporting.beside import UNEXPLAINED, reason_for
from tools.published.cells import HIDDEN, Cell
from tools.published.names import OF_CONTACTS, YEAR
from tools.published.printed import DATA

KEPT = DATA / "recounted.csv"
REASONS = DATA / "reasons.csv"
MISPRINT, APART = "misprint", "apart"
COLUMNS = ("nation", *(field.name for field in fields(Cell)))
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Reason:
    """Why cells of a table are counted otherwise than printed, and between which ends what is counted then lies.

    The ends are of what is counted in per cent of what is printed (`percent`), or less what is printed (`apart`).
    """

    report: str
    table: str
    cell: str
    kind: str
    low: Fraction
    high: Fraction
    unit: str
    reason: str

    def about(self, cell: Cell) -> bool:
        """Whether the reason is of a cell, however far the cell is from what is printed."""
        return cell.report == self.report and fnmatchcase(cell.table, self.table) and fnmatchcase(cell.cell, self.cell)

    def fits(self, cell: Cell) -> bool:
        """Whether the reason is of a cell, and what is counted lies between its ends."""
        if not self.about(cell) or cell.counted == HIDDEN:
            return self.about(cell)
        found = beside(cell, self.unit)
        return found is not None and self.low <= found <= self.high

    def words(self, cell: Cell) -> str:
        """The reason in words; that of the figure where the line has none of its own."""
        return self.reason or _of_figure(cell)


def beside(cell: Cell, unit: str) -> Fraction | None:
    """What is counted, in per cent of what is printed or less it; None where that cannot be said."""
    try:
        printed, counted = Fraction(cell.printed or 0), Fraction(cell.counted)
    except ValueError:
        return None
    if unit == APART:
        return counted - printed
    return counted / printed * 100 if printed else None


@cache
def reasons() -> tuple[Reason, ...]:
    """All reasons, those of single cells before those of tables."""
    with REASONS.open(encoding="utf-8", newline="") as lines:
        return tuple(_reason(row) for row in csv.DictReader(lines))


def _reason(row: dict[str, str]) -> Reason:
    low, high = Fraction(row["low"]), Fraction(row["high"])
    return Reason(row["report"], row["table"], row["cell"], row["kind"], low, high, row["unit"], row["reason"])


def why(cell: Cell, known: Iterable[Reason]) -> Reason | None:
    """The first reason that is of a cell, or None when it does not fit: the difference is then not explained."""
    found = next((each for each in known if each.about(cell)), None)
    return found if found and found.fits(cell) and found.words(cell) else None


def kept() -> dict[str, list[Cell]]:
    """What was counted from each nation, as it is kept."""
    found: dict[str, list[Cell]] = {}
    with KEPT.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            nation = row.pop("nation")
            same = row.pop("same") == "yes"
            found.setdefault(nation, []).append(Cell(**row, same=same))
    return found


def keep(counted: dict[str, list[Cell]]) -> None:
    """Keep what was counted; a nation that is not given keeps what it had."""
    everything = (kept() if KEPT.exists() else {}) | counted
    with whole_file(KEPT) as part, part.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        for nation in sorted(everything):
            for cell in everything[nation]:
                writer.writerow((nation, *astuple(cell)[:-1], "yes" if cell.same else "no"))


def _of_figure(cell: Cell) -> str:
    figure, *groups = cell.cell.split(" ")
    if cell.table in OF_CONTACTS:
        figure, groups = OF_CONTACTS[cell.table][0], []
    if figure not in {each.id for each in definitions()}:
        return ""
    found = reason_for(definition(figure), groups[0] if groups else "", YEAR)
    return "" if found == UNEXPLAINED else found.en

"""What was counted beside the published cells, as it is kept, and why some of it is another number."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from fnmatch import fnmatchcase
from fractions import Fraction

from fastlege.figures.catalogue import definition, definitions
from fastlege.kernel.files import whole_file
from fastlege.reporting.beside import UNEXPLAINED, reason_for
from tools.published.counted import HIDDEN, Cell
from tools.published.printed import DATA

KEPT = DATA / "recounted.csv"
REASONS = DATA / "reasons.csv"
MISPRINT = "misprint"
COLUMNS = ("nation", *(field.name for field in fields(Cell)))
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Reason:
    """Why cells of a table are counted otherwise than printed, and by how many per cent at most."""

    report: str
    table: str
    cell: str
    kind: str
    most: int
    reason: str

    def fits(self, cell: Cell) -> bool:
        """Whether the reason is about a cell, and the difference not larger than it says."""
        about = fnmatchcase(cell.table, self.table) and fnmatchcase(cell.cell, self.cell)
        return cell.report == self.report and about and apart(cell) <= self.most

    def words(self, cell: Cell) -> str:
        """The reason in words; that of the figure where the line has none of its own."""
        return self.reason or _of_figure(cell)


def apart(cell: Cell) -> Fraction:
    """By how many per cent of the larger number a cell is another; a hidden one not at all, a word wholly."""
    if cell.counted == HIDDEN:
        return Fraction(0)
    if not cell.printed.replace(".", "").lstrip("-").isdigit():
        return Fraction(100 * (not cell.same))
    one, other = Fraction(cell.printed or 0), Fraction(cell.counted or 0)
    largest = max(abs(one), abs(other))
    return abs(one - other) / largest * 100 if largest else Fraction(0)


def reasons() -> list[Reason]:
    """All reasons, those of single cells before those of tables."""
    with REASONS.open(encoding="utf-8", newline="") as lines:
        return [Reason(**{**row, "most": int(row["most"])}) for row in csv.DictReader(lines)]


def why(cell: Cell, known: Iterable[Reason]) -> Reason | None:
    """The first reason that fits a cell, or None when its difference is not explained."""
    found = next((each for each in known if each.fits(cell)), None)
    return found if found and found.words(cell) else None


def kept() -> dict[str, list[Cell]]:
    """What was counted from each nation, as it is kept."""
    found: dict[str, list[Cell]] = {}
    with KEPT.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            nation = row.pop("nation")
            found.setdefault(nation, []).append(Cell(**{**row, "same": row["same"] == "yes"}))
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
    if figure not in {each.id for each in definitions()}:
        figure = {"12.4": "contacts_gp", "12.5": "contacts_out_of_hours"}.get(cell.table, "")
    if not figure:
        return ""
    found = reason_for(definition(figure), groups[0] if len(groups) > 1 else "")
    return "" if found == UNEXPLAINED else found.en

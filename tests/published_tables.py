"""The published tables that figures are held against: `tests/golden/data`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pyarrow as pa

from fastlege.figures.catalogue import definition
from fastlege.kernel.money import divide_half_up

DATA = Path(__file__).parent / "golden" / "data"
V1_15_FIGURES = (
    "lists_with_gp",
    "lists",
    "residents_without_gp",
    "share_residents_without_gp",
    "residents_vacant_over_year",
    "free_places_with_gp",
    "free_places",
)


@dataclass(frozen=True)
class Printed:
    """One printed value; an empty text is a blank."""

    table: str
    level: str
    area: str
    figure: str
    text: str


def table_v1_15() -> Iterator[Printed]:
    """Table V1.15, 1 October 2023: every cell."""
    for row in _rows("status_report_2023_table_v1_15.csv"):
        for figure in V1_15_FIGURES:
            yield Printed("V1.15", row["level"], row["area"], figure, row[figure])


def national_table(table: str, file: str) -> Iterator[Printed]:
    """One column of a table of national key figures."""
    for row in _rows(file):
        yield Printed(table, "country", "country", row["figure"], row["printed"])


def table_11_2() -> Iterator[Printed]:
    """Table 11.2, May 2026: mean length of lists with a GP by centrality class."""
    for row in _rows("annual_report_2025_table_11_2.csv"):
        yield Printed("11.2", "centrality", row["area"], "mean_list_length_with_gp", row["printed"])


def table_11_3() -> Iterator[Printed]:
    """Table 11.3, May 2026: share of lists with a GP that are salaried, by county and in the country."""
    for row in _rows("annual_report_2025_table_11_3.csv"):
        level = "country" if row["area"] == "country" else "county"
        yield Printed("11.3", level, row["area"], "share_salaried_lists_with_gp", row["printed"])


def deviations(printed: Iterator[Printed], computed: pa.Table) -> tuple[int, list[str]]:
    """How many printed cells were compared, and those that the computed figures do not meet, in words."""
    found = {(row["figure"], row["level"], row["area"]): row for row in computed.to_pylist()}
    misprints = {(row["table"], row["level"], row["area"], row["figure"]): row for row in _rows("misprints.csv")}
    compared, wrong = 0, []
    for cell in printed:
        row = found.get((cell.figure, cell.level, cell.area))
        text = cell.text
        if misprint := misprints.get((cell.table, cell.level, cell.area, cell.figure)):
            if misprint["printed"] != text:
                wrong.append(f"{cell}: the list of misprints says that {misprint['printed']!r} is printed")
            text = misprint["holds"]
            if not text:
                continue
        compared += 1
        if row is None:
            # Municipalities without lists of their own are not shown; the table prints noughts for one of them.
            if (text or "0") != "0":
                wrong.append(f"{cell}: not computed")
        elif not _meets(text, row, definition(cell.figure).scale):
            wrong.append(f"{cell}: computed {row['numerator']} / {row['denominator']}")
    return compared, wrong


def _meets(text: str, row: dict, scale: int) -> bool:
    """Whether a value, rounded as far as the printed one, is equal to it."""
    exact = Fraction(row["numerator"] * scale, row["denominator"] or 1)
    if row["figure"] == "residents_with_gp" and text.endswith("000"):
        return divide_half_up(row["numerator"], 1000) * 1000 == int(text)
    decimals = len(text.partition(".")[2])
    steps = exact * 10**decimals
    return divide_half_up(steps.numerator, steps.denominator) == int((text or "0").replace(".", ""))


def _rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))

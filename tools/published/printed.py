"""The published tables as data, and printed numbers as the range of what rounds to them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

DATA = Path(__file__).parents[2] / "tests" / "golden" / "data" / "published"
ANNUAL, STATUS = "annual_report_2025", "status_report_2023"
READ_OTHERWISE = frozenset({"misprint", "shifted"})

Row = dict[str, str]


@dataclass(frozen=True)
class Range:
    """All numbers from `low` to `high`."""

    low: Fraction
    high: Fraction

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Range) -> Range:
        return Range(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Range | int) -> Range:
        right = exactly(other) if isinstance(other, int) else other
        products = [a * b for a in (self.low, self.high) for b in (right.low, right.high)]
        return Range(min(products), max(products))

    def __truediv__(self, other: Range) -> Range:
        return self * Range(1 / other.high, 1 / other.low)

    def meets(self, other: Range) -> bool:
        """Whether some number is in both."""
        return self.low <= other.high and other.low <= self.high

    def __str__(self) -> str:
        ends = [f"{float(end):.6g}" for end in (self.low, self.high)]
        return ends[0] if ends[0] == ends[1] else " to ".join(ends)


NOTHING = Range(Fraction(0), Fraction(0))


def exactly(number: int | str | Fraction) -> Range:
    """One number that is not rounded."""
    return Range(Fraction(number), Fraction(number))


def rounded(text: str, decimals: int | None = None) -> Range:
    """The numbers that are printed so; with `decimals` where noughts at the end are not printed."""
    places = len(text.partition(".")[2]) if decimals is None else decimals
    half = Fraction(1, 2) / 10**places
    return Range(Fraction(text) - half, Fraction(text) + half)


def files(report: str) -> list[Path]:
    """The tables of a report."""
    return sorted((DATA / report).glob("*.csv"), key=lambda path: in_order(number_of(path)))


def number_of(path: Path) -> str:
    """The number of a table as the source has it: `t8_10_...` is 8.10, `v1_15_...` is V1.15."""
    chapter, number = path.stem.split("_")[:2]
    if path.stem.startswith("v1_1_note"):
        return "V1.1 note"
    return f"{chapter[1:] if chapter[0] == 't' else chapter.upper()}.{number}"


def in_order(number: str) -> tuple[bool, list[tuple[int, str]]]:
    """What tables are sorted by: chapter and number, the appendix last."""
    parts = number.lstrip("V").split(" ")[0].split(".")
    numbers = [(int(part.rstrip("ab")), part[len(part.rstrip("ab")) :]) for part in parts]
    return number.startswith("V"), [*numbers, (0, number)]


@cache
def rows(report: str, number: str) -> tuple[Row, ...]:
    """The rows of one table."""
    (path,) = [path for path in files(report) if number_of(path) == number]
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def reading(row: Row) -> str:
    """What a cell holds: as printed, or as it certainly should be where it is a misprint."""
    return row["certain_reading"] if row.get("flag") in READ_OTHERWISE else row["value"]


def misprints(report: str, number: str) -> int:
    """How many cells of a table are printed otherwise than they certainly should be."""
    return sum(row.get("flag") in READ_OTHERWISE or bool(row.get("certain_period")) for row in rows(report, number))


def cells(report: str, number: str) -> Iterator[tuple[str, str]]:
    """Every printed number of a table, with its column."""
    for row in rows(report, number):
        for column, text in row.items():
            if column in COLUMNS_WITH_VALUES and text:
                yield column, text


COLUMNS_WITH_VALUES = frozenset({
    "value", "persons", "share_pct", "gps", "lists", "residents_on_unoccupied_lists", "pct_on_unoccupied_lists",
    "residents_on_lists_unoccupied_over_1y", "vacant_places_with_gp", "vacant_places_all_lists",
})  # fmt: skip


class Table:
    """One table by the columns that tell its cells apart."""

    def __init__(self, report: str, number: str, *keys: str, **where: str) -> None:
        self.number = number
        self.texts: dict[tuple[str, ...], str] = {}
        for row in rows(report, number):
            if all(row[column] == value for column, value in where.items()):
                self.texts[tuple(_key(row, key) for key in keys)] = reading(row)

    def has(self, *key: str) -> bool:
        """Whether a cell is printed."""
        return bool(self.texts.get(key))

    def text(self, *key: str) -> str:
        """A cell as printed."""
        return self.texts[key]

    def at(self, *key: str) -> Range:
        """The numbers that a cell may stand for."""
        return rounded(self.texts[key])

    def count(self, *key: str) -> Range:
        """A cell that is a count, so that nothing is rounded; a blank is nought."""
        return exactly(self.texts[key] or 0)

    def values(self, at: int) -> list[str]:
        """What stands in one of the keys, in order."""
        return list(dict.fromkeys(key[at] for key in self.texts))


def _key(row: Row, key: str) -> str:
    return row.get("certain_period") or row[key] if key == "period" else row[key]

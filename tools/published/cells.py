"""A published cell beside what was counted, and numbers with the decimals that they are printed with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from fastlege.kernel.money import divide_half_up

HIDDEN = "not shown"


@dataclass(frozen=True)
class Cell:
    """One published cell: what is printed, what is counted, and whether that rounds to what is printed."""

    report: str
    table: str
    cell: str
    printed: str
    counted: str
    same: bool


def cell_of(report: str, table: str, words: tuple[str, ...], text: str, value: Fraction) -> Cell:
    """A cell from a value that is not rounded yet; the words that are not empty are its name."""
    return Cell(report, table, " ".join(word for word in words if word), text, *rounded_as(value, text))


def exact(row: Mapping[str, object], scale: int, divisor: int) -> Fraction:
    """A value before it is rounded."""
    below = row["denominator"]
    above = int(str(row["numerator"])) * scale
    return Fraction(above, (1 if below is None else int(str(below)) or 1) * divisor)


def rounded_as(value: Fraction, text: str) -> tuple[str, bool]:
    """A value with the decimals of a printed one, halves away from nought, and whether they are the same."""
    places = len(text.partition(".")[2])
    steps = value * 10**places
    whole = divide_half_up(steps.numerator, steps.denominator)
    shown = f"{whole / 10**places:.{places}f}"
    return shown, Fraction(shown) == Fraction(text or 0)

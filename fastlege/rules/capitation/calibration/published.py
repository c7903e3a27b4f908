"""What the weights are fitted to: the sums of table 8.5, use by age and sex, and the assumptions that fill the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources.abc import Traversable

from fastlege.rules.dated_rows import DATA, read_lines

FUNDING = DATA / "capitation" / "basic_funding.csv"
TARGETS = DATA / "capitation" / "calibration.csv"
_FUNDING = ("year", "pay_form", "list_status", "component", "thousand_kroner", "confidence", "source")
_TARGETS = ("name", "value", "spread", "confidence", "source")


@dataclass(frozen=True)
class Target:
    """A number that the fit is held to, and how nearly; an assumption has no spread."""

    value: Fraction
    spread: Fraction | None
    confidence: str
    source: str


def published_sums(path: Traversable = FUNDING) -> Mapping[int, Mapping[tuple[str, str, str], int]]:
    """Thousands of kroner by year, and by pay form, whether the list has a GP, and component."""
    found: dict[int, dict[tuple[str, str, str], int]] = {}
    for line in read_lines(path, _FUNDING):
        key = (line.cells["pay_form"], line.cells["list_status"], line.cells["component"])
        found.setdefault(line.whole("year"), {})[key] = line.whole("thousand_kroner")
    return found


def targets(path: Traversable = TARGETS) -> Mapping[str, Target]:
    """The targets and assumptions of the fit, by name."""
    return {
        line.cells["name"]: Target(
            Fraction(line.cells["value"]),
            Fraction(line.cells["spread"]) if line.cells["spread"] else None,
            line.cells["confidence"],
            line.cells["source"],
        )
        for line in read_lines(path, _TARGETS)
    }

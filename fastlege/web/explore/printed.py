"""The values of a figure that were published, as its page lists them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from fastlege.figures.catalogue import Definition, Reference
from fastlege.figures.dimensions import DIMENSIONS
from fastlege.web import formats
from fastlege.web.published import words


@dataclass(frozen=True)
class Printed:
    """One published value in words; `group` is empty for the whole."""

    table: str
    period: str
    group: str
    value: str


def printed_values(figure: Definition) -> list[Printed]:
    """What was published of a figure for the whole country, in the order of the definition."""
    groups = {code: words(name) for each in figure.splits for code, name in DIMENSIONS[each].groups}
    return [
        Printed(each.table, formats.period(each.period), groups.get(each.group, each.group), _as_printed(each))
        for each in figure.references
    ]


def _as_printed(each: Reference) -> str:
    """A value with as many decimals as it was published with."""
    return formats.decimal(Decimal(each.value), len(each.value.partition(".")[2]))

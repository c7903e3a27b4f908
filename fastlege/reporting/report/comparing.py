"""What a report's figures are compared with: earlier snapshots, and else the values that were published before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastlege.figures.catalogue import definition
from fastlege.figures.levels import COUNTRY, Level
from fastlege.reporting.report.counting import Cell, Counts

MOST_PERIODS = 6
"""Tables show at most so many earlier periods: what stays readable on paper."""


@dataclass(frozen=True)
class Past:
    """One earlier value, when it held, and whether it is a published one and not counted here."""

    period: str
    cell: Cell
    published: bool


@dataclass(frozen=True)
class Series:
    """The counts of an edition with those of earlier snapshots, oldest first."""

    now: Counts
    earlier: tuple[Counts, ...] = ()

    def past(
        self, figure: str, level: Level = Level.COUNTRY, area: str = COUNTRY, by: str = "", group: str = ""
    ) -> list[Past]:
        """Earlier values of one cell, oldest first. Published ones stand in where no earlier snapshot was given."""
        period = self.now.period(figure)
        counted = [
            Past(each.period(figure), cell, published=False)
            for each in self.earlier
            if (cell := each.cell(figure, level, area, by, group)) and each.period(figure) < period
        ]
        if counted or self.earlier or level is not Level.COUNTRY or not self.now.whole_country:
            return counted[-MOST_PERIODS:]
        return self._published(figure, group, period)[-MOST_PERIODS:]

    def _published(self, figure: str, group: str, period: str) -> list[Past]:
        found = {
            each.period: Past(each.period, Cell(float(each.value)), published=True)
            for each in definition(figure).references
            if each.area == COUNTRY and each.group == group and each.period < period and len(each.period) == len(period)
        }
        return [found[each] for each in sorted(found)]


def periods(cells: Sequence[Sequence[Past]]) -> list[tuple[str, bool]]:
    """The periods that several cells have values of, oldest first, and whether they are published ones."""
    found = {past.period: past.published for each in cells for past in each}
    return sorted(found.items())[-MOST_PERIODS:]

"""What a report's figures are compared with: earlier snapshots, and else the values that were published before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fastlege.figures.catalogue import Definition, Reference, definition
from fastlege.figures.levels import COUNTRY, Level
from fastlege.reporting.report.counting import Cell, Counts

MOST_PERIODS = 6
"""Tables show at most so many earlier periods: what stays readable on paper."""

FEWEST = 0.25
"""The part of the rows with a past that must have a value for a period to get a column."""


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
        if self.earlier or level is not Level.COUNTRY:
            return counted[-MOST_PERIODS:]
        return self._published(figure, group, period)[-MOST_PERIODS:]

    def decimals(self, figure: Definition) -> int:
        """How many decimals a figure is written with: no more than were published, where that stands beside it."""
        printed = self._beside(figure.id)
        if not printed:
            return figure.decimals
        return min(figure.decimals, max(len(each.value.partition(".")[2]) for each in printed))

    def _published(self, figure: str, group: str, period: str) -> list[Past]:
        """The published values of the same year, and of each year before it the last."""
        printed = sorted(
            (each for each in self._beside(figure) if each.group == group),
            # A quarter after the month that it ends with: where both were published, its name is the table's.
            key=lambda each: (ended(each.period), each.period[4:5] == "Q"),
        )
        kept = {}
        for each in printed:
            year = each.period[:4]
            kept[ended(each.period) if year == period[:4] else year] = each
        return [Past(each.period, Cell(float(each.value)), published=True) for each in kept.values()]

    def _beside(self, figure: str) -> list[Reference]:
        """What was published of the country before, of years beside a year and of states beside a state."""
        if self.earlier or not self.now.whole_country:
            return []
        period, found = self.now.period(figure), definition(figure)
        return [
            each
            for each in found.references
            if each.area == COUNTRY
            and (each.group or not found.published_wider)
            and is_year(each.period) == is_year(period)
            and "/" not in each.period
            and "H" not in each.period
            and ended(each.period) < ended(period)
        ]


def is_year(period: str) -> bool:
    """Whether a period is a whole year, and not a month or a quarter that a state is named by."""
    return len(period) == len("2025")


def ended(period: str) -> str:
    """The month that a period ends with, to order them by: a quarter is the state in its last month."""
    if is_year(period):
        return f"{period}-12"
    year, quarter, number = period[:4], period[4] == "Q", period[5:]
    return f"{year}-{3 * int(number):02}" if quarter else period


def periods(cells: Sequence[Sequence[Past]]) -> list[tuple[str, bool]]:
    """The periods that several cells have values of, oldest first, and whether they are published ones.

    One that few of them have is left out: a column that is nearly empty tells less than it takes room.
    """
    found = {past.period: past.published for each in cells for past in each}
    having = Counter(past.period for each in cells for past in each)
    least = sum(map(bool, cells)) * FEWEST
    kept = [each for each in sorted(found, key=ended) if having[each] >= least]
    return [(each, found[each]) for each in kept[-MOST_PERIODS:]]

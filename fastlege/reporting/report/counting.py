"""What an edition needs of one snapshot, counted and cleared by the engine: the only way in for numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pyarrow as pa

from fastlege.figures.catalogue import definition, definitions
from fastlege.figures.counting.base_rows import BaseRows
from fastlege.figures.dimensions import dimension_named
from fastlege.figures.disclosure.door import Door
from fastlege.figures.engine import bases_of, compute_many, lacking_tables, of_claims, tables_of
from fastlege.figures.given import GIVEN_TABLES
from fastlege.figures.levels import COUNTRY, Areas, Level
from fastlege.figures.prices import year_of_claims
from fastlege.figures.splits import MOST, check_split, each_split
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.door import door_for
from fastlege.reporting.given import given_tables
from fastlege.reporting.report.plan import Plan
from fastlege.rules.parameters import Rulebook


@dataclass(frozen=True)
class Cell:
    """One value as it may be shown; None where it is suppressed, and where there is nothing to divide by."""

    value: float | None
    numerator: int | None = None
    denominator: int | None = None
    suppressed: bool = False


Key = tuple[str, Level, str, str, str]
"""Figure, level, area, dimension and group; the last two are empty for the whole."""


@dataclass(frozen=True)
class Counts:
    """The cells of one snapshot that an edition shows."""

    snapshot: Snapshot
    areas: Areas
    door: Door
    cells: Mapping[Key, Cell]
    lacking: Mapping[str, tuple[str, ...]]
    """For each figure that could not be counted, the tables that are missing."""
    groups: Mapping[tuple[str, str], tuple[str, ...]]
    """For each figure and dimension the groups that were found, in their order."""

    def cell(
        self, figure: str, level: Level = Level.COUNTRY, area: str = COUNTRY, by: str = "", group: str = ""
    ) -> Cell | None:
        """One cell, or None when there is none."""
        return self.cells.get((figure, level, area, by, group))

    @cached_property
    def county_of(self) -> dict[str, str]:
        """The county that each municipality lies in."""
        table = self.areas.table
        pairs = zip(table[Level.MUNICIPALITY.value].to_pylist(), table[Level.COUNTY.value].to_pylist(), strict=True)
        return dict(pairs)

    def shown_areas(self, level: Level) -> list[str]:
        """The areas of a level that have lists, in the order of their codes."""
        return [code for code, shown in zip(self.areas.codes(level), self.areas.shown(level), strict=True) if shown]

    @property
    def as_of(self) -> date:
        """The day that figures of the register hold for."""
        return self.snapshot.as_of

    @property
    def whole_country(self) -> bool:
        """Whether the snapshot holds the whole country, so that published figures lie beside it."""
        return not self.snapshot.meta.get("areas")

    def period(self, figure: str) -> str:
        """When a figure holds: the year of the claims, or the month of the register."""
        return str(year_of_claims(self.snapshot)) if of_claims(figure) else self.as_of.isoformat()[:7]


def count(plan: Plan, snapshot: Snapshot, book: Rulebook, door: Door | None = None) -> Counts:
    """Count what a plan shows of a snapshot. Figures whose tables are missing are left out, and said to be.

    `door`: where editions of the same day are out, or counts are rounded.
    """
    whole, split = wanted(plan)
    reads = {table for figure in whole for table in tables_of(definition(figure))}
    given = given_tables(snapshot, book) if reads & set(GIVEN_TABLES) else {}
    missing = {figure: lacking_tables(definition(figure), snapshot, given) for figure in whole}
    missing = {figure: tables for figure, tables in missing.items() if tables}
    door = door or door_for(snapshot, book)
    figures = [each for each in definitions() if each.id in whole and each.id not in missing]
    levels = [level for level in Level if any(level in whole[each.id] for each in figures)]
    cells: dict[Key, Cell] = {}
    rows = BaseRows(snapshot, bases_of(figures), given=given)
    _keep(cells, compute_many(figures, rows, by=levels, threshold=door), whole)
    groups = _divide(cells, {key: by for key, by in split.items() if key[0] not in missing}, rows, door)
    return Counts(snapshot, Areas.of(snapshot), door, cells, missing, groups)


def wanted(plan: Plan) -> tuple[dict[str, set[Level]], dict[tuple[str, str], set[Level]]]:
    """The levels that each figure of a plan is shown at, and those that it is divided at by each dimension."""
    whole: dict[str, set[Level]] = defaultdict(set)
    split: dict[tuple[str, str], set[Level]] = defaultdict(set)
    for chapter in plan.chapters:
        for section in chapter.sections:
            for figure, levels, by in section.wants():
                whole[figure] |= {*levels, Level.COUNTRY}
                for dimension in by:
                    check_split(definition(figure), dimension_named(dimension), levels)
                    split[figure, dimension] |= set(levels)
    return whole, split


def _divide(
    cells: dict[Key, Cell],
    split: Mapping[tuple[str, str], set[Level]],
    rows: BaseRows,
    door: Door,
) -> dict[tuple[str, str], tuple[str, ...]]:
    groups = {}
    wanted = [
        (definition(figure), dimension_named(dimension), [level for level in Level if level in levels])
        for (figure, dimension), levels in split.items()
    ]
    tables = each_split(wanted, rows, threshold=door)
    for ((figure, dimension), levels), table in zip(split.items(), tables, strict=True):
        _keep(cells, table, {figure: levels})
        groups[figure, dimension] = tuple(dict.fromkeys(table["group"].to_pylist()))[:MOST]
    return groups


def _keep(cells: dict[Key, Cell], table: pa.Table, levels: Mapping[str, Iterable[Level]]) -> None:
    for row in table.to_pylist():
        if Level(row["level"]) in levels[row["figure"]]:
            key = (row["figure"], Level(row["level"]), row["area"], row.get("dimension", ""), row.get("group", ""))
            cells[key] = Cell(row["value"], row["numerator"], row["denominator"], row["suppressed"])

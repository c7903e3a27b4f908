"""An edition: all figures of one snapshot, computed and cleared for showing, as a folder that pages read.

`edition.json` says which day and what it was made from, `figures.parquet` holds the values, `areas.parquet` the names,
`groups.parquet` the values by age, sex and the like; an edition built without them has no such file.
`fastlege.reporting.building` makes one; this module only reads, so that a web process needs no engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from fastlege.figures.catalogue import Definition, definition
from fastlege.figures.levels import Level, Words
from fastlege.kernel.errors import DataError
from fastlege.reporting.edition_rows import Runs

VERSION = "1"
META, FIGURES, AREAS, GROUPS = "edition.json", "figures.parquet", "areas.parquet", "groups.parquet"
NUMBER, NOTE = "edition_version", "note"
"""What an edition says of itself as a version: its number, and for a correction what it corrects."""
FIGURE_COLUMNS = (
    *("figure", "level", "area", "numerator", "denominator", "value", "suppressed"),
    *("unit", "as_of"),
)
GROUP_COLUMNS = (*FIGURE_COLUMNS[:7], "dimension", "group")
AREA_COLUMNS = ("level", "area", "nb", "nn", "en")
KEPT = 128
"""So many figures at one level each are kept as objects; the others are made of the columns when they are asked for."""
_REMEDY = "Build it anew in another folder with `fastlege figures edition --snapshot DIR --out DIR`."


@dataclass(frozen=True)
class FigureValue:
    """One figure for one area. `value` is None where it is suppressed, and where there is nothing to divide by."""

    figure: str
    level: Level
    area: str
    value: float | None
    numerator: int | None
    denominator: int | None
    suppressed: bool


@dataclass(frozen=True)
class Area:
    """One area at one level, with its name in each language."""

    level: Level
    code: str
    name: Words


class Edition:
    """An edition to read. Get one from `read_edition`."""

    def __init__(
        self, folder: Path, meta: Mapping[str, str], figures: pa.Table, areas: pa.Table, groups: pa.Table
    ) -> None:
        self.folder = folder
        self.meta = meta
        """as_of, snapshot_digest, rules_digest, threshold, version, and what the snapshot says of itself."""
        self.table = figures
        """All values as one table: see `fastlege.figures.engine.RESULT`, and `unit` and `as_of`."""
        self.groups = groups
        """All values by group as one table: see `fastlege.figures.splits.SPLIT_RESULT`."""
        self._areas = areas
        # What was asked for lately; a visitor who opens everything must not fill the memory.
        self._of_level = lru_cache(maxsize=KEPT)(self._made_of_level)

    @property
    def as_of(self) -> date:
        """The day that the figures hold for."""
        return date.fromisoformat(self.meta["as_of"])

    @property
    def number(self) -> int:
        """The number of the version; 1 for one that corrects nothing."""
        return int(self.meta.get(NUMBER, "1"))

    @property
    def note(self) -> str:
        """What a version corrects in the one before; empty for the first."""
        return self.meta.get(NOTE, "")

    @cached_property
    def figures(self) -> tuple[Definition, ...]:
        """The definitions of the figures in the edition, in the order of the catalogue."""
        found = set(self.table["figure"].to_pylist())
        return tuple(sorted((definition(figure) for figure in found), key=lambda each: each.order))

    def has(self, figure: str) -> bool:
        """Whether the edition has a figure."""
        return bool(self._of_level(figure, Level.COUNTRY))

    def areas(self, level: Level) -> tuple[Area, ...]:
        """The areas of a level, in the order of their codes; size groups from small to large."""
        return tuple(area for area in self._all_areas.values() if area.level is level)

    def area(self, level: Level, code: str) -> Area | None:
        """One area, or None when the edition has no such area."""
        return self._all_areas.get((level, code))

    def value(self, figure: str, level: Level, area: str) -> FigureValue | None:
        """One figure for one area, or None when the edition does not have it."""
        return self._of_level(figure, level).get(area)

    def by_area(self, figure: str, level: Level) -> tuple[FigureValue, ...]:
        """One figure for all areas of a level, in the order of `areas`."""
        return tuple(self._of_level(figure, level).values())

    def dimensions(self, figure: str) -> tuple[str, ...]:
        """The dimensions that a figure is divided by in this edition, in the order of its definition."""
        found = {dimension for each, dimension, _ in self._groups.distinct() if each == figure}
        return tuple(each for each in definition(figure).splits if each in found)

    def by_group(self, figure: str, dimension: str, level: Level, area: str) -> dict[str, FigureValue]:
        """One figure for each group of a dimension in one area, in the order of the groups; empty when not counted."""
        return {
            str(group): _figure_value(row)
            for *row, group in self._groups.rows(figure, dimension, level.value)
            if row[2] == area
        }

    def of_area(self, level: Level, area: str) -> dict[str, FigureValue]:
        """All figures of one area by figure, in the order of the catalogue."""
        # One row of each figure, not every area of all of them: those would drive what pages read out of memory.
        found = ((each.id, self._figures.first((each.id, level.value), "area", area)) for each in self.figures)
        return {figure: _figure_value(row) for figure, row in found if row is not None}

    @cached_property
    def _all_areas(self) -> dict[tuple[Level, str], Area]:
        return {
            (Level(row["level"]), row["area"]): Area(
                Level(row["level"]), row["area"], Words(row["nb"], row["nn"], row["en"])
            )
            for row in self._areas.to_pylist()
        }

    def _made_of_level(self, figure: str, level: Level) -> dict[str, FigureValue]:
        found = (_figure_value(row) for row in self._figures.rows(figure, level.value))
        return {value.area: value for value in found}

    @cached_property
    def _figures(self) -> Runs:
        return Runs(self.table, ("figure", "level"), _VALUE_COLUMNS)

    @cached_property
    def _groups(self) -> Runs:
        return Runs(self.groups, ("figure", "dimension", "level"), (*_VALUE_COLUMNS, "group"))


_VALUE_COLUMNS = ("figure", "level", "area", "value", "numerator", "denominator", "suppressed")


def _figure_value(row: Sequence[Any]) -> FigureValue:
    figure, level, *rest = row
    return FigureValue(figure, Level(level), *rest)


def read_edition(folder: Path) -> Edition:
    """Open an edition; one that is missing, damaged or of another version is a `DataError`."""
    folder = Path(folder)
    try:
        meta = dict(orjson.loads((folder / META).read_bytes()))
        if meta.get("version") != VERSION:
            raise DataError(
                f"is an edition of version {meta.get('version', 'unknown')}; this software reads {VERSION}.",
                where=str(folder),
                remedy=_REMEDY,
            )
        figures, areas = _table(folder / FIGURES, FIGURE_COLUMNS), _table(folder / AREAS, AREA_COLUMNS)
        # Editions from before groups were kept have none.
        groups = _table(folder / GROUPS, GROUP_COLUMNS) if (folder / GROUPS).exists() else _no_groups()
    except FileNotFoundError as error:
        raise DataError("there is no edition here.", where=str(folder), remedy=_REMEDY) from error
    except (OSError, TypeError, ValueError) as error:
        raise DataError(f"is damaged ({error}).", where=str(folder), remedy=_REMEDY) from error
    return Edition(folder, meta, figures, areas, groups)


def _table(path: Path, columns: tuple[str, ...]) -> pa.Table:
    table = pq.read_table(path, partitioning=None)
    if missing := set(columns) - set(table.column_names):
        raise ValueError(f"{path.name} lacks {', '.join(sorted(missing))}")
    return table


def _no_groups() -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in GROUP_COLUMNS})

"""A series: figures of several snapshots, counted on the borders of one day and cleared for showing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path

import pyarrow as pa

from fastlege.figures.catalogue import Definition, definitions
from fastlege.figures.dimensions import Dimension
from fastlege.figures.disclosure.door import Door, GivenAway
from fastlege.figures.engine import countable, of_claims
from fastlege.figures.levels import Areas, Level
from fastlege.figures.other_borders.areas import OnBorders
from fastlege.figures.other_borders.counting import compute_on_borders, split_on_borders
from fastlege.figures.prices import year_of_claims
from fastlege.figures.splits import SPLIT_RESULT
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.coverage import refuse_other_parts
from fastlege.reporting.door import doors_for
from fastlege.reporting.given import given_tables
from fastlege.reporting.series.borders import municipalities_for, placed
from fastlege.reporting.series.notes import Note, Notes, added_up, breaks_between, counted_whole, not_apart, other_day
from fastlege.reporting.series.periods import Period, name_of, period_of, until, usual_day

_TEXTS = pa.list_(pa.string())
SERIES = pa.schema([*SPLIT_RESULT, ("period", pa.string()), ("as_of", pa.date32()), ("notes", _TEXTS)])
"""One row a figure, area, period and group, which is empty for the whole.

`notes` are numbers of `Series.notes`; the rest is that of `SPLIT_RESULT`. A municipality that was part of another then
has a row with a note, and nothing in it.
"""


@dataclass(frozen=True)
class Series:
    """Figures over time, as they may be shown."""

    table: pa.Table
    notes: Mapping[str, Note]
    areas: Areas
    """The areas on the borders of `on`."""
    on: date
    lacking: Mapping[str, tuple[str, ...]]
    """For each figure the periods whose snapshot lacks its tables."""
    given_away: tuple[GivenAway, ...] = ()
    """Small cells that follow from editions that are out, whatever is hidden now."""


@dataclass(frozen=True)
class Options:
    """How a series leaves the door: divided by a dimension, after editions that are out, counts rounded."""

    dimension: Dimension | None = None
    after: tuple[Path, ...] = ()
    round_to: int = 1


AS_COUNTED = Options()
"""Neither divided nor rounded, and nothing is out."""


@dataclass
class _Making:
    """What is gathered while the snapshots are counted, the oldest first."""

    by: Level
    period: Period
    doors: Mapping[Path, Door]
    dimension: Dimension | None
    notes: Notes = field(default_factory=Notes)
    last: dict[str, date] = field(default_factory=dict)
    """For each figure, until when its last point is."""
    lacking: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    counted_later: frozenset[Path] = frozenset()


def series(
    snapshots: Sequence[Snapshot],
    figures: Sequence[Definition] | None = None,
    *,
    by: Level,
    period: Period = Period.MONTH,
    on: date | None = None,
    options: Options = AS_COUNTED,
) -> Series:
    """Figures (all that can be counted, unless named) of some snapshots at one level, the oldest first.

    Municipalities, counties and groups are those on the borders of `on`, the newest snapshot's day unless given. Of
    several snapshots in one period the last is taken. Larger areas are not followed over snapshots of different
    parts of the country, which hold different parts of them: those are a `DataError`. Only one figure is divided.
    """
    if options.dimension and (figures is None or len(figures) != 1):
        raise DataError("only one figure at a time is divided.", remedy="Name the figure.")
    ordered = _ordered(snapshots)
    if by is not Level.MUNICIPALITY:
        refuse_other_parts(ordered[-1], ordered[:-1])
    on = on or ordered[-1].as_of
    today = municipalities_for(ordered, on)
    chosen = definitions() if figures is None else figures
    taken = _last_of_each(ordered, period)
    doors = doors_for(taken, after=options.after, round_to=options.round_to)
    making = _Making(by, period, doors, options.dimension, counted_later=_counted_later(taken))
    parts = [_point(each, placed(each, today, on), chosen, making) for each in taken]
    lacking = {figure: tuple(periods) for figure, periods in making.lacking.items()}
    if figures and not any(part.num_rows for part in parts):
        raise DataError(
            f"none of the snapshots has the tables that {figures[0].id} is counted from.",
            remedy="`fastlege figures compute` says which one it lacks.",
        )
    table = pa.concat_tables([SERIES.empty_table(), *parts]).combine_chunks()
    away = tuple(dict.fromkeys(each for door in doors.values() for each in door.given_away))
    return Series(table, making.notes.by_number(), Areas(today), on, lacking, away)


def _ordered(snapshots: Sequence[Snapshot]) -> list[Snapshot]:
    if not snapshots:
        raise DataError("there are no snapshots to make a series of.", remedy="Name at least one folder.")
    ordered = sorted(snapshots, key=lambda each: each.as_of)
    for earlier, later in pairwise(ordered):
        if earlier.as_of == later.as_of:
            raise DataError(
                f"{earlier.folder} and {later.folder} are both of {later.as_of}.", remedy="Leave one of them out."
            )
    return ordered


def _last_of_each(ordered: Sequence[Snapshot], period: Period) -> list[Snapshot]:
    return list({name_of(each.as_of, period): each for each in ordered}.values())


def _counted_later(ordered: Sequence[Snapshot]) -> frozenset[Path]:
    """The snapshots whose year of claims stands in a later one too, which is taken instead."""
    last = {year_of_claims(each): each.folder for each in ordered if each.has("claims")}
    return frozenset(each.folder for each in ordered if each.has("claims")) - frozenset(last.values())


def _point(snapshot: Snapshot, borders: OnBorders, chosen: Sequence[Definition], making: _Making) -> pa.Table:
    """All figures of one snapshot."""
    given = given_tables(snapshot)
    if snapshot.folder in making.counted_later:
        chosen = [each for each in chosen if not of_claims(each.id)]
    can = {each.id for each in countable(snapshot, given)}
    figures = [each for each in chosen if each.id in can]
    for each in chosen:
        if each.id not in can:
            making.lacking[each.id].append(name_of(snapshot.as_of, making.period))
    found = _counted(figures, snapshot, borders, making, given)
    noted = _notes_of_areas(borders, making)
    common = {each.id: _notes_of_figure(each, snapshot, making) for each in figures}
    periods = {each.id: period_of(each, snapshot, making.period) for each in figures}
    names, areas = found["figure"].to_pylist(), found["area"].to_pylist()
    columns = [
        *found.columns,
        pa.array([periods[name] for name in names], pa.string()),
        pa.repeat(pa.scalar(snapshot.as_of, pa.date32()), found.num_rows),
        pa.array([[*common[name], *noted.get(area, [])] for name, area in zip(names, areas, strict=True)], _TEXTS),
    ]
    return pa.table(columns, schema=SERIES)


def _counted(
    figures: Sequence[Definition],
    snapshot: Snapshot,
    borders: OnBorders,
    making: _Making,
    given: Mapping[str, pa.Table],
) -> pa.Table:
    """Figures of one snapshot, divided or whole, with columns as `SPLIT_RESULT`."""
    by, door = making.by, making.doors[snapshot.folder]
    if making.dimension is None:
        whole = compute_on_borders(figures, snapshot, borders, by=by, threshold=door, given=given)
        none = pa.repeat(pa.scalar("", pa.string()), whole.num_rows)
        return whole.append_column("dimension", none).append_column("group", none)
    parts = [
        split_on_borders((each, making.dimension), snapshot, borders, by=by, threshold=door, given=given)
        for each in figures
    ]
    return pa.concat_tables([SPLIT_RESULT.empty_table(), *parts]).combine_chunks()


def _notes_of_figure(each: Definition, snapshot: Snapshot, making: _Making) -> list[str]:
    """The numbers of the notes that a figure has in all areas at one point."""
    end = until(each, snapshot)
    found = breaks_between(each, making.last.get(each.id), end)
    making.last[each.id] = end
    usual = usual_day(snapshot.as_of, making.period)
    if snapshot.as_of != usual and not of_claims(each.id):
        found.append(other_day(snapshot.as_of, name_of(snapshot.as_of, making.period), usual))
    return [making.notes.number(note) for note in found]


def _notes_of_areas(borders: OnBorders, making: _Making) -> dict[str, list[str]]:
    """The numbers of the notes that the areas of one snapshot have since borders were moved."""
    found: dict[str, list[str]] = defaultdict(list)
    for area, former in borders.of_parts(making.by).items():
        parts = sorted({part for code in former for part in borders.divided[code]})
        note = (
            not_apart(former, borders.own, parts, borders.areas)
            if making.by is Level.MUNICIPALITY
            else counted_whole(former, borders.own)
        )
        found[area].append(making.notes.number(note))
    for area, former in borders.merged.items() if making.by is Level.MUNICIPALITY else ():
        found[area].append(making.notes.number(added_up(former, borders.own)))
    return found

"""Figures of a snapshot on other borders: counts are added up first, and divided and rounded after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from fastlege.figures.catalogue import Definition
from fastlege.figures.counting.base_rows import BaseRows
from fastlege.figures.counting.by_area import count
from fastlege.figures.dimensions import Dimension
from fastlege.figures.disclosure.door import Door, door_of
from fastlege.figures.engine import RESULT, bases_of, figure_rows, measures_wanted, protected_measures
from fastlege.figures.levels import Level
from fastlege.figures.other_borders.areas import OnBorders
from fastlege.figures.other_borders.clearing import hidden_on
from fastlege.figures.splits import check_split, compute_split, split_of
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot


def compute_on_borders(
    figures: Sequence[Definition],
    snapshot: Snapshot,
    borders: OnBorders,
    *,
    by: Level,
    threshold: int | Door,
    given: Mapping[str, pa.Table],
) -> pa.Table:
    """Some figures at one level on other borders, with columns as `RESULT`; `threshold` as in `engine.compute_many`.

    The parts of a divided municipality have rows with nothing in them: nobody knows what was in which.
    """
    rows = BaseRows(snapshot, bases_of(figures), given=given)
    wanted = measures_wanted(figures, [by])
    counted = count(wanted, rows, borders.areas)
    own = count(wanted, rows, borders.own) if borders.moved else counted
    door = door_of(threshold)
    hidden = hidden_on(borders, figures, own, counted, door)
    shown = _shown(borders, by)
    parts = [
        figure_rows(each, by, borders.areas, (counted, counted), hidden, round_to=door.round_to).filter(shown)
        for each in figures
    ]
    return _apart(pa.concat_tables([RESULT.empty_table(), *parts]).combine_chunks(), borders, by)


def split_on_borders(
    wanted: tuple[Definition, Dimension],
    snapshot: Snapshot,
    borders: OnBorders,
    *,
    by: Level,
    threshold: int | Door,
    given: Mapping[str, pa.Table],
) -> pa.Table:
    """One figure divided by a dimension at one level on other borders, with columns as `SPLIT_RESULT`.

    Groups of few persons are cleared on the snapshot's own borders, which tell nothing of what may be shown on others:
    a figure that counts persons is then divided for the whole only, which lies on no border.
    """
    each, dimension = wanted
    if not borders.moved or by is Level.COUNTRY:
        return compute_split(each, snapshot, dimension, by=[by], threshold=threshold, given=given)
    if protected_measures(each):
        raise DataError(
            f"{each.id} is not divided by {dimension.id} on other borders than those of its own day.",
            where=str(snapshot.folder),
            remedy=f"Ask for the {Level.COUNTRY}, or name snapshots whose borders are the same.",
        )
    check_split(each, dimension, [by])
    rows = BaseRows(snapshot, bases_of([each]), given=given)
    return _apart(split_of(each, rows, dimension, by=[by], threshold=threshold, areas=borders.areas), borders, by)


def _shown(borders: OnBorders, by: Level) -> pa.Array:
    """The areas with lists, and those that cannot be counted apart, which are said to be so."""
    parts = borders.of_parts(by)
    codes = borders.areas.codes(by)
    return pa.array([shown or code in parts for code, shown in zip(codes, borders.areas.shown(by), strict=True)])


def _apart(found: pa.Table, borders: OnBorders, by: Level) -> pa.Table:
    """The rows of figures, with nothing in those of municipalities that were one then."""
    parts = borders.of_parts(by)
    if by is not Level.MUNICIPALITY or not parts:
        return found
    one = pc.is_in(found["area"], pa.array(list(parts), pa.string()))
    for name in ("numerator", "denominator", "value"):
        at = found.column_names.index(name)
        emptied = pc.if_else(one, pa.scalar(None, found[name].type), found[name])
        found = found.set_column(at, found.schema.field(name), emptied)
    at = found.column_names.index("suppressed")
    return found.set_column(at, "suppressed", pc.and_not(found["suppressed"], one))

"""Clearing: what may not be shown of the measures that count persons, whole and divided, family by family."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from fastlege.figures.counting.by_area import Counted
from fastlege.figures.disclosure.cells import Mask
from fastlege.figures.disclosure.door import HIDDEN, Door, Name
from fastlege.figures.disclosure.families import FAMILY_OF, REST, Family
from fastlege.figures.disclosure.tables import Hidden, SumOf, Tables, suppress_with_lines, within
from fastlege.figures.levels import Areas, Level
from fastlege.figures.values import Counts

Groups = Mapping[str, Mapping[str, Counted]]
"""By dimension and group, the measures of a family that are divided so."""

HALVES = {"H1": tuple(f"{month:02}" for month in range(1, 7)), "H2": tuple(f"{month:02}" for month in range(7, 13))}
"""The months of each half of a year."""


def clear_whole(names: Iterable[str], counted: Counted, areas: Areas, door: Door) -> dict[str, Hidden]:
    """For each of some protected measures, and those before it in its family, which areas may not be shown."""
    hidden: dict[str, Hidden] = {}
    for name in names:
        together = FAMILY_OF[name].up_to(name)
        if not hidden.keys() >= set(together):
            hidden |= _by_layer(FAMILY_OF[name], together, counted, areas, door)
    return hidden


def _by_layer(family: Family, together: Sequence[str], counted: Counted, areas: Areas, door: Door) -> dict[str, Hidden]:
    levels, inside = tuple(Level), within(areas, tuple(Level))
    sums = [(_whole(total), tuple(_whole(part) for part in parts)) for total, parts in family.sums]
    hidden: dict[Name, Mask] = {}
    for layer in family.layers:
        if not set(layer) <= set(together):
            break
        names = [*hidden, *(_whole(name) for name in layer)]
        counts = {name: _flat(counted, name[0], levels) for name in names}
        tables = Tables(counts, inside, sums, family.unguarded, _shown(areas, levels))
        hidden = _decided(tables, hidden, areas, levels, door)
    return {name[0]: _by_level(mask, areas, levels) for name, mask in hidden.items()}


def clear_groups(
    family: Family, whole: Mapping[str, Hidden], counted: tuple[Counted, Groups], areas: Areas, door: Door
) -> dict[Name, Hidden]:
    """For each measure of a family and each group that it is divided by, which large areas may not be shown.

    All dimensions are decided together, beside the undivided counts, which are out.
    """
    undivided, groups = counted
    levels = LARGE
    counts = {_whole(name): _flat(undivided, name, levels) for name in whole}
    # Areas that are not shown are taken to be known, which is the careful way: they tie all dimensions together.
    served = _shown(areas, levels)
    hidden = {_whole(name): np.concatenate([whole[name][level] for level in levels]) & served for name in whole}
    divided: dict[str, dict[str, list[str]]] = {}
    for dimension, found in groups.items():
        for group, measures in found.items():
            for name in sorted({name for name, _ in measures.columns} & whole.keys()):
                counts[name, dimension, group] = _flat(measures, name, levels)
                divided.setdefault(name, {}).setdefault(dimension, []).append(group)
    tables = Tables(counts, within(areas, levels), _sums(family, divided), family.unguarded)
    decided = _decided(tables, hidden, areas, levels, door)
    return {name: _by_level(mask, areas, levels) for name, mask in decided.items() if name[1]}


LARGE = (Level.COUNTY, Level.SIZE_GROUP, Level.CENTRALITY, Level.COUNTRY)
"""The levels at which figures that count persons are divided."""


def _sums(family: Family, divided: Mapping[str, Mapping[str, Sequence[str]]]) -> list[SumOf]:
    """The family's own sums, whole and in each group; groups of a dimension, and months of a half-year."""
    found: list[SumOf] = [(_whole(total), tuple(_whole(part) for part in parts)) for total, parts in family.sums]
    for total, parts in family.sums:
        for dimension, groups in divided.get(total, {}).items():
            apart = [part for part in parts if part not in FAMILY_OF or dimension in divided.get(part, {})]
            if len(apart) == len(parts):
                found += [
                    ((total, dimension, group), tuple((part, dimension, group) for part in parts)) for group in groups
                ]
    for name, dimensions in divided.items():
        for dimension, groups in dimensions.items():
            every = tuple((name, dimension, group) for group in groups)
            found.append((_whole(name), (*every, (f"{REST}{name}", dimension, ""))))
        halves, months = dimensions.get("half_year", ()), dimensions.get("month", ())
        found += [
            ((name, "half_year", half), tuple((name, "month", month) for month in HALVES[half] if month in months))
            for half in halves
            if months
        ]
    return found


def _decided(
    tables: Tables, before: Mapping[Name, Mask], areas: Areas, levels: Sequence[Level], door: Door
) -> dict[Name, Mask]:
    """What to hide in each table: `before` is what has been decided of some of them, and stays as it is."""
    known = {name: ~mask for name, mask in before.items()}
    keep = dict(before)
    for name, counts in tables.counts.items():
        for edition in door.before:
            shown = np.concatenate([edition.of(name, level, areas.codes(level)) for level in levels])
            tells = edition.tells(counts, shown)
            known[name] = known.get(name, False) | tells
            keep[name] = keep.get(name, False) | (shown == HIDDEN)
    out = tables.spread(known)
    cells = tables.cells
    found = suppress_with_lines(cells, door.threshold, _lines(tables), known=out, keep=tables.spread(keep) & ~out)
    places = [(level, code) for level in levels for code in areas.codes(level)]
    served = np.tile(_shown(areas, levels), len(cells) // len(places))
    for cell in found.given_away[served[found.given_away]].tolist():
        for name in tables.names_of(cell):
            door.given_away.append((name, *places[cell % len(places)]))
    return {name: tables.of(found.hidden, name) for name in tables.counts}


def _lines(tables: Tables) -> NDArray[np.intp]:
    """A line is all groups that a measure is divided into by one dimension, in one area."""
    size = tables.inside.shape[1]
    numerator = {parts[-1][0]: parts[0][0] for _, parts in tables.sums}
    numbers: dict[tuple[str, str], int] = {}
    line = np.zeros(len(tables.cells) // size, dtype=np.intp)
    for (measure, dimension, _), at in tables.place.items():
        # What is left of a denominator is told by the numerator.
        of = numerator[measure] if measure.startswith(REST) else measure
        line[at] = numbers.setdefault((of, dimension), len(numbers))
    return (line[:, None] * size + np.arange(size)).ravel()


def _whole(name: str) -> Name:
    return name, "", ""


def _flat(counted: Counted, name: str, levels: Sequence[Level]) -> Counts:
    return np.concatenate([counted.of(name, level) for level in levels]).astype(np.int64)


def _shown(areas: Areas, levels: Sequence[Level]) -> Mask:
    return np.concatenate([areas.shown(level) for level in levels])


def _by_level(mask: Mask, areas: Areas, levels: Sequence[Level]) -> Hidden:
    ends = np.cumsum([len(areas.codes(level)) for level in levels])
    return dict(zip(levels, np.split(mask, ends[:-1]), strict=True))

"""Deriving the centrality class of each municipality, since the official file is not among the sources.

Municipalities are ranked by population within reach. Where one class ends and the next begins is fitted to what is
published of the classes: the share of municipalities in classes 5 and 6 by county and which classes a county has are
met exactly; list lengths by class and salaried shares by county and class as nearly as may be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.money import divide_half_up
from fastlege.rules.dated_rows import DATA, read_lines
from fastlege.rules.geography.borders import codes_on, counties_on, municipalities_by_code, populations_on

BORDERS_NEW, BORDERS_OLD = date(2025, 1, 1), date(2023, 10, 1)
CLASSES = 6
TARGETS = ("measure", "area", "centrality", "on", "value", "unit", "source")
LISTS = ("municipality", "lists", "lists_with_gp", "residents_on_vacant_lists")

# What one unit of misfit is: a percentage point of a county's salaried share, two of a class's, ten persons of a mean
# list length, two lists too many or too few, a twentieth of a logarithm in reach on the wrong side of a limit.
COUNTY_SHARE, CLASS_SHARE, LENGTH, TOO_MANY, REACH = 1.0, 2.0, 10.0, 2.0, 0.05

Classes = NDArray[np.int64]


@dataclass(frozen=True)
class Market:
    """Municipalities on the new borders, most reach first, with the weights and targets of the fit."""

    codes: tuple[str, ...]
    reach: NDArray[np.float64]
    county: NDArray[np.int64]
    group: NDArray[np.int64]
    counts_in_group: NDArray[np.bool_]
    lists: NDArray[np.float64]
    lists_with_gp: NDArray[np.float64]
    residents_with_gp: NDArray[np.float64]
    at_least: NDArray[np.float64]
    at_most: NDArray[np.float64]
    allowed: NDArray[np.bool_]
    share: NDArray[np.float64]
    county_total: NDArray[np.float64]
    class_total: NDArray[np.float64]
    length: NDArray[np.float64]
    rural: NDArray[np.int64]


def fit_centrality(reach: Mapping[str, float]) -> tuple[dict[str, int], float]:
    """Class 1 (most central) to 6 by municipality code on the new borders, and the misfit that is left."""
    market = _market(reach)
    classes = _start(market)
    best = _misfit(market, classes)
    improved = True
    while improved:
        improved = False
        for moved in _neighbours(market, classes):
            misfit = _misfit(market, moved)
            if misfit < best - 1e-9:
                classes, best, improved = moved, misfit, True
                break
    return dict(zip(market.codes, (classes + 1).tolist(), strict=True)), best


def _start(market: Market) -> Classes:
    """Classes 5 and 6 by rank within each old county; the rest by national rank, within what each county has."""
    classes = np.full(len(market.codes), 3)
    for group, rural in enumerate(market.rural):
        inside = np.flatnonzero((market.group == group) & market.counts_in_group & market.allowed[market.county, 4])
        classes[inside[len(inside) - rural :]] = 4
    _spread(market, classes, classes == 4, (4, 5))
    _spread(market, classes, classes == 3, (0, 1, 2, 3))
    return classes


def _spread(market: Market, classes: Classes, chosen: NDArray[np.bool_], kinds: Sequence[int]) -> None:
    # Each class of a county gets an equal share of its municipalities: a start, for the search to improve.
    for county in range(len(market.allowed)):
        inside = np.flatnonzero(chosen & (market.county == county))
        present = [kind for kind in kinds if market.allowed[county, kind]]
        if len(inside) and present:
            part = np.arange(len(inside)) * len(present) // len(inside)
            classes[inside] = np.array(present)[part]


def _neighbours(market: Market, classes: Classes) -> Iterator[Classes]:
    """All assignments one step away that keep the exact targets: a limit in one county moved by one municipality."""
    steps = [step for county in range(len(market.allowed)) for step in _steps(market, classes, county)]
    for place, kind in steps:
        if not _changes_rural(classes[place], kind) or not market.counts_in_group[place]:
            yield _with(classes, (place, kind))
    # A limit between 4 and 5 moves only together with one the other way in another county of the same old county.
    rural = [(place, kind) for place, kind in steps if _changes_rural(classes[place], kind)]
    for place, kind in rural:
        for other, to in rural:
            same_group = market.group[place] == market.group[other]
            if place < other and same_group and (kind > classes[place]) != (to > classes[other]):
                yield _with(classes, (place, kind), (other, to))


def _steps(market: Market, classes: Classes, county: int) -> Iterator[tuple[int, int]]:
    inside = np.flatnonzero(market.county == county)
    present = np.flatnonzero(market.allowed[county])
    for upper, lower in pairwise(present):
        above, below = inside[classes[inside] == upper], inside[classes[inside] == lower]
        if len(above) > 1:
            yield int(above[-1]), int(lower)
        if len(below) > 1:
            yield int(below[0]), int(upper)


def _changes_rural(before: int, after: int) -> bool:
    return (before >= 4) != (after >= 4)


def _with(classes: Classes, *changes: tuple[int, int]) -> Classes:
    moved = classes.copy()
    for place, kind in changes:
        moved[place] = kind
    return moved


def _misfit(market: Market, classes: Classes) -> float:
    counties = len(market.allowed)
    cell = np.bincount(market.county * CLASSES + classes, market.lists, counties * CLASSES).reshape(counties, CLASSES)
    salaried = cell * market.share
    by_county = 100 * salaried.sum(axis=1) / cell.sum(axis=1) - market.county_total
    by_class = 100 * salaried.sum(axis=0) / cell.sum(axis=0) - market.class_total
    residents = np.bincount(classes, market.residents_with_gp, CLASSES)
    length = residents / np.bincount(classes, market.lists_with_gp, CLASSES) - market.length
    off = np.maximum(market.at_least - cell, 0) + np.maximum(cell - market.at_most, 0)
    misfit = np.square(by_county / COUNTY_SHARE).sum() + np.square(by_class / CLASS_SHARE).sum()
    misfit += np.square(off / TOO_MANY).sum()
    return float(misfit + np.square(length / LENGTH).sum() + _out_of_order(market, classes))


def _out_of_order(market: Market, classes: Classes) -> float:
    """How far municipalities lie on the wrong side of the national limits between classes."""
    total = 0.0
    for kind in range(CLASSES - 1):
        upper, lower = market.reach[classes <= kind], market.reach[classes > kind]
        # With the rank kept, as many lie above the limit as there are municipalities in the classes above it.
        limit = (market.reach[len(upper) - 1] + market.reach[len(upper)]) / 2
        wrong = np.concatenate([np.maximum(limit - upper, 0), np.maximum(lower - limit, 0)])
        total += float(np.square(wrong / REACH).sum())
    return total / len(market.codes)


def _market(reach: Mapping[str, float]) -> Market:
    """All that the printed tables say of municipalities, those with most people within reach first.

    Counties are on the newer borders, groups are the counties of the older ones. Municipalities that were divided since
    count in no group.
    """
    codes = tuple(sorted(reach, key=lambda code: (-reach[code], code)))
    new, old = municipalities_by_code(BORDERS_NEW), municipalities_by_code(BORDERS_OLD)
    before = [codes_on(code, was_on=BORDERS_NEW, on=BORDERS_OLD)[0] for code in codes]
    counties = sorted(counties_on(BORDERS_NEW).values())
    groups = sorted(counties_on(BORDERS_OLD).values())
    name_new, name_old = counties_on(BORDERS_NEW), counties_on(BORDERS_OLD)
    group = np.array([groups.index(name_old[old[code].county]) for code in before])
    divided = _parts_of_divided(codes, before)
    lists = _lists(codes, before, divided)
    share, county_total, class_total = _salaried(counties)
    counted = np.array([place not in divided for place in range(len(codes))])
    return Market(
        codes=codes,
        reach=np.array([reach[code] for code in codes]),
        county=np.array([counties.index(name_new[new[code].county]) for code in codes]),
        group=group,
        counts_in_group=counted,
        lists=lists[0],
        lists_with_gp=lists[1],
        residents_with_gp=lists[2],
        at_least=_cells("lists_at_least", counties, 0),
        at_most=_cells("lists_at_most", counties, np.inf),
        allowed=share >= 0,
        share=np.maximum(share, 0) / 100,
        county_total=county_total,
        class_total=class_total,
        length=_cells("mean_list_length", ["country"], 0)[0],
        rural=_rural(groups, np.bincount(group[counted], minlength=len(groups))),
    )


def _parts_of_divided(codes: Sequence[str], before: Sequence[str]) -> set[int]:
    """Places of the smaller parts of divided municipalities: the old municipality goes with its largest part."""
    people = populations_on(BORDERS_NEW)
    largest = {
        old: max((code for code, b in zip(codes, before, strict=True) if b == old), key=people.__getitem__)
        for old in before
        if before.count(old) > 1
    }
    return {place for place, old in enumerate(before) if old in largest and codes[place] != largest[old]}


def _lists(codes: Sequence[str], before: Sequence[str], divided: set[int]) -> NDArray[np.float64]:
    """Lists, lists with a GP, and residents on these, by municipality; a divided one's stand with its largest part."""
    people = populations_on(BORDERS_OLD)
    found = {line.cells["municipality"]: line for line in read_lines(DATA / "municipality_lists_2023.csv", LISTS)}
    rows = np.zeros((3, len(codes)))
    for place, old in enumerate(before):
        if old in found and place not in divided:
            line = found[old]
            residents = max(people[old] - line.whole("residents_on_vacant_lists"), 0)
            rows[:, place] = line.whole("lists"), line.whole("lists_with_gp"), residents
    return rows


def _targets(measure: str) -> dict[tuple[str, str], int]:
    lines = [line for line in read_lines(DATA / "centrality_targets.csv", TARGETS) if line.cells["measure"] == measure]
    return {(line.cells["area"], line.cells["centrality"]): line.whole("value") for line in lines}


def _salaried(counties: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Salaried share by county and class (-1 where the county has no such class), by county, and by class."""
    targets = _targets("salaried_share")
    totals = np.array([float(targets[county, ""]) for county in counties])
    return _cells("salaried_share", counties, -1), totals, _cells("salaried_share", ["country"], -1)[0]


def _cells(measure: str, areas: Sequence[str], absent: float) -> NDArray[np.float64]:
    """A target by area and class, and a value for the cells that have none."""
    targets = _targets(measure)
    kinds = [str(kind) for kind in range(1, CLASSES + 1)]
    return np.array([[float(targets.get((area, kind), absent)) for kind in kinds] for area in areas])


def _rural(groups: Sequence[str], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of municipalities in classes 5 and 6 by old county, from the published whole percents."""
    targets = _targets("share_of_municipalities")
    rural = []
    for group, size in zip(groups, sizes.tolist(), strict=True):
        percent = targets[group, "5;6"]
        fitting = [number for number in range(size + 1) if divide_half_up(100 * number, size) == percent]
        if len(fitting) != 1:
            raise DataError(f"{percent} percent of {size} municipalities in {group} is {fitting or 'no'} whole number.")
        rural += fitting
    return np.array(rural)

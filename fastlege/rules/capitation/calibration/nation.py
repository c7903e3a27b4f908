"""The reference nation of a set of weights: how many people there are of each class, in all and on groups of lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.capitation.adjusted.socioeconomy import CLASSES, MEASURES, classes_by_unit
from fastlege.rules.capitation.cells import CellScheme, load_cells
from fastlege.rules.capitation.counting import ClassesOfUnits, count_members
from fastlege.rules.capitation.one_list import months_earlier
from fastlege.rules.capitation.register_day import register_day
from fastlege.rules.capitation.year import list_groups
from fastlege.rules.geography.borders import populations_on

_NEARLY_ALL = 0.9
"""The smallest share of all people that is taken for a whole nation; some belong to no list."""


@dataclass(frozen=True)
class ReferenceNation:
    """Members of lists by class.

    `groups` names the groups of lists (pay form, whether with a GP); the columns by group have one row for each.
    """

    scheme: CellScheme
    groups: tuple[tuple[str, str], ...]
    cells: NDArray[np.int64]
    residence: NDArray[np.int64]
    practice: NDArray[np.int64]
    units: dict[str, NDArray[np.int64]]
    newcomers: int
    use_means: NDArray[np.float64]
    population: int

    @property
    def people(self) -> int:
        """Members of all lists."""
        return int(self.cells.sum())

    @property
    def is_whole(self) -> bool:
        """Whether this is the whole country, where nearly everybody is a member of a list, and not a part of it."""
        return self.people >= _NEARLY_ALL * self.population


def reference_nation(snapshot: Snapshot, newcomer_months: int) -> ReferenceNation:
    """Count a snapshot's members by every class that a set of weights may ask for."""
    day, scheme = register_day(snapshot), load_cells()
    since = months_earlier(day.day, newcomer_months)
    counted = {
        measure: count_members(
            snapshot,
            day.list_ids,
            scheme,
            on=day.day,
            classes=ClassesOfUnits(CLASSES, classes_by_unit(measure)),
            newcomers_since=since,
        )
        for measure in MEASURES
    }
    groups = list_groups(day)
    first = counted[MEASURES[0]]
    by_group = np.stack([own for own in groups.values()]).astype(np.int64)
    places = len(scheme.dimensions[3].classes)
    cells = (by_group @ first.counts).reshape(len(groups), -1, places)
    of_list = day.centrality[day.municipality] - 1
    practice = np.stack([np.bincount(of_list[own], first.members[own], places) for own in groups.values()])
    units = {measure: by_group @ own.by_class for measure, own in counted.items() if own.by_class is not None}
    _refuse_gaps(snapshot, cells, scheme)
    newcomers = 0 if first.newcomers is None else int(first.newcomers.sum())
    return ReferenceNation(
        scheme,
        tuple(groups),
        cells.sum(axis=2),
        cells.sum(axis=1),
        practice.astype(np.int64),
        units,
        newcomers,
        _use_means(snapshot, scheme),
        sum(populations_on(day.day).values()),
    )


def _refuse_gaps(snapshot: Snapshot, cells: NDArray[np.int64], scheme: CellScheme) -> None:
    """Weights cannot be fitted to groups of lists, or classes of people, that the snapshot has none of."""
    ages, sexes, uses = (len(dimension.classes) for dimension in scheme.dimensions[:3])
    people = cells.sum(axis=(0, 2)).reshape(ages, sexes, uses)
    if cells.sum(axis=(1, 2)).all() and people.sum(axis=2).all() and people.sum(axis=(0, 1)).all():
        return
    raise DataError(
        "has no members of some class of age, sex or use, or on lists of some pay form with a GP or without.",
        where=str(snapshot.folder),
        remedy="Calibrate on a whole nation.",
    )


def _use_means(snapshot: Snapshot, scheme: CellScheme) -> NDArray[np.float64]:
    """Mean contacts of the people in each class of use, relative to that of all."""
    use = snapshot.table("persons", ["gp_use"])["gp_use"].to_numpy()
    counts = np.bincount(use)
    of_class = scheme.dimensions[2].class_numbers(np.arange(len(counts)))
    people = np.bincount(of_class, counts)
    contacts = np.bincount(of_class, counts * np.arange(len(counts)))
    return (contacts / np.maximum(people, 1)) / (contacts.sum() / people.sum())

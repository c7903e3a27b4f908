"""The adjusted amounts of all lists at once: points by list, what they count for, and one rounding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.money import divide_half_up
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.capitation.adjusted.socioeconomy import CLASSES, classes_by_unit
from fastlege.rules.capitation.adjusted.weights import PARTS, PRACTICE, Weights
from fastlege.rules.capitation.cells import CellScheme
from fastlege.rules.capitation.counting import CellCounts, ClassesOfUnits, count_members
from fastlege.rules.capitation.register_day import RegisterDay

_ORE = 100


@dataclass(frozen=True)
class AdjustedAmounts:
    """Øre by list and part, in the order of the register day's lists; the parts of a list are its amount together."""

    points: dict[str, NDArray[np.int64]]
    parts: dict[str, NDArray[np.int64]]

    @property
    def amounts(self) -> NDArray[np.int64]:
        """Øre of each list."""
        return sum(self.parts.values(), np.int64(0) * self.points["centrality"])


def count_for(
    snapshot: Snapshot, day: RegisterDay, scheme: CellScheme, weights: Weights | None, newcomers_since: date
) -> CellCounts:
    """Count all that the weights need of a snapshot's members; without weights, by cell alone."""
    if weights is None:
        return count_members(snapshot, day.list_ids, scheme, on=day.day)
    return count_members(
        snapshot,
        day.list_ids,
        scheme,
        on=day.day,
        classes=ClassesOfUnits(CLASSES, classes_by_unit(weights.socioeconomy_measure)),
        newcomers_since=newcomers_since if weights.counts_newcomers else None,
    )


def points_of_lists(day: RegisterDay, counts: CellCounts, weights: Weights) -> dict[str, NDArray[np.int64]]:
    """The points of each list by part: its counts times the weights of the classes, in whole numbers."""
    if counts.by_class is None:
        raise DataError("the members were not counted by the class of their basic units.")
    own = {part: np.array(points, dtype=np.int64) for part, points in weights.points.items()}
    places = len(own["centrality"])
    by_cell = counts.counts.reshape(len(counts.list_ids), counts.scheme.size // places, places)
    if weights.centrality_measure == PRACTICE:
        central = own["centrality"][day.centrality[day.municipality] - 1] * counts.members
    else:
        central = by_cell.sum(axis=1) @ own["centrality"]
    return {
        "sex_age_use": by_cell.sum(axis=2) @ own["sex_age_use"],
        "centrality": central,
        "socioeconomy": counts.by_class @ own["socioeconomy"],
        "newcomers": np.zeros_like(central) if counts.newcomers is None else counts.newcomers,
    }


def adjusted_amounts(
    day: RegisterDay, counts: CellCounts, weights: Weights, rate: Fraction, part_of_year: Fraction
) -> AdjustedAmounts:
    """Øre by list: what its members count for, times the rate and the part of a year, rounded once.

    The numbers outgrow 64 bits, so that the last step is in whole numbers of any size.
    """
    points = points_of_lists(day, counts, weights)
    factor = rate * part_of_year * _ORE
    each = {part: weights.per_point[part] * factor for part in PARTS}
    person = weights.per_person * factor
    whole = lcm(person.denominator, *(own.denominator for own in each.values()))
    upto = counts.members.astype(object) * int(person * whole)
    parts, before = {}, np.zeros(len(counts.list_ids), dtype=np.int64)
    for part in PARTS:
        upto = upto + points[part].astype(object) * int(each[part] * whole)
        sums = np.array([divide_half_up(number, whole) for number in upto], dtype=np.int64)
        parts[part] = sums - before
        before = sums
    return AdjustedAmounts(points, parts)

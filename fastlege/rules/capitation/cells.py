"""Cells: the kinds of residents that capitation tells apart, as data.

A resident belongs to one class in each dimension (age, sex, use of GPs, centrality), and so to one cell. The classes
stand in `audit_cells.csv`; a model with other classes is another file, and nothing else.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError

_AUDIT_CELLS = Path(__file__).with_name("audit_cells.csv")
DIMENSIONS = ("age", "sex", "use", "centrality")
"""The dimensions that can be read off a person: whole years, legal sex, contacts last year, class of municipality."""


@dataclass(frozen=True)
class CellClass:
    """One class of one dimension: the whole numbers from `first` to `last`, or upwards when `last` is None."""

    name: str
    first: int
    last: int | None


@dataclass(frozen=True)
class Dimension:
    """One dimension and its classes, in rising order, without gaps."""

    name: str
    classes: tuple[CellClass, ...]

    def class_numbers(self, values: NDArray[np.integer]) -> NDArray[np.int64]:
        """The number of the class of each value, or -1 for a value outside them all."""
        found = np.searchsorted([c.first for c in self.classes], values, side="right") - 1
        last = self.classes[-1].last
        return found if last is None else np.where(values > last, -1, found)


@dataclass(frozen=True)
class CellScheme:
    """All cells: the product of the dimensions' classes, numbered with the last dimension running fastest."""

    dimensions: tuple[Dimension, ...]

    @property
    def size(self) -> int:
        """Number of cells."""
        return int(np.prod([len(d.classes) for d in self.dimensions]))

    def stride(self, dimension: str) -> int:
        """How far apart the cells of two neighbouring classes of this dimension stand."""
        names = [d.name for d in self.dimensions]
        return int(np.prod([len(d.classes) for d in self.dimensions[names.index(dimension) + 1 :]], dtype=np.int64))

    def labels(self) -> list[str]:
        """The name of each cell, in order: "age 0-5, sex male, use 0, centrality 1"."""
        labels = [""]
        for dimension in self.dimensions:
            own = [f"{dimension.name} {c.name}" for c in dimension.classes]
            labels = [f"{label}, {name}" if label else name for label in labels for name in own]
        return labels

    def cell(self, **values: int) -> int | None:
        """The cell of one resident, given a whole number for each dimension; None when one lies outside."""
        number = 0
        for dimension in self.dimensions:
            part = int(dimension.class_numbers(np.array([values[dimension.name]]))[0])
            if part < 0:
                return None
            number += part * self.stride(dimension.name)
        return number


@cache
def load_cells(path: Path = _AUDIT_CELLS) -> CellScheme:
    """Read the classes of each dimension, refusing gaps, overlaps and dimensions that no person has."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = list(dict.fromkeys(row["dimension"] for row in rows))
    if sorted(names) != sorted(DIMENSIONS):
        raise DataError(f"must hold the dimensions {', '.join(DIMENSIONS)}, and has {names}.", where=str(path))
    return CellScheme(tuple(_dimension(path, name, [r for r in rows if r["dimension"] == name]) for name in names))


def _dimension(path: Path, name: str, rows: Sequence[dict[str, str]]) -> Dimension:
    try:
        classes = tuple(CellClass(r["class"], int(r["first"]), int(r["last"]) if r["last"] else None) for r in rows)
    except ValueError as error:
        raise DataError(f"{name} has a bound that is not a whole number.", where=str(path)) from error
    for before, after in pairwise(classes):
        if before.last is None or after.first != before.last + 1:
            raise DataError(
                f"{name}: the class {after.name} must start right after {before.name} ends.",
                where=str(path),
                remedy="Leave neither gap nor overlap between classes.",
            )
    return Dimension(name, classes)

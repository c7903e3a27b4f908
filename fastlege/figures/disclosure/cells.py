"""The cells of one or more tables of counts, and which of them add up to which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from fastlege.figures.values import Counts

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Group:
    """One cell that is the total of others. Positions are those of `Cells.counts`."""

    total: int
    parts: NDArray[np.intp]


class Cells:
    """Counts of persons in cells, with every total that a reader could add up to.

    A cell that stands in several tables is one cell here, so that tables are protected together. Different persons
    can be fewer in a total than in its parts together, when one is counted in two parts; `known_excess` treats what
    is counted twice as known to the reader, which is the careful way.
    """

    def __init__(self, counts: Counts, groups: Sequence[Group]) -> None:
        self.counts = counts
        self.groups = tuple(groups)
        lengths = [len(group.parts) + 1 for group in self.groups]
        rows = np.repeat(np.arange(len(self.groups)), lengths)
        columns = np.concatenate([[group.total, *group.parts] for group in self.groups] or [[]]).astype(np.intp)
        signs = np.concatenate([[-1.0] + [1.0] * len(group.parts) for group in self.groups] or [[]])
        shape = (len(self.groups), len(counts))
        self.sums: csr_array = csr_array((signs, (rows, columns)), shape=shape)
        """One row a group: the parts less the total. Times the counts it is `known_excess`."""

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def known_excess(self) -> NDArray[np.float64]:
        """For each group, by how much the parts together are more than the total."""
        excess: NDArray[np.float64] = self.sums @ self.counts.astype(np.float64)
        return excess

    @property
    def smallest_group(self) -> NDArray[np.intp]:
        """For each cell, the position of the smallest group that it is a part of; -1 for one that is part of none."""
        smallest = np.full(len(self), -1, dtype=np.intp)
        for position in sorted(range(len(self.groups)), key=lambda each: -len(self.groups[each].parts)):
            smallest[self.groups[position].parts] = position
        return smallest

    def small(self, threshold: int) -> Mask:
        """The cells with somebody, but too few to be shown."""
        mask: Mask = (self.counts > 0) & (self.counts < threshold)
        return mask

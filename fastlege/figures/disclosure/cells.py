"""The cells of one or more tables of counts, and which of them add up to which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

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

    def __init__(
        self,
        counts: Counts,
        groups: Sequence[Group] = (),
        *,
        sums: csr_array | None = None,
        published: Mask | None = None,
        guarded: Mask | None = None,
    ) -> None:
        everywhere = np.ones(len(counts), dtype=np.bool_)
        self.counts = counts
        self.sums: csr_array = _sums_of(groups, len(counts)) if sums is None else sums
        """One row a group: the parts less the total. Times the counts it is `known_excess`."""
        self.published = everywhere if published is None else published
        """The cells that a reader sees, or sees to be hidden. The others stand in no table, but may follow from some:
        what is left when a part is taken from a total. A reader does not know whether they are empty."""
        self.guarded = everywhere if guarded is None else guarded
        """The cells that count persons or what they did. The others are only there for what they add up to."""

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def known_excess(self) -> NDArray[np.float64]:
        """For each group, by how much the parts together are more than the total."""
        excess: NDArray[np.float64] = self.sums @ self.counts.astype(np.float64)
        return excess

    @property
    def least(self) -> Counts:
        """The least that a reader knows each cell to hold when it is hidden: noughts are shown, so that is one."""
        return self.published.astype(np.int64)

    @cached_property
    def by_cell(self) -> csc_array:
        """`sums` by its columns: the groups of each cell."""
        return csc_array(self.sums)

    def small(self, threshold: int) -> Mask:
        """The cells with somebody, but too few to be shown."""
        mask: Mask = (self.counts > 0) & (self.counts < threshold) & self.guarded
        return mask


def _sums_of(groups: Sequence[Group], size: int) -> csr_array:
    lengths = [len(group.parts) + 1 for group in groups]
    rows = np.repeat(np.arange(len(groups)), lengths)
    columns = np.concatenate([[group.total, *group.parts] for group in groups] or [[]]).astype(np.intp)
    signs = np.concatenate([[-1.0] + [1.0] * len(group.parts) for group in groups] or [[]])
    return csr_array((signs, (rows, columns)), shape=(len(groups), size))

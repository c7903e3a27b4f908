"""The attack: what a reader can work out about hidden cells, with all totals of all tables solved together.

It is a program of its own, written from the other side, with another solver than `search`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

from fastlege.figures.disclosure.cells import Cells, Mask

Bounded = NDArray[np.float64]
_NEAR = 1e-6


def least_and_most(cells: Cells, hidden: Mask, *, whole: bool = False) -> tuple[Bounded, Bounded]:
    """For every hidden cell, in order: the least and the most it can hold for all that a reader can know.

    The reader knows what is shown, which cells add up to which, and that no hidden cell of a table is empty; with
    `whole`, also that persons are whole, which takes longer to solve.
    """
    reader = _Reader(cells, hidden, whole=whole)
    both = [reader.bounds(position) for position in range(len(reader.where))]
    least, most = (np.array([each[side] for each in both]) for side in (0, 1))
    return least, most


def recovered(cells: Cells, hidden: Mask, threshold: int, *, whole: bool = False) -> NDArray[np.intp]:
    """The small cells that the attack tells to be small, shown ones included: none, when the tables are safe.

    What stands in no table must not be told exactly. One table that fits often clears many cells at once, so the
    reader first looks for tables in which as many as possible are large enough.
    """
    small = cells.small(threshold)
    reader = _Reader(cells, hidden, whole=whole)
    left = small & hidden
    while left.any():
        cleared = left & (reader.table_with_many(left, threshold) >= threshold - _NEAR)
        if not cleared.any():
            break
        left &= ~cleared
    told = [cell for cell in np.flatnonzero(left).tolist() if reader.tells(cell, threshold)]
    return np.union1d(np.flatnonzero(small & ~hidden & cells.published), np.array(told, dtype=np.intp))


class _Reader:
    """What a reader knows, as a programme over the hidden cells."""

    def __init__(self, cells: Cells, hidden: Mask, *, whole: bool) -> None:
        self._cells, self._whole = cells, whole
        self.where = np.flatnonzero(hidden)
        right = cells.known_excess - cells.sums[:, np.flatnonzero(~hidden)] @ cells.counts[~hidden].astype(np.float64)
        sums = cells.by_cell[:, self.where].tocsr()
        said = np.flatnonzero(np.diff(sums.indptr))
        self._sums, self._right = csr_array(sums[said]), right[said]
        self._least = cells.least[self.where].astype(np.float64)

    def bounds(self, position: int) -> tuple[float, float]:
        """The least and the most that the cell at a position can hold."""
        return self._end(position, 1.0), -self._end(position, -1.0)

    def tells(self, cell: int, threshold: int) -> bool:
        """Whether a small cell is told to be small, or told exactly where it stands in no table."""
        position = int(np.searchsorted(self.where, cell))
        most = -self._end(position, -1.0)
        if most >= threshold - _NEAR:
            return False
        return bool(self._cells.published[cell]) or most - self._end(position, 1.0) < 1 - _NEAR

    def table_with_many(self, wanted: Mask, threshold: int) -> Bounded:
        """A table that fits, in which as many as possible of the cells wanted reach the threshold; 0 where shown."""
        size, chosen = len(self.where), np.flatnonzero(wanted[self.where])
        raised = csr_array(eye_array(size, format="csr")[chosen])
        enough = hstack([raised, -eye_array(len(chosen))])
        fits = hstack([self._sums, csr_array((self._sums.shape[0], len(chosen)))])
        constraints = [
            LinearConstraint(vstack([fits, enough]), np.append(self._right, np.zeros(len(chosen))),
                             np.append(self._right, np.full(len(chosen), np.inf)))
        ]  # fmt: skip
        aim = np.append(np.zeros(size), -np.ones(len(chosen)))
        least, most = (
            np.append(self._least, np.zeros(len(chosen))),
            np.append(np.full(size, np.inf), np.full(len(chosen), float(threshold))),
        )
        found = self._solved(aim, constraints, Bounds(least, most))
        table = np.zeros(len(self._cells))
        if found.success:
            table[self.where] = found.x[:size]
        return table

    def _end(self, position: int, sign: float) -> float:
        aim = np.zeros(len(self.where))
        aim[position] = sign
        adds_up = [LinearConstraint(self._sums, self._right, self._right)]
        found = self._solved(aim, adds_up, Bounds(self._least, np.inf))
        return float(found.fun) if found.success else -np.inf

    def _solved(self, aim: Bounded, constraints: list[LinearConstraint], bounds: Bounds) -> OptimizeResult:
        whole = np.full(len(aim), int(self._whole))
        return milp(aim, constraints=constraints, bounds=bounds, integrality=whole)

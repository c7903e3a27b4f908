"""The attack: what a reader can work out about hidden cells, with all totals of all tables solved together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from fastlege.figures.disclosure.cells import Cells, Mask

Bounded = NDArray[np.float64]


def least_and_most(cells: Cells, hidden: Mask, *, whole: bool = False) -> tuple[Bounded, Bounded]:
    """For every hidden cell, in order: the least and the most it can hold for all that a reader can know.

    The reader knows what is shown, which cells add up to which, and that no hidden cell is empty; with `whole`, also
    that persons are whole, which takes longer to solve.
    """
    where = np.flatnonzero(hidden)
    right = cells.known_excess - cells.sums[:, np.flatnonzero(~hidden)] @ cells.counts[~hidden].astype(np.float64)
    adds_up = LinearConstraint(cells.sums[:, where], right, right)
    least, most = np.empty(len(where)), np.empty(len(where))
    for position in range(len(where)):
        aim = np.zeros(len(where))
        for sign, into in ((1.0, least), (-1.0, most)):
            aim[position] = sign
            found = milp(
                aim, constraints=adds_up, bounds=Bounds(1, np.inf), integrality=np.full(len(where), int(whole))
            )
            into[position] = sign * found.fun if found.success else sign * -np.inf
    return least, most


def recovered(cells: Cells, hidden: Mask, threshold: int, *, whole: bool = False) -> NDArray[np.intp]:
    """The small cells that the attack tells to be small, shown ones included: none, when the tables are safe."""
    small = cells.small(threshold)
    _, most = least_and_most(cells, hidden, whole=whole)
    told = np.flatnonzero(hidden)[most < threshold - 1e-6]
    return np.union1d(np.flatnonzero(small & ~hidden), told[small[told]])

"""Which cells to hide, so that no count of few persons can be worked out from all that is shown.

A cell with fewer persons than the threshold, but not nobody, is hidden. It is safe when there is another table that a
reader cannot tell from the true one: the same wherever cells are shown, at least one person in every hidden cell, and
in this cell as many as the threshold. For each small cell in turn the cheapest such table is found, as a linear
programme: changing what is hidden already costs nothing, changing a cell that is shown costs its size, and those that
have to change are hidden too. More hidden cells never make one unsafe, so each small cell is looked at once.

Nought is shown: a cell with nobody in it is about nobody. What a reader knows already (`known`: shown in an edition
published before) cannot be hidden any more; a small cell that it gives away is reported, never passed over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import hstack

from fastlege.figures.disclosure.cells import Cells, Mask

_NEAR = 1e-6
_STEP, _RAISED = 1e-3, 1e-2
"""Costs of moving a person between hidden cells. Hiding another cell costs its size, a thousand times more."""


@dataclass(frozen=True)
class Suppression:
    """What to hide, and which small cells are out already, whatever is hidden now."""

    hidden: Mask
    given_away: NDArray[np.intp]


def suppress(cells: Cells, threshold: int, *, known: Mask | None = None, keep: Mask | None = None) -> Suppression:
    """Hide small cells and what else it takes. `known`: out already. `keep`: to be hidden in any case, as before."""
    nothing = np.zeros(len(cells), dtype=np.bool_)
    known = nothing if known is None else known
    hidden = cells.small(threshold) | (nothing if keep is None else keep & (cells.counts > 0))
    waiting = cells.small(threshold)
    given_away = []
    group = cells.smallest_group
    can_change = (cells.counts > 0) & ~known
    while waiting.any():
        # The smallest first: what protects it protects most others.
        cell = int(np.argmin(np.where(waiting, cells.counts, threshold)))
        waiting[cell] = False
        if known[cell]:
            given_away.append(cell)
            continue
        beside = _one_of_each_group(waiting, group)
        # Most cells are safe among those that are hidden already, and that is quick to see.
        for among in (can_change & hidden, can_change):
            change = _Search(cells, threshold, hidden, beside, among).change(cell)
            if change is not None:
                break
        if change is None:
            given_away.append(cell)
        else:
            hidden |= change != 0
            waiting &= cells.counts + change < threshold
    return Suppression(hidden, np.array(sorted(given_away), dtype=np.intp))


def _one_of_each_group(waiting: Mask, group: NDArray[np.intp]) -> Mask:
    """Of the cells that wait, the first of every group: raising one in each at once seldom stands in the way."""
    where = np.flatnonzero(waiting)
    _, first = np.unique(group[where], return_index=True)
    mask = np.zeros(len(waiting), dtype=np.bool_)
    mask[where[first]] = True
    return mask


class _Search:
    """For the cheapest change of the table after which a cell holds as many as the threshold, in whole persons."""

    def __init__(self, cells: Cells, threshold: int, hidden: Mask, beside: Mask, among: Mask) -> None:
        self.among = np.flatnonzero(among)
        self.size = len(cells)
        self.counts = cells.counts[self.among].astype(np.float64)
        self.missing = threshold - self.counts
        # A little for every step, so that of two ways that cost nothing the shorter is taken; and a little back for
        # every person by whom a cell that waits is raised on the same way, until it is safe too.
        step = np.where(hidden[self.among], 0.0, self.counts) + _STEP
        self.raised = np.flatnonzero(beside[self.among])
        down = np.maximum(step, np.where(beside[self.among], _RAISED, 0))
        self.cost = np.concatenate([step, down, np.full(len(self.raised), -_RAISED)])
        sums = cells.sums[:, self.among]
        self.balanced = LinearConstraint(hstack([sums, -sums, sums[:, self.raised]]), 0, 0)

    def change(self, cell: int) -> NDArray[np.int64] | None:
        """By how many persons each cell changes; None when no change of these cells does it."""
        here = self.among == cell
        least = np.zeros(len(self.cost))
        least[: len(here)][here] = self.missing[here]
        up = np.full(len(here), np.inf)
        down = np.where(here, 0, self.counts - 1)
        most = np.concatenate([up, down, self.missing[self.raised]])
        # Nearly always whole at once. If not, it is mostly what is raised beside that is in parts.
        for whole, raises in ((False, True), (False, False), (True, False)):
            if not raises:
                most[2 * len(here) :] = 0
            found = milp(
                self.cost,
                constraints=self.balanced,
                bounds=Bounds(least, most),
                integrality=np.full(len(most), int(whole)),
                options={"presolve": whole},  # Looking for what to leave out takes longer than the search itself.
            )
            if not found.success:
                return None
            up, down, raised = np.split(found.x, [len(here), 2 * len(here)])
            steps = up - down
            steps[self.raised] += raised
            if np.abs(steps - np.rint(steps)).max() < _NEAR:
                break
        change = np.zeros(self.size, dtype=np.int64)
        change[self.among] = np.rint(steps).astype(np.int64)
        return change

"""Which cells to hide, so that no count of few persons can be worked out from all that is shown.

A cell with fewer persons than the threshold, but not nobody, is hidden. It is safe when there is another table that a
reader cannot tell from the true one: the same wherever cells are shown, at least one person in every hidden cell, and
in this cell as many as the threshold. For each small cell in turn the cheapest such table is found, as a linear
programme: changing what is hidden already costs nothing, changing a cell that is shown costs its size, and those that
have to change are hidden too. More hidden cells never make one unsafe, so each small cell is looked at once. Before
that, cells that stand in the very same sums are held against each other: they may change places without a programme.

A small remainder that stands in no table (what is left of a total) is treated the same; where the total itself leaves
no room for as many as the threshold, it is enough that the remainder cannot be told.

Nought is shown: a cell with nobody in it is about nobody. What a reader knows already (`known`: shown in an edition
published before) cannot be hidden any more; a small cell that it gives away is reported, never passed over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastlege.figures.disclosure.by_price import Searches
from fastlege.figures.disclosure.cells import Cells, Mask
from fastlege.figures.disclosure.search import free
from fastlege.figures.values import Counts


@dataclass(frozen=True)
class Suppression:
    """What to hide, and which small cells are out already, whatever is hidden now."""

    hidden: Mask
    given_away: NDArray[np.intp]


def suppress(
    cells: Cells, threshold: int, *, known: Mask | None = None, keep: Mask | None = None, safe: Mask | None = None
) -> Suppression:
    """Hide small cells and what else it takes.

    `known`: out already. `keep`: to be hidden in any case, as before. `safe`: found to be safe with fewer cells hidden.
    """
    nothing = np.zeros(len(cells), dtype=np.bool_)
    known = nothing if known is None else known
    waiting = cells.small(threshold)
    hidden = waiting | ~cells.published | (nothing if keep is None else keep & (cells.counts > 0))
    given_away = np.flatnonzero(waiting & known).tolist()
    waiting &= ~(known if safe is None else known | safe)
    if not waiting.any():
        return Suppression(hidden, np.array(given_away, dtype=np.intp))
    movable = ~known & ((cells.counts > 0) | ~cells.published)
    searches = Searches(cells, free(cells, movable), threshold)
    kinds = _kinds(cells, movable)
    waiting &= _reach(cells, cells.counts, kinds, hidden & movable) < threshold
    while waiting.any():
        # The smallest first: what protects it protects most others.
        cell = int(np.argmin(np.where(waiting, cells.counts, threshold)))
        waiting[cell] = False
        change = searches.change(cell, hidden)
        if change is None:
            given_away.append(cell)
            continue
        opened = ((change != 0) & ~hidden).any()
        hidden |= change != 0
        for table in (cells.counts + change, cells.counts)[: 1 + opened]:
            waiting &= _reach(cells, table, kinds, hidden & movable) < threshold
    return Suppression(hidden, np.array(sorted(given_away), dtype=np.intp))


def _kinds(cells: Cells, movable: Mask) -> NDArray[np.intp]:
    """For each movable cell a number: those that stand in the very same sums have the same. Others have -1."""
    ends, rows, signs = cells.by_cell.indptr.tolist(), cells.by_cell.indices, cells.by_cell.data
    number: dict[tuple[bytes, bytes], int] = {}
    kinds = np.full(len(cells), -1, dtype=np.intp)
    for cell in np.flatnonzero(movable).tolist():
        own = slice(ends[cell], ends[cell + 1])
        kinds[cell] = number.setdefault((rows[own].tobytes(), signs[own].tobytes()), len(number))
    return kinds


def _reach(cells: Cells, table: Counts, kinds: NDArray[np.intp], hidden: Mask) -> Counts:
    """What each hidden cell can hold at least when those of its kind give up what they have in a table that fits.

    Nought for other cells.
    """
    where = np.flatnonzero(hidden)
    spare = np.bincount(kinds[where], weights=(table - cells.least)[where], minlength=kinds.max() + 1)
    found = np.zeros(len(cells), dtype=np.int64)
    found[where] = spare.astype(np.int64)[kinds[where]] + cells.least[where]
    return found

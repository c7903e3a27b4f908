"""Searches for another table among the cells that cost little first: to start the solver costs what the cells number.

A cell that is shown and large is never hidden where smaller ones do. What is found among cells up to a price is kept
when it costs no more than to move the persons that are missing through one cell of that price.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array
from scipy.sparse.csgraph import connected_components

from fastlege.figures.disclosure.cells import Cells, Mask
from fastlege.figures.disclosure.search import Search, free
from fastlege.figures.values import Counts

_PRICES = (25, 250, np.iinfo(np.int64).max)
_FEW = 1000
"""Where no more cells than these may change, all are tried at once."""
_NEW = 15
"""So many dearer cells are hidden meanwhile before they are tried among the cheap ones: to begin anew costs time."""


class Searches:
    """The cheapest change found that makes a cell safe, among more and more cells that may change."""

    def __init__(self, cells: Cells, movable: Mask, threshold: int) -> None:
        self._cells, self._movable, self._threshold = cells, movable, threshold
        few = int(movable.sum()) <= _FEW
        self._among = [_Among(cells, movable, price) for price in (_PRICES[-1:] if few else _PRICES)]

    def change(self, cell: int, hidden: Mask) -> Counts | None:
        """By how many persons each cell changes in a table that fits and makes a cell safe; None when none does."""
        missing = self._threshold - int(self._cells.counts[cell])
        # Where a remainder cannot be as many as the threshold, it must not be told exactly.
        for by in (missing,) if self._cells.published[cell] else (missing, 1):
            for change, enough in self._found(cell, by, hidden):
                if enough:
                    return change
        return None

    def _found(self, cell: int, by: int, hidden: Mask) -> Iterator[tuple[Counts, bool]]:
        for among in self._among:
            if among is not self._among[0] and self._most[cell] < by:
                return
            change = among.change(cell, by, hidden)
            if change is not None:
                last = among.price == _PRICES[-1]
                yield change, last or self._cost(change, hidden) <= among.price * by

    def _cost(self, change: Counts, hidden: Mask) -> int:
        return int((np.abs(change) * self._cells.counts)[~hidden].sum())

    @cached_property
    def _most(self) -> Counts:
        return most(self._cells, self._movable, self._threshold)


class _Among:
    """Searches among the movable cells that are hidden or cost at most a price, part by part."""

    def __init__(self, cells: Cells, movable: Mask, price: int) -> None:
        self.price = price
        self._cells, self._movable = cells, movable
        self._chosen = np.zeros(len(cells), dtype=np.bool_)
        self._part = np.full(len(cells), -1, dtype=np.intp)
        self._search: dict[int, Search] = {}

    def change(self, cell: int, by: int, hidden: Mask) -> Counts | None:
        chosen = self._movable & (hidden | (self._cells.counts <= self.price))
        if not self._search or (chosen & ~self._chosen).sum() > _NEW:
            self._chosen = chosen
            self._part = _parts(self._cells, free(self._cells, chosen))
            self._search = {}
        part = int(self._part[cell])
        if part < 0:
            return None
        if part not in self._search:
            self._search[part] = Search(self._cells, self._part == part, hidden)
        return self._search[part].change(cell, by, hidden)


def _parts(cells: Cells, movable: Mask) -> NDArray[np.intp]:
    """For each movable cell the number of the part it is in: a change in one part needs none in another. Else -1."""
    where = np.flatnonzero(movable)
    sums = abs(cells.by_cell[:, where])
    # Cells and sums are the two sides of one graph.
    _, numbers = connected_components(block_array([[None, sums.T], [sums, None]], format="csr"), directed=False)
    found = np.full(len(cells), -1, dtype=np.intp)
    found[where] = numbers[: len(where)]
    return found


def most(cells: Cells, movable: Mask, enough: int) -> Counts:
    """By how many persons each cell can rise at the most, `enough` where it may be more, judged sum by sum.

    What a cell rises by, the others of each of its sums must give up, or its total take up. Where this is too little,
    no programme need be solved to know that there is no table.
    """
    sums = cells.sums.tocoo()
    inside = movable[sums.coords[1]]
    row, column, part = sums.coords[0][inside], sums.coords[1][inside], sums.data[inside] > 0
    up = np.where(movable, enough, 0)
    down = np.where(movable, np.minimum(cells.counts - cells.least, enough), 0)
    while True:
        more = np.where(part, up[column], down[column])
        less = np.where(part, down[column], up[column])
        others_less = np.bincount(row, weights=less, minlength=sums.shape[0])[row].astype(np.int64) - less
        others_more = np.bincount(row, weights=more, minlength=sums.shape[0])[row].astype(np.int64) - more
        new_up, new_down = up.copy(), down.copy()
        np.minimum.at(new_up, column, np.where(part, others_less, others_more))
        np.minimum.at(new_down, column, np.where(part, others_more, others_less))
        if (new_up == up).all() and (new_down == down).all():
            return up
        up, down = new_up, new_down

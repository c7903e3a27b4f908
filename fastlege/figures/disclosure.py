"""Disclosure control: the one door that counts of persons pass on their way out.

A cell that counts fewer persons than the threshold, but not nobody, is hidden. Further cells are hidden until no
hidden one can be told from its total and the cells beside it: wherever cells are hidden under a total that is shown,
there are at least two of them, and each could be as large as the threshold for all that a reader can work out; and
a hidden total never stands over parts that are all shown.
Nought is shown: a cell with nobody in it is about nobody. A reader is not told which cells were hidden for being small.

This protects each total and its parts, at every pair of levels. Attacks that solve several totals at once, or compare
months, need more than this.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from fastlege.figures.levels import NESTED, Areas, Level
from fastlege.figures.values import Counts

Hidden = Mapping[Level, NDArray[np.bool_]]
"""For each level, which of its areas (in the order of their codes) may not be shown."""


def hidden_cells(counts: Mapping[Level, Counts], *, areas: Areas, threshold: int) -> Hidden:
    """Which cells of one count of persons to hide, at all levels at once."""
    hidden = {level: (counts[level] > 0) & (counts[level] < threshold) for level in Level}
    groups = [
        (child, parent, total, parts)
        for child, parent in NESTED
        for total, parts in enumerate(areas.parts(child, parent))
    ]
    before = -1
    while before != (before := sum(int(cells.sum()) for cells in hidden.values())):
        for child, parent, total, parts in groups:
            if hidden[parent][total]:
                _hide_a_part(counts[child], hidden[child], parts)
            else:
                _hide_until_safe(counts[child], hidden[child], parts, threshold)
                hidden[parent][total] = is_exposed(counts[child][parts][hidden[child][parts]], threshold)
    return hidden


def is_exposed(hidden: Counts, threshold: int) -> bool:
    """Whether hidden cells can be told, more or less, by one who knows their sum and that none of them is nought."""
    if not len(hidden):
        return False
    largest_possible = int(hidden.sum()) - (len(hidden) - 1)
    return len(hidden) == 1 or largest_possible < threshold


def _hide_until_safe(counts: Counts, hidden: NDArray[np.bool_], parts: NDArray[np.intp], threshold: int) -> None:
    """Hide the smallest cells still shown under a shown total, until those hidden are safe or none is left."""
    if not hidden[parts].any():
        return
    shown = _shown(counts, hidden, parts)
    while shown and is_exposed(counts[parts][hidden[parts]], threshold):
        hidden[shown.pop(0)] = True


def _hide_a_part(counts: Counts, hidden: NDArray[np.bool_], parts: NDArray[np.intp]) -> None:
    """A hidden total must not be the sum of parts that are all shown: hide the smallest."""
    if hidden[parts].any():
        return
    for part in _shown(counts, hidden, parts)[:1]:
        hidden[part] = True


def _shown(counts: Counts, hidden: NDArray[np.bool_], parts: NDArray[np.intp]) -> list[int]:
    """The cells with somebody in them that are shown, smallest first; ties go to the area that comes first."""
    by_size = parts[np.argsort(counts[parts], kind="stable")]
    return [int(part) for part in by_size if counts[part] > 0 and not hidden[part]]

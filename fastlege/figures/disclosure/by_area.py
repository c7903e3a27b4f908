"""Figures by area: counts of persons at every level are protected together, whichever level is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fastlege.figures.disclosure.cells import Cells, Group, Mask
from fastlege.figures.disclosure.suppression import suppress
from fastlege.figures.levels import NESTED, Areas, Level
from fastlege.figures.values import Counts

Published = Mapping[Level, Counts]
"""What an edition published before shows of the same count on the same day: `NOT_SHOWN` where it shows nothing."""

NOT_SHOWN = -1

Hidden = Mapping[Level, Mask]
"""For each level, which of its areas (in the order of their codes) may not be shown."""


def hidden_cells(
    counts: Mapping[Level, Counts], *, areas: Areas, threshold: int, before: Sequence[Published] = ()
) -> Hidden:
    """Which cells of one count of persons to hide, at all levels at once.

    `before`: what is out already. A number that stands unchanged in an edition cannot be hidden any more, and one that
    was hidden stays so: otherwise two editions of one day could be held against each other.
    """
    cells = cells_of(counts, areas)
    shown = [np.concatenate([edition[level] for level in Level]) for edition in before]
    known = np.zeros(len(cells), dtype=np.bool_)
    veiled = np.zeros(len(cells), dtype=np.bool_)
    for edition in shown:
        known |= edition == cells.counts
        veiled |= edition == NOT_SHOWN
    return _by_level(suppress(cells, threshold, known=known, keep=veiled & ~known).hidden, counts)


def cells_of(counts: Mapping[Level, Counts], areas: Areas) -> Cells:
    """The counts of all levels as cells, one level after another, with every area as the total of those within it."""
    starts = dict(zip(Level, np.cumsum([0, *(len(counts[level]) for level in Level)]), strict=False))
    groups = [
        Group(int(starts[parent] + total), starts[child] + parts)
        for child, parent in NESTED
        for total, parts in enumerate(areas.parts(child, parent))
    ]
    return Cells(np.concatenate([counts[level] for level in Level]).astype(np.int64), groups)


def _by_level(mask: Mask, counts: Mapping[Level, Counts]) -> dict[Level, Mask]:
    ends = np.cumsum([len(counts[level]) for level in Level])
    return dict(zip(Level, np.split(mask, ends[:-1]), strict=True))

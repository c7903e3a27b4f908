"""Counts by cell as a statement shows them: whole for the GP, small ones put together for others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class CellsShown:
    """Persons by cell, and how many are in all the cells that are not shown one by one (None: no such cells)."""

    shown: Mapping[int, int]
    together: int | None = None


def whole_cells(cells: Sequence[int], persons: Sequence[int]) -> CellsShown:
    """Every cell with its count."""
    return CellsShown(dict(zip(cells, persons, strict=True)))


def without_small_cells(counts: Mapping[int, int], threshold: int) -> CellsShown:
    """Cells with fewer persons than the threshold put together with others, so that none of them can be told.

    The total of all cells is known to the reader. So what is put together is of two cells at least, and could be as
    large as the threshold in each for all that the reader can work out: the smallest shown cells join until it is.
    Counts may be differences; their size is what counts.
    """
    sizes = {cell: abs(number) for cell, number in counts.items() if number}
    hidden = {cell for cell, size in sizes.items() if size < threshold}
    rest = sorted((cell for cell in sizes if cell not in hidden), key=lambda cell: (sizes[cell], cell))
    while hidden and rest and not _safe([sizes[cell] for cell in hidden], threshold):
        hidden.add(rest.pop(0))
    if not hidden:
        return CellsShown(dict(counts))
    shown = {cell: number for cell, number in counts.items() if number and cell not in hidden}
    return CellsShown(shown, sum(counts[cell] for cell in hidden))


def _safe(sizes: Sequence[int], threshold: int) -> bool:
    """Whether one who knows the sum, and that nobody is missing from any cell, can tell no small one."""
    return len(sizes) > 1 and sum(sizes) - (len(sizes) - 1) >= threshold


def difference(now: Mapping[int, int], before: Mapping[int, int]) -> dict[int, int]:
    """By cell, how many more persons there are now than before; cells without a difference are left out."""
    found = {cell: now.get(cell, 0) - before.get(cell, 0) for cell in sorted(now.keys() | before.keys())}
    return {cell: number for cell, number in found.items() if number}

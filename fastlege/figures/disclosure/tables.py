"""Several tables of the same areas as one set of cells: each over its areas, and tables that are sums of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array, kron, vstack

from fastlege.figures.disclosure.cells import Cells, Mask
from fastlege.figures.disclosure.door import Name
from fastlege.figures.disclosure.suppression import Suppression, suppress
from fastlege.figures.levels import NESTED, Areas, Level
from fastlege.figures.values import Counts

Hidden = Mapping[Level, Mask]
"""For each level, which of its areas (in the order of their codes) may not be shown."""

SumOf = tuple[Name, tuple[Name, ...]]
"""A table, and those that add up to it in every area."""


def within(areas: Areas, levels: Sequence[Level]) -> csr_array:
    """Which areas add up to which: a row a total, a column an area, one level after another."""
    starts = dict(zip(levels, np.cumsum([0, *(len(areas.codes(level)) for level in levels)]), strict=False))
    rows, columns, signs, row = [], [], [], 0
    for child, parent in NESTED:
        if child in starts and parent in starts:
            for total, parts in enumerate(areas.parts(child, parent)):
                columns += [np.array([starts[parent] + total]), starts[child] + parts]
                signs += [np.array([-1.0]), np.ones(len(parts))]
                rows.append(np.full(len(parts) + 1, row))
                row += 1
    for one, other in _alike(areas, levels):
        columns.append(np.array([starts[one[0]] + one[1], starts[other[0]] + other[1]]))
        signs.append(np.array([-1.0, 1.0]))
        rows.append(np.full(2, row))
        row += 1
    size = sum(len(areas.codes(level)) for level in levels)
    entries = [np.concatenate(each) if each else np.empty(0) for each in (signs, rows, columns)]
    return csr_array((entries[0], (entries[1].astype(np.intp), entries[2].astype(np.intp))), shape=(row, size))


def _alike(areas: Areas, levels: Sequence[Level]) -> list[tuple[tuple[Level, int], tuple[Level, int]]]:
    """Areas of two levels that have the very same municipalities: in a part of the country a county may be a group."""
    has_lists = areas.shown(Level.MUNICIPALITY)
    nested = {pair for child, parent in NESTED for pair in ((child, parent), (parent, child))}
    first: dict[bytes, tuple[Level, int]] = {}
    found = []
    for level in levels:
        for area in range(len(areas.codes(level))):
            inside = has_lists & (areas.positions(level) == area)
            before = first.setdefault(inside.tobytes(), (level, area))
            if inside.any() and before != (level, area) and (before[0], level) not in nested:
                found.append((before, (level, area)))
    return found


@dataclass(frozen=True)
class Tables:
    """Counts by name, each over the same areas; equal tables are one, since a reader may know that they are.

    `sums` may name parts that are not here: what is then left of the total is a remainder, in no table.
    """

    counts: Mapping[Name, Counts]
    inside: csr_array
    sums: Sequence[SumOf] = ()
    unguarded: frozenset[str] = frozenset()
    shown: Mask | None = None
    """The areas that are shown. The others count in what lies above them; that they have nobody, readers know."""

    @cached_property
    def place(self) -> dict[Name, int]:
        """The position of each table, remainders after the others."""
        found: dict[Name, int] = {}
        known: dict[bytes, int] = {}
        taken: set[tuple[int, str, str]] = set()
        for name, counts in self._all.items():
            # A remainder that happens to be equal is another table all the same, and so is one of nobody.
            key = counts.tobytes() if name in self.counts and counts.any() else repr(name).encode()
            # Two groups of one measure are never the same, however equal.
            if (known.get(key, -1), *name[:2]) in taken:
                key = repr(name).encode()
            found[name] = known.setdefault(key, len(known))
            taken.add((found[name], *name[:2]))
        return found

    @cached_property
    def _all(self) -> dict[Name, Counts]:
        found = dict(self.counts)
        for total, parts in self.sums:
            unknown = [part for part in parts if part not in self.counts]
            if total in self.counts and len(unknown) == 1:
                rest = self.counts[total] - sum(self.counts[part] for part in parts if part in self.counts)
                if (rest > 0).any():
                    found[unknown[0]] = np.maximum(rest, 0)
        return found

    @cached_property
    def cells(self) -> Cells:
        """All tables as one set of cells, one table after another."""
        size, number = self.inside.shape[1], len(set(self.place.values()))
        counts = np.zeros((number, size), dtype=np.int64)
        published, guarded = np.zeros(number, dtype=np.bool_), np.ones(number, dtype=np.bool_)
        for name, at in self.place.items():
            counts[at] = self._all[name]
            published[at] |= name in self.counts
            guarded[at] &= name[0] not in self.unguarded
        shown = np.ones(size, dtype=np.bool_) if self.shown is None else self.shown
        beside = self._beside(number)
        sums = [kron(eye_array(number), self.inside, format="csr")]
        if beside.shape[0]:
            sums.append(kron(beside, eye_array(size), format="csr"))
        return Cells(
            counts.ravel(),
            sums=csr_array(vstack(sums, format="csr")),
            published=np.repeat(published, size) & (np.tile(shown, number) | (counts.ravel() == 0)),
            guarded=np.repeat(guarded, size),
        )

    def _beside(self, number: int) -> csr_array:
        rows: dict[tuple[tuple[int, float], ...], None] = {}
        for total, parts in self.sums:
            there = [part for part in parts if part in self.place]
            if total in self.place and there and [self.place[total]] != [self.place[part] for part in there]:
                row = ((self.place[total], -1.0), *((self.place[part], 1.0) for part in there))
                rows[tuple(sorted(row))] = None
        entries = [(at, column, sign) for at, row in enumerate(rows) for column, sign in row]
        at, column, sign = zip(*entries, strict=True) if entries else ((), (), ())
        beside = csr_array((np.array(sign, float), (np.array(at, int), np.array(column, int))), (len(rows), number))
        # A total that equals one of its parts is the same table: what is left is that the others have nobody.
        beside.eliminate_zeros()
        return beside

    def spread(self, masks: Mapping[Name, Mask]) -> Mask:
        """Masks by name over all cells; of equal tables it holds what any of them says."""
        found = np.zeros((len(set(self.place.values())), self.inside.shape[1]), dtype=np.bool_)
        for name, mask in masks.items():
            found[self.place[name]] |= mask
        return found.ravel()

    def of(self, mask: Mask, name: Name) -> Mask:
        """A mask over all cells at one table."""
        size = self.inside.shape[1]
        return mask[self.place[name] * size : (self.place[name] + 1) * size]

    def names_of(self, cell: int) -> list[Name]:
        """The tables that a cell stands in."""
        return [name for name, at in self.place.items() if at == cell // self.inside.shape[1]]


def suppress_with_lines(
    cells: Cells, threshold: int, lines: NDArray[np.intp], *, known: Mask, keep: Mask
) -> Suppression:
    """The same as `suppress`, but where a small cell follows from what is out, its whole line is withdrawn.

    In a withdrawn line noughts are hidden too, so that a reader no longer knows that hidden cells have somebody.
    `lines` numbers them. What is left after that is given away, whatever is hidden.
    """
    published, safe = cells.published, np.zeros(len(cells), dtype=np.bool_)
    while True:
        now = Cells(cells.counts, sums=cells.sums, published=published, guarded=cells.guarded)
        found = suppress(now, threshold, known=known, keep=keep, safe=safe)
        withdrawn = published & ~known & np.isin(lines, np.unique(lines[found.given_away]))
        if not withdrawn.any():
            return found
        published = published & ~withdrawn
        # More hidden cells never make one unsafe: only those that were given away are looked at again.
        keep = keep | (found.hidden & cells.published & ~known)
        safe = cells.small(threshold)
        safe[found.given_away] = False

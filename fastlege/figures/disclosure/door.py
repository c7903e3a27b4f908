"""The door that counts of persons leave by: the threshold, what is out already, and whether they are rounded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from fastlege.figures.values import Counts

Name = tuple[str, str, str]
"""A measure, and a dimension and one of its groups; both are empty for the whole."""

GivenAway = tuple[Name, str, str]
"""A small cell that is out whatever is hidden: its name, level and area."""

HIDDEN, ABSENT, TOLD = -1, -2, -3
"""Instead of a number: an earlier edition hid it, had no such cell, or showed the sum over it but not the count."""


@dataclass(frozen=True)
class Earlier:
    """What an edition of the same day published before showed (a number) and hid (None), by name, level and area."""

    cells: Mapping[Name, Mapping[tuple[str, str], int | None]]
    round_to: int = 1

    def of(self, name: Name, level: str, codes: Sequence[str]) -> Counts:
        """The numbers of one name at one level, in the order of the areas' codes."""
        found = self.cells.get(name, {})
        return np.array([_number(found, (level, code)) for code in codes], dtype=np.int64)

    def tells(self, counts: Counts, shown: Counts) -> np.ndarray:
        """Where the edition shows what is counted now, or a sum over it: it cannot be hidden any more."""
        known: np.ndarray = (shown == rounded(counts, self.round_to)) | (shown == TOLD)
        return known


def _number(found: Mapping[tuple[str, str], int | None], key: tuple[str, str]) -> int:
    if key not in found:
        return ABSENT
    number = found[key]
    return HIDDEN if number is None else number


@dataclass(frozen=True)
class Door:
    """How counts of persons are shown: from which threshold on, after which editions, rounded to what."""

    threshold: int
    before: tuple[Earlier, ...] = ()
    round_to: int = 1
    given_away: list[GivenAway] = field(default_factory=list)
    """What follows from earlier editions, whatever is hidden now; filled in as it goes."""


def door_of(threshold: int | Door) -> Door:
    """The door that a threshold alone stands for."""
    return threshold if isinstance(threshold, Door) else Door(threshold)


def rounded(counts: Counts, to: int) -> Counts:
    """Counts to the nearest multiple, halves up; nought stays nought."""
    return counts if to == 1 else (counts + to // 2) // to * to


class Shown:
    """Gathers what an edition shows, cell by cell: a number that one figure shows is out, whatever another hides."""

    def __init__(self) -> None:
        self._cells: dict[Name, dict[tuple[str, str], int | None]] = defaultdict(dict)

    def add(self, name: Name, place: tuple[str, str], number: int | None) -> None:
        """A cell of a level and area: its number, or None where it is hidden."""
        if number is not None or place not in self._cells[name]:
            self._cells[name][place] = number

    def earlier(self, round_to: int) -> Earlier:
        """All that was gathered."""
        return Earlier(dict(self._cells), round_to)

"""What a nation is built to meet: whole numbers for each municipality that has lists."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Margins:
    """Whole numbers by unit of the scheme (a municipality with lists), in order of code.

    `room` is the sum of caps less the sum of lengths, and may be negative; `vacant` is lists without a regular GP, and
    `over_year` those of them that have been without for more than a year.
    """

    lists_with_gp: Counts
    lists_vacant: Counts
    lists_over_year: Counts
    residents_with_gp: Counts
    residents_vacant: Counts
    residents_over_year: Counts
    room_with_gp: Counts
    room_vacant: Counts
    salaried_with_gp: Counts
    salaried_vacant: Counts
    open_with_gp: Counts | None = None
    """Lists with a GP that are open, where that is published; their room is then given too."""
    open_room_with_gp: Counts | None = None

    def __post_init__(self) -> None:
        columns = [getattr(self, field.name) for field in fields(self)]
        sizes = {len(column) for column in columns if column is not None}
        if len(sizes) != 1:
            raise ValueError(f"margins of unequal length: {sizes}")

    @property
    def residents(self) -> Counts:
        """Residents on lists of the unit."""
        return self.residents_with_gp + self.residents_vacant

    @property
    def lists(self) -> Counts:
        """Lists of the unit."""
        return self.lists_with_gp + self.lists_vacant

"""The patients' shares: nobody under the age of exemption pays, and nobody above the year's ceiling."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.money import to_ore
from fastlege.rules.parameters import Rulebook

Integers = NDArray[np.int64]


class Ceiling:
    """What each person has paid this year, in whole øre."""

    def __init__(self, people: int, *, year: int, book: Rulebook) -> None:
        self._paid = np.zeros(people, np.int32)
        self._ceiling = to_ore(book.decimal("fee.ceiling", on=date(year, 1, 1)))

    def exempt(self, person: Integers, share: Integers) -> NDArray[np.bool_]:
        """Which bills, in order of time, come after the ceiling was reached; the others are added to what was paid."""
        order = np.argsort(person, kind="stable")
        who, sums = person[order], np.cumsum(share[order])
        starts = np.flatnonzero(np.diff(who, prepend=-1))
        before_month = np.repeat((sums - share[order])[starts], np.diff(np.append(starts, len(who))))
        before = self._paid[who] + (sums - share[order] - before_month)
        late = np.empty(len(person), np.bool_)
        late[order] = before >= self._ceiling
        paying = ~late
        np.add.at(self._paid, person[paying], share[paying].astype(np.int32))
        return late

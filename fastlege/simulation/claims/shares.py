"""The patients' shares: nobody under the age of exemption pays, and nobody above the year's ceiling."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.money import to_ore
from fastlege.rules.parameters import Rulebook

EXEMPT_UNDER = "fee.exempt_under_age"
_MONTHS = 12


class Ceiling:
    """What each person has paid this year, in whole øre."""

    def __init__(self, people: int, *, year: int, book: Rulebook) -> None:
        self._paid = np.zeros(people, np.int32)
        self._ceiling = to_ore(book.decimal("fee.ceiling", on=date(year, 1, 1)))

    def reached(self, person: NDArray[np.int32], share: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which bills, in order of time, come after the ceiling was reached; the others are added to what was paid."""
        order = np.argsort(person, kind="stable")
        who, part = person[order], share[order]
        before = np.cumsum(part, dtype=np.int64) - part
        starts = np.flatnonzero(np.diff(who, prepend=-1))
        before -= np.repeat(before[starts], np.diff(np.append(starts, len(who))))
        late = np.empty(len(person), np.bool_)
        late[order] = self._paid[who] + before >= self._ceiling
        paid = np.bincount(person, np.where(late, 0, share), minlength=len(self._paid))
        self._paid += paid.astype(np.int32)
        return late


def turning(birth: NDArray[np.int32], years: int) -> NDArray[np.int32]:
    """The day on which each turns an age; one born on 29 February on 1 March in other years."""
    days = birth.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    into = days - months.astype("datetime64[D]")
    return ((months + years * _MONTHS).astype("datetime64[D]") + into).astype(np.int64).astype(np.int32)

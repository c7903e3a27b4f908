"""The patients' shares: nobody under the age of exemption pays, nor on other grounds, nor above the year's ceiling."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.money import to_ore
from fastlege.rules.parameters import Rulebook
from fastlege.simulation.claims.tables import WORKERS
from fastlege.simulation.recipe import claims_table

EXEMPT_UNDER = "fee.exempt_under_age"
_MONTHS = 12
_SEXES = {"women": True, "men": False}


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


def other_grounds() -> tuple[str, ...]:
    """The letters of the grounds of exemption besides age and free card, as `exemptions.csv` has them."""
    return tuple(sorted(set(claims_table("exemptions")["ground"])))


def draw_grounds(
    worker: NDArray[np.int8], age: NDArray[np.int16], woman: NDArray[np.bool_], chance: np.random.Generator
) -> NDArray[np.int8]:
    """For each bill the number of its ground among `other_grounds`, or -1: a bill has one at most."""
    roll, below = chance.random(len(worker), np.float32), np.zeros(len(worker), np.float32)
    found, grounds = np.full(len(worker), -1, np.int8), other_grounds()
    rows = claims_table("exemptions").cast({"share": pl.Float64, "age_from": pl.Int64, "age_below": pl.Int64})
    columns = ("place", "ground", "share", "sex", "age_from", "age_below")
    for where, ground, share, sex, first, last in rows.select(columns).iter_rows():
        may = (worker == WORKERS.index(where)) & (age >= first) & (age < last)
        if sex in _SEXES:
            may &= woman == _SEXES[sex]
        above = below + np.float32(share) * may
        found[may & (roll >= below) & (roll < above)] = grounds.index(ground)
        below = above
    return found


def turning(birth: NDArray[np.int32], years: int) -> NDArray[np.int32]:
    """The day on which each turns an age; one born on 29 February on 1 March in other years."""
    days = birth.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    into = days - months.astype("datetime64[D]")
    return ((months + years * _MONTHS).astype("datetime64[D]") + into).astype(np.int64).astype(np.int32)

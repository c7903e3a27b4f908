"""Who the doctor of a claim was to the patient: the own GP, a substitute on the patient's list, or somebody else."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

OWN_GP, ON_OWN_LIST, OTHER = 0, 1, 2
RELATIONS = ("own_gp", "on_own_list", "other")
"""The relations by code: `on_own_list` is a substitute or another doctor who worked for the patient's list."""

FOREVER = np.iinfo(np.int32).max
Integers = NDArray[np.int64]
Days = NDArray[np.int32]


@dataclass(frozen=True)
class Spans:
    """Rows by owner: those of owner `k` stand from `first[k]` up to `first[k + 1]`, each with a value for a period."""

    first: Integers
    value: Integers
    start: Days
    end: Days


def spans_by(owner: Integers, value: Integers, start: Days, end: Days) -> Spans:
    """Group rows by a dense owner number. An end of `FOREVER` is open."""
    order = np.lexsort((start, owner))
    counts = np.bincount(owner, minlength=int(owner.max(initial=-1)) + 1)
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Spans(first, value[order], start[order], end[order])


def relations_of(
    claims: tuple[Integers, Integers, Integers, Days], lists_of: Spans, gps_of: Spans
) -> NDArray[np.uint8]:
    """The relation of each claim, given as person, list (0 for none), doctor and day.

    `lists_of` are the memberships by person, `gps_of` the regular GPs by list.
    """
    person, gp_list, doctor, day = claims
    return _relations(
        (person, gp_list, doctor, day),
        (lists_of.first, lists_of.value, lists_of.start, lists_of.end),
        (gps_of.first, gps_of.value, gps_of.start, gps_of.end),
    )


@numba.njit(cache=True, nogil=True)
def _held(spans, owner, value, day):  # type: ignore[no-untyped-def]  # pragma: no cover
    first, values, start, end = spans
    if owner < 0 or owner + 1 >= len(first):
        return False
    held = False
    for row in range(first[owner], first[owner + 1]):
        held = held or (values[row] == value and start[row] <= day < end[row])
    return held


@numba.njit(cache=True, nogil=True)
def _relations(claims, lists_of, gps_of):  # type: ignore[no-untyped-def]  # pragma: no cover
    person, gp_list, doctor, day = claims
    found = np.full(len(person), np.uint8(OTHER), np.uint8)
    for row in range(len(person)):
        if gp_list[row] > 0 and _held(lists_of, person[row], gp_list[row], day[row]):
            own = _held(gps_of, gp_list[row], doctor[row], day[row])
            found[row] = OWN_GP if own else ON_OWN_LIST
    return found

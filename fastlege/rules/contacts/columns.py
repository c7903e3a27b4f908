"""The kind of contact for whole columns of claims: claims and lines in, a row of `contact_types.csv` out.

Both come sorted by claim, so no hash table is needed: each code of a dictionary gets its position among the rows once
for each period in which the rows stay the same, and a claim the smallest position of its lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numba
import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.rules.contacts.types import load_contact_kinds, precedence

NO_KIND = 255
"""Position of a claim without a code that makes it a contact."""

Bytes = NDArray[np.uint8]
Days = NDArray[np.int32]


@dataclass(frozen=True)
class Positions:
    """For each period the position of each code: periods begin on `first_days`, days since 1970."""

    first_days: Days
    of_code: Bytes


def positions_of(codes: Sequence[str]) -> Positions:
    """The positions of a dictionary of codes, for every period in which no row begins or ends."""
    bounds = {kind.validity.period.start for kind in load_contact_kinds()}
    bounds |= {kind.validity.period.end for kind in load_contact_kinds() if kind.validity.period.end}
    first_days = sorted(bounds)
    table = np.full((len(first_days), max(1, len(codes))), NO_KIND, np.uint8)
    for row, first in enumerate(first_days):
        for column, code in enumerate(codes):
            position = precedence(code, on=first)
            table[row, column] = NO_KIND if position is None else position
    return Positions(np.array([days_since_1970(first) for first in first_days], np.int32), table)


def kinds_of_claims(
    claims: NDArray[np.int64], days: Days, line_claims: NDArray[np.int64], line_codes: Days, positions: Positions
) -> Bytes:
    """The position of each claim. Raises `DataError` for claims without lines, and for lines without a claim."""
    periods = np.searchsorted(positions.first_days, days, side="right") - 1
    if len(periods) and periods.min() < 0:
        raise DataError("a claim is older than the rows on contact types.", remedy="Add the older rows, with sources.")
    found, used = _smallest(claims, periods.astype(np.int8), line_claims, line_codes, positions.of_code)
    if used != len(line_claims):
        raise DataError(
            f"claim line {used + 1} belongs to claim {line_claims[used]}, which is not there or not in order.",
            remedy="Sort claims and lines by claim, and see that each line has its claim.",
        )
    # A claim without lines is no contact of the type none: its lines are missing.
    unknown = claims[found == NO_KIND]
    empty = unknown[np.searchsorted(line_claims, unknown, "left") == np.searchsorted(line_claims, unknown, "right")]
    if len(empty):
        raise DataError(
            f"{len(empty)} of {len(claims)} claims read together have no lines, the first is claim {empty[0]}.",
            where="claim_lines",
            remedy="Add their lines, or take the claims away.",
        )
    return found


@numba.njit(cache=True, nogil=True)
def _smallest(claims, periods, line_claims, line_codes, of_code):  # type: ignore[no-untyped-def]  # pragma: no cover
    found = np.full(len(claims), np.uint8(NO_KIND), np.uint8)
    at = 0
    for claim in range(len(claims)):
        while at < len(line_claims) and line_claims[at] == claims[claim]:
            found[claim] = min(found[claim], of_code[periods[claim], line_codes[at]])
            at += 1
    return found, at


def days_since_1970(day: date) -> int:
    """A day as columns hold it."""
    return (day - date(1970, 1, 1)).days

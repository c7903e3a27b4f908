"""How one person stands towards the ceiling of a year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, order=True)
class Share:
    """What counts of one bill, in the order of service: the moment, then the bill's number among all."""

    at: datetime
    bill: int
    counted: int


@dataclass(frozen=True)
class Standing:
    """What a person has paid that counts, what of it is above the ceiling, and the bill that reached the ceiling."""

    paid: int
    over: int
    reached_by: Share | None


def standing(shares: Iterable[Share], ceiling: int) -> Standing:
    """The standing after all shares of a year, whatever the order in which they became known.

    The bill that brings the sum to the ceiling gives the free card, from its moment on. What is above the ceiling, of
    that bill and of those after it, has been paid too much.
    """
    paid, reached_by = 0, None
    for share in sorted(shares):
        paid += share.counted
        if reached_by is None and share.counted and paid >= ceiling:
            reached_by = share
    return Standing(paid, max(0, paid - ceiling), reached_by)

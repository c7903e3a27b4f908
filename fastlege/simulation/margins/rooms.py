"""Room on the lists of each municipality, where a printed 0 may hide over-full lists.

The published free places are, at every level, the sum of caps less the sum of lengths over all lists below, or 0 when
that is negative. So a printed 0 stands for a negative number that the totals above it give away in part.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.simulation.margins.programme import Programme
from fastlege.simulation.margins.residents import totals_and_members

_FAR = 10.0**7
_PLAIN_CAP = 500
"""A vacant list with hardly anybody on it still has a cap of about this size, where the totals leave room; assumed."""

_FULLEST_CAP = 0.8
"""Vacant lists have caps of no more than this share of the highest, on average over a municipality; assumed."""
_MOST_OVER, _MOST_OVER_VACANT = 0.35, 0.6
"""By how much of their length the lists of a municipality may be longer than their caps together; assumed."""


def rooms(
    capacity: pl.DataFrame, residents_with_gp: NDArray[np.int64], cap_max: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Room on lists with a GP and room on vacant lists, for each municipality row of `capacity`, in its order."""
    units = capacity.filter(pl.col("level") == "municipality")
    free_all = units["free_all"].to_numpy().astype(float)
    programme = _programme(units, free_all, residents_with_gp, cap_max)
    count = len(units)
    for here, printed in enumerate(free_all):
        programme.keep_sum(np.array([here, count + here]), *_limits(printed))
    for members, row in zip(*totals_and_members(capacity), strict=True):
        programme.keep_sum(members, *_limits(row["free_with_gp"][0]))
        programme.keep_sum(np.concatenate([members, count + members]), *_limits(row["free_all"][0]))
    solved = programme.solve()
    return solved[:count], solved[count:]


def _programme(
    units: pl.DataFrame, free_all: NDArray[np.float64], residents_with_gp: NDArray[np.int64], cap_max: int
) -> Programme:
    """Two values a municipality, all rooms on lists with a GP before all on vacant lists.

    What is printed above 0 is taken as it is; where 0 is printed, the room is nought or less, and as near to it as the
    totals allow.
    """
    free = units["free_with_gp"].to_numpy().astype(float)
    has_gp = units["lists_with_gp"].to_numpy() > 0
    vacant_lists = (units["lists"] - units["lists_with_gp"]).to_numpy()
    has_vacant, vacant = vacant_lists > 0, units["residents_vacant"].to_numpy()
    plain = np.maximum(_PLAIN_CAP * vacant_lists - vacant, 0)
    near_vacant = np.where((free > 0) & (free_all > 0), free_all - free, plain)
    most_vacant = np.where(has_vacant, _FULLEST_CAP * cap_max * vacant_lists - vacant, 0)
    least = np.where(free > 0, free, np.ceil(-_MOST_OVER * residents_with_gp))
    least_vacant = np.ceil(-_MOST_OVER_VACANT * vacant) * has_vacant
    return Programme(
        lowest=np.concatenate([least, least_vacant]),
        highest=np.concatenate([np.where(has_gp, free, 0), np.maximum(most_vacant, near_vacant) * has_vacant]),
        aims=np.concatenate([np.where(free > 0, free, 0), near_vacant]),
        scales=np.concatenate([np.maximum(residents_with_gp, 1), np.maximum(vacant, 1)]).astype(float),
    )


def _limits(printed: float) -> tuple[float, float]:
    """What a printed number of free places says of the room: 0 says only that there is none."""
    return (float(printed) if printed > 0 else -_FAR), float(printed)

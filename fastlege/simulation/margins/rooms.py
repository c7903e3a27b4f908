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


def rooms(
    capacity: pl.DataFrame, residents_with_gp: NDArray[np.int64], cap_max: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Room on lists with a GP and room on vacant lists, for each municipality row of `capacity`, in its order."""
    units = capacity.filter(pl.col("level") == "municipality")
    lists, vacant_lists = units["lists_with_gp"].to_numpy(), (units["lists"] - units["lists_with_gp"]).to_numpy()
    vacant = units["residents_vacant"].to_numpy()
    count = len(units)
    free = units["free_with_gp"].to_numpy().astype(float)
    free_all = units["free_all"].to_numpy().astype(float)
    most_vacant = np.where(vacant_lists > 0, 0.8 * cap_max * vacant_lists - vacant, 0)
    known_vacant = np.where(
        (free > 0) & (free_all > 0), free_all - free, np.maximum(_PLAIN_CAP * vacant_lists - vacant, 0)
    )
    programme = Programme(
        lowest=np.concatenate(
            [np.where(free > 0, free, np.ceil(-0.35 * residents_with_gp)), np.ceil(-0.6 * vacant) * (vacant_lists > 0)]
        ),
        highest=np.concatenate(
            [np.where(lists > 0, free, 0), np.maximum(most_vacant, known_vacant) * (vacant_lists > 0)]
        ),
        aims=np.concatenate([np.where(free > 0, free, 0), known_vacant]),
        scales=np.concatenate([np.maximum(residents_with_gp, 1), np.maximum(vacant, 1)]).astype(float),
    )
    place = np.arange(count)
    for here in place:
        low = free_all[here] if free_all[here] > 0 else -_FAR
        programme.keep_sum(np.array([here, count + here]), low, free_all[here])
    for members, row in zip(*totals_and_members(capacity), strict=True):
        for column, inside in (("free_with_gp", members), ("free_all", np.concatenate([members, count + members]))):
            printed = float(row[column][0])
            programme.keep_sum(inside, printed if printed > 0 else -_FAR, printed)
    solved = programme.solve()
    return solved[:count], solved[count:]

"""The queue of a living nation, as columns."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl
from numpy.typing import NDArray

Columns = NDArray[np.int64]
_MS = 1000


@dataclass(frozen=True)
class Queue:
    """Queue places: positions of person and list, rank, moment in seconds since 1970, family (0: none).

    `entered` is the day (since 1970) of the first round that knew the place; `spell` the moment from which the person
    has waited without a break, for whichever lists.
    """

    person: Columns
    list_: Columns
    rank: Columns
    at: Columns
    family: Columns
    entered: Columns
    spell: Columns

    def __len__(self) -> int:
        return len(self.person)

    def only(self, keep: NDArray) -> Queue:
        """These rows alone: a mask or row numbers."""
        return Queue(*(getattr(self, field.name)[keep] for field in fields(self)))

    def and_also(self, more: Queue) -> Queue:
        """These rows and then those."""
        return Queue(*(np.concatenate([getattr(self, f.name), getattr(more, f.name)]) for f in fields(self)))

    def frame(self, person_id: Columns, list_id: Columns) -> pl.DataFrame:
        """Columns person_id, list_id, rank, requested_at, family_id, entered and waiting_since, by person and rank."""
        order = np.lexsort((self.rank, self.person))
        family = pl.Series(self.family[order])
        return pl.DataFrame(
            {
                "person_id": person_id[self.person[order]],
                "list_id": list_id[self.list_[order]],
                "rank": self.rank[order].astype(np.int8),
                "requested_at": moments(self.at[order]),
                "family_id": family.set(family == 0, None),
                "entered": days(self.entered[order]),
                "waiting_since": moments(self.spell[order]),
            }
        )


def moments(seconds: Columns) -> pl.Series:
    """Moments from seconds since 1970, as in a snapshot."""
    return pl.Series(seconds * _MS, dtype=pl.Int64).cast(pl.Datetime("ms", "UTC"))


def days(since_1970: Columns) -> pl.Series:
    """Days from days since 1970."""
    return pl.Series(since_1970.astype(np.int32), dtype=pl.Int32).cast(pl.Date)

"""The people of a living nation: what does not depend on who gives out the places."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import PersonStatus

NOBODY = -1
STATUSES = (PersonStatus.RESIDENT, PersonStatus.EMIGRATED, PersonStatus.DEAD, PersonStatus.OPTED_OUT)
"""`People.status` counts in these."""
RESIDENT, EMIGRATED, DEAD, OPTED_OUT = range(4)


@dataclass(frozen=True)
class People:
    """One row a person by increasing id; persons are named by their position here, and rows are only ever added.

    `birth` is in days since 1970; `municipality` and `basic_unit` are positions in the snapshot's tables; `mother`
    and `father` positions or `NOBODY`; `head` is the position of the one whom the household follows when it moves.
    """

    person_id: NDArray[np.int64]
    birth: NDArray[np.int32]
    sex: NDArray[np.int8]
    municipality: NDArray[np.int16]
    basic_unit: NDArray[np.int32]
    household_id: NDArray[np.int64]
    mother: NDArray[np.int32]
    father: NDArray[np.int32]
    head: NDArray[np.int32]
    status: NDArray[np.int8]
    gp_use: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.person_id)

    def with_more(self, more: People) -> People:
        """These people and then those."""
        columns = {f.name: np.concatenate([getattr(self, f.name), getattr(more, f.name)]) for f in fields(self)}
        return replace(self, **columns)


def read_people(snapshot: Snapshot) -> People:
    """The persons of a snapshot; its rows come by id."""
    table = snapshot.table("persons", as_dictionary=["municipality", "basic_unit", "status"])
    person_id = _numbers(table["person_id"])
    household = _numbers(table["household_id"])
    _, first, group = np.unique(household, return_index=True, return_inverse=True)
    municipalities = snapshot.table("municipalities", ["municipality"])["municipality"].to_pylist()
    basic_units = snapshot.table("basic_units", ["basic_unit"])["basic_unit"].to_pylist()
    return People(
        person_id=person_id,
        birth=table["birth_date"].to_numpy().astype("datetime64[D]").astype(np.int32),
        sex=table["sex"].to_numpy().astype(np.int8),
        municipality=_codes(table["municipality"], municipalities).astype(np.int16),
        basic_unit=_codes(table["basic_unit"], basic_units).astype(np.int32),
        household_id=household,
        mother=_positions(table["mother_id"], person_id),
        father=_positions(table["father_id"], person_id),
        head=first[group].astype(np.int32),
        status=_codes(table["status"], [status.value for status in STATUSES]).astype(np.int8),
        gp_use=table["gp_use"].to_numpy().astype(np.int16),
    )


def _numbers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    return column.to_numpy().astype(np.int64)


def _codes(column: pa.ChunkedArray, vocabulary: list[str]) -> NDArray[np.int64]:
    """Positions in a vocabulary of a column of codes."""
    place = {word: position for position, word in enumerate(vocabulary)}
    column = column.unify_dictionaries()
    parts = []
    for chunk in column.chunks:
        table = np.array([place[word] for word in chunk.dictionary.to_pylist()], np.int64)
        parts.append(table[chunk.indices.to_numpy(zero_copy_only=False)])
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _positions(column: pa.ChunkedArray, person_id: NDArray[np.int64]) -> NDArray[np.int32]:
    """Positions of the persons named in a column; nobody where it is empty or the person is not in the snapshot."""
    ids = pl.Series(column).fill_null(NOBODY).to_numpy()
    found = np.minimum(np.searchsorted(person_id, ids), max(len(person_id) - 1, 0))
    known = person_id[found] == ids if len(person_id) else np.zeros(0, bool)
    return np.where(known, found, NOBODY).astype(np.int32)

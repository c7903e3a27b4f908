"""Counts of contacts by many columns at once, filled in one pass."""

from __future__ import annotations

import numba
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fastlege.figures.bases.contacts import CONSULTATIONS
from fastlege.figures.counting.coding import Codes, People, Positions, words_of

_MONTHS = [f"{month:02}" for month in range(1, 13)]
_TYPES, _MEDIA, _PLACES, _RELATIONS = 32, 16, 4, 8
"""More than the words that there are of each: a kind of contact is one number made of all of them."""
_FLAGS = 4
_SPAN = _TYPES * _MEDIA * _PLACES * _RELATIONS * _FLAGS


class Cube:
    """How many contacts there were by kind of person, month and kind of contact, and by home and diagnosis."""

    def __init__(self, people: People, codes: dict[str, Codes]) -> None:
        self._people, self._codes = people, codes
        self._row_of = np.full(_SPAN, -1, np.int32)
        self._kinds: list[int] = []
        self._counts = np.zeros((64, len(_MONTHS), people.size), np.int32)
        self._homes = len(people.municipality) + 1
        self._of_home = max(1, (people.size - 1) // max(1, self._homes - 1))
        self._diagnosed = np.zeros((64, 0, self._homes), np.int32)

    def add(self, part: pa.RecordBatch, who: NDArray[np.int32], numbers: dict[str, Positions]) -> None:
        """Count a part of the contacts; `who` is the kind of each person."""
        flags = part["evening"].to_numpy(zero_copy_only=False) * 2 + part["delegated"].to_numpy(zero_copy_only=False)
        kind = numbers["contact_type"] * _MEDIA + numbers["medium"]
        kind = ((kind * _PLACES + numbers["place"]) * _RELATIONS + numbers["relation"]) * _FLAGS + flags
        self._meet(kind)
        month = _months(part["date"].cast(pa.int32()).to_numpy())
        rows = self._row_of[kind]
        _fill(self._counts, rows, month, who)
        if "diagnosis" in numbers:
            self._diagnose(rows, who, numbers["diagnosis"])

    def contacts(self) -> pa.Table:
        """The rows of the base table `contacts`."""
        counts = self._counts[: len(self._kinds)]
        row, month, who = np.nonzero(counts)
        kind, service, relation, flags = self._parts(np.array(self._kinds, np.int64)[row])
        return pa.table(
            {
                **self._people.columns(who),
                "month": words_of(_MONTHS, month),
                **kind,
                "time_of_day": words_of(["day", "evening"], flags // 2),
                "service": service,
                "relation": relation,
                "delegated": flags % 2 == 1,
                "contacts": counts[row, month, who].astype(np.int64),
                "half_year": words_of(["H1", "H2"], month // 6),
            }
        )

    def diagnoses(self) -> pa.Table:
        """The rows of the base table `diagnoses`."""
        row, diagnosis, home = np.nonzero(self._diagnosed)
        columns, service, _, _ = self._parts(np.array(self._kinds, np.int64)[row])
        table = pa.table(
            {
                "municipality": self._people.columns(home * self._of_home)["municipality"],
                **columns,
                "service": service,
                "diagnosis": words_of(self._codes["diagnosis"].words, diagnosis),
                "contacts": self._diagnosed[row, diagnosis, home].astype(np.int64),
            }
        )
        chosen = np.isin(np.array(columns["contact_type"].to_pylist(), dtype=object), CONSULTATIONS)
        by = [name for name in table.column_names if name != "contacts"]
        plain = pa.table({name: _plain(table[name]) for name in table.column_names}).filter(chosen)
        summed = plain.group_by(by).aggregate([("contacts", "sum")])
        return summed.rename_columns([*by, "contacts"])

    def _meet(self, kinds: Positions) -> None:
        for kind in np.flatnonzero(np.bincount(kinds, minlength=_SPAN)[:_SPAN] * (self._row_of < 0)).tolist():
            self._row_of[kind] = len(self._kinds)
            self._kinds.append(kind)
        if len(self._kinds) > len(self._counts):
            grown = np.zeros((2 * len(self._kinds), *self._counts.shape[1:]), np.int32)
            grown[: len(self._counts)] = self._counts
            self._counts = grown

    def _diagnose(self, rows: NDArray[np.int32], who: NDArray[np.int32], diagnosis: Positions) -> None:
        before, kinds, words = self._diagnosed, len(self._counts), len(self._codes["diagnosis"].words)
        if before.shape[0] < kinds or before.shape[1] < words:
            grown = np.zeros((kinds, max(2 * words, before.shape[1]), self._homes), np.int32)
            grown[: before.shape[0], : before.shape[1]] = before
            self._diagnosed = grown
        _fill(self._diagnosed, rows, diagnosis, who // self._of_home)

    def _parts(self, kind: Positions) -> tuple[dict[str, pa.Array], pa.Array, pa.Array, Positions]:
        """A kind of contact in words: type and medium, service, relation, and the two flags."""
        rest, flags = np.divmod(kind, _FLAGS)
        rest, relation = np.divmod(rest, _RELATIONS)
        rest, place = np.divmod(rest, _PLACES)
        of_type, medium = np.divmod(rest, _MEDIA)
        codes = self._codes
        words = {
            "contact_type": words_of(codes["contact_type"].words, of_type),
            "medium": words_of(codes["medium"].words, medium),
        }
        return words, words_of(codes["place"].words, place), words_of(codes["relation"].words, relation), flags


def _months(days: NDArray[np.int32]) -> NDArray[np.int8]:
    if not len(days):
        return np.empty(0, np.int8)
    first, last = int(days.min()), int(days.max())
    table = np.arange(first, last + 1, dtype="M8[D]").astype("M8[M]").astype(np.int64) % 12
    return table.astype(np.int8)[days - first]


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


@numba.njit(cache=True, nogil=True)
def _fill(counts, row, month, who):  # type: ignore[no-untyped-def]  # pragma: no cover
    for at in range(len(who)):
        counts[row[at], month[at], who[at]] += 1

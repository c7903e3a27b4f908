"""Claims of a period to contacts: each claim one row with its type, medium, time of day, performer and relation.

The claims are read and written in parts, so that a year of a nation fits in a small memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.snapshot_tables import DERIVED_TABLES
from fastlege.kernel.table_writer import TableWriter
from fastlege.kernel.vocabulary import Relationship
from fastlege.rules.contacts import relations
from fastlege.rules.contacts.columns import NO_KIND, kinds_of_claims
from fastlege.rules.contacts.line_reader import LineReader
from fastlege.rules.contacts.relations import FOREVER, RELATIONS, Spans, relations_of, spans_by
from fastlege.rules.contacts.types import NO_TYPE, contact_types, load_contact_kinds

Report = Callable[[str, float], None]

CONTACTS: pa.Schema = DERIVED_TABLES["contacts"].schema
"""The columns of a file of contacts, sorted by claim."""

_CLAIM_COLUMNS = ("claim_id", "doctor_id", "performer_id", "list_id", "person_id", "date", "place", "diagnosis")
_COPIED = ("claim_id", "person_id", "doctor_id", "date", "place", "list_id", "diagnosis")
_PART = 1 << 20


@dataclass(frozen=True)
class _Names:
    """The words of each position, the last for `NO_KIND`."""

    types: pa.Array
    media: pa.Array
    evening: NDArray[np.bool_]


def classify(snapshot: Snapshot, out: Path, *, report: Report = lambda *_: None) -> dict[str, int]:
    """Write the contacts of a snapshot's claims to a file, whole or not at all; the number of each type is returned."""
    if not snapshot.has("claims"):
        raise DataError("the table claims is missing.", where=str(snapshot.folder), remedy="Name a folder with claims.")
    names = _names()
    counts = np.zeros(len(names.types), np.int64)
    total, done = snapshot.rows("claims"), 0
    people, doctors = _memberships(snapshot), _regular_gps(snapshot)
    with whole_file(out) as part:
        writer = TableWriter(part, CONTACTS)
        try:
            for claims, kinds in typed_claims(snapshot):
                writer.write_table(_contacts(claims, kinds, names, people, doctors))
                counts += np.bincount(_row(kinds, names), minlength=len(names.types))
                done += claims.num_rows
                report("contacts", done / total)
        except BaseException:
            writer.abandon()
            raise
        writer.close()
    return _by_type(counts, names)


def typed_claims(snapshot: Snapshot) -> Iterator[tuple[pa.Table, NDArray[np.uint8]]]:
    """The claims in parts, each with the position of its kind of contact."""
    lines = LineReader(snapshot)
    for batch in pq.ParquetFile(snapshot.path("claims")).iter_batches(_PART, columns=list(_CLAIM_COLUMNS)):
        claims = pa.Table.from_batches([batch])
        ids = claims["claim_id"].to_numpy()
        days = claims["date"].cast(pa.int32()).to_numpy()
        line_claims, line_codes, positions = lines.up_to(int(ids[-1]))
        yield claims, kinds_of_claims(ids, days, line_claims, line_codes, positions)
    lines.refuse_rest()


def _contacts(claims: pa.Table, kinds: NDArray[np.uint8], names: _Names, people: Spans, doctors: Spans) -> pa.Table:
    row = _row(kinds, names)
    day = claims["date"].cast(pa.int32()).to_numpy()
    gp_list = pc.fill_null(claims["list_id"], 0).to_numpy()
    relation = relations_of(
        (claims["person_id"].to_numpy(), gp_list, claims["doctor_id"].to_numpy(), day), people, doctors
    )
    return pa.table(
        {
            **{name: claims[name] for name in _COPIED},
            "contact_type": names.types.take(pa.array(row)),
            "medium": names.media.take(pa.array(row)),
            "evening": pa.array(names.evening[row]),
            "delegated": claims["performer_id"].is_valid(),
            "relation": pa.array(RELATIONS).take(pa.array(relation)),
        }
    )


def _row(kinds: NDArray[np.uint8], names: _Names) -> NDArray[np.int64]:
    return np.where(kinds == NO_KIND, len(names.types) - 1, kinds).astype(np.int64)


def _names() -> _Names:
    kinds = load_contact_kinds()
    return _Names(
        pa.array([*(kind.contact_type for kind in kinds), NO_TYPE]),
        pa.array([*(kind.medium for kind in kinds), "none"]),
        np.array([*(kind.evening for kind in kinds), False]),
    )


def _by_type(counts: NDArray[np.int64], names: _Names) -> dict[str, int]:
    found = dict.fromkeys((*contact_types(), NO_TYPE), 0)
    for name, count in zip(names.types.to_pylist(), counts.tolist(), strict=True):
        found[name] += count
    return found


def _memberships(snapshot: Snapshot) -> Spans:
    table = snapshot.table("memberships", ["person_id", "list_id", "start", "end"])
    return spans_by(table["person_id"].to_numpy(), table["list_id"].to_numpy(), *_days(table))


def _regular_gps(snapshot: Snapshot) -> Spans:
    table = snapshot.table("doctor_periods", ["list_id", "doctor_id", "relationship", "start", "end"])
    table = table.filter(pc.equal(table["relationship"], Relationship.REGULAR.value))
    return spans_by(table["list_id"].to_numpy(), table["doctor_id"].to_numpy(), *_days(table))


def _days(table: pa.Table) -> tuple[relations.Days, relations.Days]:
    end = pc.fill_null(table["end"].cast(pa.int32()), int(FOREVER)).to_numpy()
    return table["start"].cast(pa.int32()).to_numpy(), end

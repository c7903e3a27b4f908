"""The tables of a snapshot: their columns, types and order. Tools outside the project read them: a contract.

Dates are `date32`, periods half-open, codes strings with leading zeros, ids `int64`. Rows are sorted by the key, so
that the same state is the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

VERSION = "1"


@dataclass(frozen=True)
class TableContract:
    """Columns of one table, and the columns that its rows are unique in and sorted by."""

    schema: pa.Schema
    key: tuple[str, ...]


def _table(key: str, *columns: tuple[str, pa.DataType] | tuple[str, pa.DataType, bool]) -> TableContract:
    fields = [pa.field(name, kind, nullable=bool(rest)) for name, kind, *rest in columns]
    return TableContract(pa.schema(fields), tuple(key.split()))


_ID, _DAY, _TEXT, _COUNT = pa.int64(), pa.date32(), pa.string(), pa.int32()
_SMALL, _FLAG, _DEGREES = pa.int8(), pa.bool_(), pa.float64()
_MOMENT = pa.timestamp("ms", tz="UTC")
_WORDS = pa.list_(pa.string())
_OPTIONAL = True

TABLES: dict[str, TableContract] = {
    "municipalities": _table(
        "municipality",
        ("municipality", _TEXT),
        ("name", _TEXT),
        ("county", _TEXT),
        ("county_name", _TEXT),
        ("size_group", _TEXT),
        ("centrality", _SMALL),
        ("population", _COUNT),
        ("latitude", _DEGREES),
        ("longitude", _DEGREES),
    ),
    "basic_units": _table(
        "basic_unit",
        ("basic_unit", _TEXT),
        ("name", _TEXT),
        ("municipality", _TEXT),
        ("population", _COUNT),
        ("latitude", _DEGREES),
        ("longitude", _DEGREES),
    ),
    "persons": _table(
        "person_id",
        ("person_id", _ID),
        ("birth_date", _DAY),
        ("sex", _SMALL),
        ("municipality", _TEXT),
        ("basic_unit", _TEXT),
        ("household_id", _ID),
        ("mother_id", _ID, _OPTIONAL),
        ("father_id", _ID, _OPTIONAL),
        ("status", _TEXT),
        ("gp_use", pa.int16()),
    ),
    "offices": _table(
        "office_id",
        ("office_id", _ID),
        ("name", _TEXT),
        ("organisation_number", _TEXT),
        ("municipality", _TEXT),
        ("latitude", _DEGREES),
        ("longitude", _DEGREES),
        ("services", _WORDS),
    ),
    "lists": _table(
        "list_id",
        ("list_id", _ID),
        ("name", _TEXT),
        ("municipality", _TEXT),
        ("office_id", _ID),
        ("cap", _COUNT),
        ("status", _TEXT),
        ("salaried", _FLAG),
        ("shared_group", _ID, _OPTIONAL),
        ("agreement_date", _DAY),
        ("start", _DAY),
        ("end", _DAY, _OPTIONAL),
        ("end_reason", _TEXT, _OPTIONAL),
    ),
    "doctors": _table(
        "doctor_id",
        ("doctor_id", _ID),
        ("hpr", _TEXT),
        ("name", _TEXT),
        ("birth_date", _DAY),
        ("sex", _SMALL),
        ("languages", _WORDS),
        ("specialist_since", _DAY, _OPTIONAL),
        ("training_since", _DAY, _OPTIONAL),
    ),
    "doctor_periods": _table(
        "list_id doctor_id relationship start",
        ("list_id", _ID),
        ("doctor_id", _ID),
        ("relationship", _TEXT),
        ("working_percentage", _SMALL),
        ("start", _DAY),
        ("end", _DAY, _OPTIONAL),
        ("end_reason", _TEXT, _OPTIONAL),
    ),
    "memberships": _table(
        "person_id start",
        ("person_id", _ID),
        ("list_id", _ID),
        ("start", _DAY),
        ("end", _DAY, _OPTIONAL),
        ("begin_reason", _TEXT),
        ("end_reason", _TEXT, _OPTIONAL),
    ),
    "queue": _table(
        "person_id rank",
        ("person_id", _ID),
        ("list_id", _ID),
        ("rank", _SMALL),
        ("requested_at", _MOMENT),
        ("family_id", _ID, _OPTIONAL),
    ),
    "unplaced": _table("person_id", ("person_id", _ID), ("since", _DAY)),
    "switches": _table(
        "person_id on to_list",
        ("person_id", _ID),
        ("from_list", _ID, _OPTIONAL),
        ("to_list", _ID, _OPTIONAL),
        ("on", _DAY),
        ("reason", _TEXT),
        ("chosen", _FLAG),
        ("queued_since", _DAY, _OPTIONAL),
    ),
    "meta": _table("key", ("key", _TEXT), ("value", _TEXT)),
}

# A table without rows has no file, so that snapshots made without these tables keep their digest.
OPTIONAL_TABLES: dict[str, TableContract] = {
    "custody": _table(
        "child_id adult_id start",
        ("child_id", _ID),
        ("adult_id", _ID),
        ("kind", _TEXT),
        ("start", _DAY),
        ("end", _DAY, _OPTIONAL),
    ),
    "care_orders": _table("child_id start", ("child_id", _ID), ("start", _DAY), ("end", _DAY, _OPTIONAL)),
    "protected_addresses": _table("person_id", ("person_id", _ID), ("grade", _TEXT), ("since", _DAY)),
    "asked_first": _table("person_id list_id", ("person_id", _ID), ("list_id", _ID)),
    "offers": _table(
        "person_id list_id",
        ("person_id", _ID),
        ("list_id", _ID),
        ("made_on", _DAY),
        ("answer_by", _DAY),
    ),
}
"""Who chooses for whom, whose address is protected, who wants to be asked before a queue place is used, and which free
places are kept for somebody who has been asked and has not answered."""

ALL_TABLES: dict[str, TableContract] = TABLES | OPTIONAL_TABLES
"""What the register holds."""

CLAIM_TABLES: dict[str, TableContract] = {
    "claims": _table(
        "claim_id",
        ("claim_id", _ID),
        ("doctor_id", _ID),
        ("performer_id", _ID, _OPTIONAL),
        ("list_id", _ID, _OPTIONAL),
        ("person_id", _ID),
        ("date", _DAY),
        ("time", pa.int16()),
        ("place", _TEXT),
        ("diagnosis", _TEXT),
    ),
    "claim_lines": _table(
        "claim_id line",
        ("claim_id", _ID),
        ("line", _SMALL),
        ("tariff", _TEXT),
        ("count", pa.int16()),
        ("amount", _COUNT),
        ("reimbursed", _COUNT),
        ("patient_share", _COUNT),
    ),
    "claim_details": _table(
        "claim_id",
        ("claim_id", _ID),
        ("minutes", pa.int16(), _OPTIONAL),
        ("exemption", _TEXT),
        ("circumstances", _TEXT),
        ("group_size", pa.int16(), _OPTIONAL),
        ("distance_m", _COUNT, _OPTIONAL),
    ),
}
"""The claims of a period, in whole øre; `time` is minutes since midnight in Norway, `performer_id` the nurse to whom
the work was delegated, `list_id` the list that the doctor worked for (none out of hours), `place` the setting. Claims
stand in order of time, and the lines of each are numbered from 1. `claim_details` has a row for each claim that says
more: how long it took, the ground on which the patient pays nothing, circumstances with a blank between them, and the
length of a journey."""

SNAPSHOT_TABLES: dict[str, TableContract] = ALL_TABLES | CLAIM_TABLES
"""What a snapshot may hold: the tables of `TABLES` always, the others where they have rows."""

DERIVED_TABLES: dict[str, TableContract] = {
    "contacts": _table(
        "claim_id",
        ("claim_id", _ID),
        ("person_id", _ID),
        ("doctor_id", _ID),
        ("date", _DAY),
        ("contact_type", _TEXT),
        ("medium", _TEXT),
        ("evening", _FLAG),
        ("delegated", _FLAG),
        ("place", _TEXT),
        ("relation", _TEXT),
        ("list_id", _ID, _OPTIONAL),
        ("diagnosis", _TEXT),
    ),
}
"""What follows from other tables and the rules, kept beside them because making it is dear: it is not in the digest."""

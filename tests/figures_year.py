"""A year of contacts and claim lines for the scheme of `figures_scheme`, small enough to count by hand.

Persons 1-18 live in Eigersund and are 13 years old, the others live in Stavanger and are 42.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from figures_scheme import write_scheme

from fastlege.figures.given import GIVEN_TABLES
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.snapshot_tables import CLAIM_TABLES, DERIVED_TABLES

OUT = "out_of_hours_service"
# person, doctor, day, type, medium, evening, delegated, place, relation, list, diagnosis
CONTACTS = [
    (1, 1, date(2023, 1, 10), "physical_consultation", "office", False, False, "gp", "own_gp", 1, "A04"),
    (1, 1, date(2023, 2, 10), "physical_consultation", "office", False, False, "gp", "own_gp", 1, "A04"),
    (1, 2, date(2023, 3, 10), "physical_consultation", "office", False, False, "gp", "other", 3, "R74"),
    (1, 1, date(2023, 7, 10), "physical_consultation", "office", False, False, "gp", "own_gp", 1, "A04"),
    (11, 5, date(2023, 7, 11), "e_consultation", "phone", True, False, "gp", "on_own_list", 2, "P76"),
    (11, 5, date(2023, 7, 12), "e_consultation", "text", False, False, "gp", "on_own_list", 2, "P02"),
    (11, 5, date(2023, 7, 13), "home_visit", "home", False, False, "gp", "on_own_list", 2, "P76"),
    (19, 3, date(2023, 8, 1), "physical_consultation", "office", False, False, "gp", "own_gp", 3, "R74"),
    (19, 4, date(2023, 8, 2), "physical_consultation", "office", False, False, "gp", "other", 1, "R74"),
    (1, 6, date(2023, 8, 3), "physical_consultation", "office", True, False, OUT, "other", None, "R74"),
    (20, 6, date(2023, 8, 4), "home_visit", "home", True, False, OUT, "other", None, "R74"),
    (20, 3, date(2023, 8, 5), "simple_contact_remote", "remote", False, True, "gp", "own_gp", 3, "A97"),
    (21, 6, date(2023, 8, 6), "physical_consultation", "office", False, False, OUT, "other", None, "A04"),
    (21, 3, date(2023, 8, 7), "e_consultation", "video", False, False, "gp", "own_gp", 3, "A04"),
]
# claim, code, amount, paid back, patient's share, in øre
LINES = [
    (1, "2ad", 20000, 10000, 10000),
    (2, "2ad", 20000, 20000, 0),  # too young to pay
    (8, "2ad", 20000, 20000, 0),  # a free card
    (9, "L1", 5000, 5000, 0),
    (10, "2ad", 40000, 20000, 20000),
    (12, "100", 3000, 0, 3000),
    (13, "2ad", 20001, 10001, 10000),
]
# claim, and on which ground its patient pays nothing
EXEMPT = [(2, "B"), (8, "F")]
_ALL_TIME = (date(1900, 1, 1), date(2200, 1, 1))
GIVEN: dict[str, list[tuple]] = {
    "tariff_shares": [
        ("2ad", *_ALL_TIME, 10000, 20000, False),
        ("100", *_ALL_TIME, 3000, 3000, True),
        ("L1", *_ALL_TIME, 0, 5000, False),
    ],
    "basic_funding": [
        ("1101", "capitation", False, True, 100000),
        ("1103", "equalisation_grant", True, False, 50000),
    ],
}


def write_year(folder: Path, contacts_of_year: list[tuple] = CONTACTS) -> Snapshot:
    """Write the scheme with the year above, or with other contacts, and open it."""
    write_scheme(folder)
    names = ("person_id", "doctor_id", "date", "contact_type", "medium", "evening", "delegated", "place", "relation",
             "list_id", "diagnosis")  # fmt: skip
    contacts = [
        {"claim_id": at, **dict(zip(names, row, strict=True))} for at, row in enumerate(contacts_of_year, start=1)
    ]
    columns = ("claim_id", "tariff", "amount", "reimbursed", "patient_share")
    lines = [{"line": 1, "count": 1, **dict(zip(columns, row, strict=True))} for row in LINES]
    details = [{"claim_id": claim, "exemption": ground, "circumstances": ""} for claim, ground in EXEMPT]
    for name, rows, contract in (
        ("claim_details", details, CLAIM_TABLES["claim_details"]),
        ("contacts", contacts, DERIVED_TABLES["contacts"]),
        ("claim_lines", lines, CLAIM_TABLES["claim_lines"]),
    ):
        pq.write_table(pa.Table.from_pylist(rows, contract.schema), folder / f"{name}.parquet")
    return Snapshot(folder)


def given() -> dict[str, pa.Table]:
    """What the figures of expenditure are given."""
    return {
        name: pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in GIVEN[name]], schema)
        for name, schema in GIVEN_TABLES.items()
    }

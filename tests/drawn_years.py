"""Years of contacts that are drawn, so few that many counts of them are small: for the tests that attack what is shown.

They lie on the registers of a small snapshot. A kind of contact is made by its kind of place, as in real claims.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from report_scene import sealed

from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.snapshot_tables import CLAIM_TABLES, DERIVED_TABLES

# type, medium, evening, delegated, place, weight
KINDS = [
    ("physical_consultation", "office", False, False, "gp", 40),
    ("e_consultation", "text", False, False, "gp", 12),
    ("e_consultation", "phone", True, False, "gp", 3),
    ("e_consultation", "video", False, False, "gp", 3),
    ("home_visit", "home", False, False, "gp", 3),
    ("simple_contact_remote", "remote", False, True, "gp", 15),
    ("physical_consultation", "office", False, False, "out_of_hours_service", 4),
    ("physical_consultation", "office", True, False, "out_of_hours_service", 8),
    ("home_visit", "home", True, False, "out_of_hours_service", 2),
]
DIAGNOSES = ("A04", "R74", "P76", "K86")
DUE = 17900
_OF_KIND = ("contact_type", "medium", "evening", "delegated", "place")


def write_drawn_year(registers: Path, folder: Path, *, contacts: int, seed: int) -> Snapshot:
    """The registers of a snapshot with a drawn year of contacts and lines; a few of them with a doctor in training."""
    shutil.copytree(registers, folder)
    draw = np.random.default_rng(seed)
    people = pq.read_table(folder / "persons.parquet", columns=["person_id", "municipality"])
    homes = pa.array(dict(Snapshot(folder).meta)["areas"].split(), pa.string())
    persons = people.filter(pc.is_in(people["municipality"], homes))["person_id"].to_numpy()
    weights = np.array([kind[-1] for kind in KINDS], float)
    kinds = draw.choice(len(KINDS), contacts, p=weights / weights.sum())
    of_kind = {name: np.array([kind[at] for kind in KINDS])[kinds] for at, name in enumerate(_OF_KIND)}
    numbers = np.arange(1, contacts + 1)
    relation = np.where(of_kind["delegated"] | (draw.random(contacts) < 0.8), "own_gp", "other")
    columns = {
        "claim_id": numbers,
        # Some people come often, as in real years.
        "person_id": persons[(len(persons) * draw.random(contacts) ** 1.5).astype(int)],
        "doctor_id": draw.integers(1, 1000, contacts),
        "date": np.datetime64("2025-01-01") + draw.integers(0, 365, contacts),
        "relation": np.where(of_kind["place"] == "gp", relation, "other"),
        "list_id": pa.nulls(contacts, pa.int64()),
        "diagnosis": draw.choice(DIAGNOSES, contacts, p=[0.6, 0.3, 0.08, 0.02]),
    }
    _write(folder / "contacts.parquet", columns | of_kind, DERIVED_TABLES["contacts"].schema)
    free = draw.random(contacts) < 0.3
    one, due = np.ones(contacts, int), np.full(contacts, DUE)
    lines = {
        **{"claim_id": numbers, "line": one, "tariff": np.full(contacts, "2ad"), "count": one, "amount": 2 * due},
        **{"reimbursed": due + free * due, "patient_share": due - free * due},
    }
    _write(folder / "claim_lines.parquet", lines, CLAIM_TABLES["claim_lines"].schema)
    exempt = numbers[free]
    blank, none = np.full(len(exempt), ""), pa.nulls(len(exempt), pa.int16())
    details = {
        **{"claim_id": exempt, "minutes": none, "exemption": np.full(len(exempt), "F"), "circumstances": blank},
        **{"group_size": none, "distance_m": none},
    }
    _write(folder / "claim_details.parquet", details, CLAIM_TABLES["claim_details"].schema)
    _train(folder, doctor=1)
    return sealed(_of_year(folder))


def _write(path: Path, columns: dict, schema: pa.Schema) -> None:
    pq.write_table(
        pa.table([pa.array(columns[name]).cast(schema.field(name).type) for name in schema.names], schema), path
    )


def _train(folder: Path, doctor: int) -> None:
    """Make a doctor one in training (LIS1), so that a few contacts are paid for as such."""
    path = folder / "doctor_periods.parquet"
    periods = pq.read_table(path)
    row = {name: None for name in periods.column_names} | {
        "list_id": periods["list_id"][0].as_py(), "doctor_id": doctor, "relationship": "lis1",
        "working_percentage": 100, "start": date(2020, 1, 1),
    }  # fmt: skip
    pq.write_table(pa.concat_tables([periods, pa.Table.from_pylist([row], periods.schema)]), path)


def _of_year(folder: Path) -> Snapshot:
    """The snapshot with the year of its claims told."""
    path = folder / "meta.parquet"
    meta = pq.read_table(path)
    told = pa.Table.from_pylist([{"key": "claims_year", "value": "2025"}], meta.schema)
    kept = meta.filter(pc.not_equal(meta["key"], "claims_year"))
    pq.write_table(pa.concat_tables([kept, told]), path)
    return Snapshot(folder)

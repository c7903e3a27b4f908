"""W-activity: the activity tables and the continuity indices of a year of the nation, from its typed contacts.

The year is the synthetic one of the nation, its contacts typed once (`claims classify`), as a register types them when
bills come in. The limit reads the columns that the tables need and does nothing with them. All contenders count the
same cube (home, age, sex, month, kind of contact), the diagnoses, and UPC, COC and SECON of everybody with three
consultations.
"""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.harness import HOME, Contender, Workload, nation
from benchmarks.made_from import is_current, remember, sources
from fastlege.figures.counting.base_rows import BaseRows
from fastlege.figures.counting.duckdb_engine import DuckDBEngine
from fastlege.figures.facts import BASES
from fastlege.kernel.snapshot import Snapshot, new_snapshot

YEAR = 2025
RECIPE = "norway-2026-05"
COUNTED = ("contacts", "diagnoses", "person_continuity")
WORDS = ("contact_type", "medium", "place", "relation", "diagnosis")
COLUMNS = ("claim_id", "person_id", "doctor_id", "date", "evening", "delegated", *WORDS)
PEOPLE = ("person_id", "municipality", "birth_date", "sex")


def year() -> Path:
    """The folder of the nation's year with its contacts, made first when it is not there or is another version's."""
    folder = HOME / f"{RECIPE}-{YEAR}"
    made_by = sources("kernel", "simulation", "rules", but=("simulation/life", "simulation/waits"))
    if not is_current(folder, made_by):
        run = [str(Path(sys.executable).with_name("fastlege")), "claims"]
        build = ["build", "--snapshot", str(nation(RECIPE)), "--year", str(YEAR), "--out", str(folder)]
        subprocess.run([*run, *build], check=True, stdout=sys.stderr)
        contacts = ["classify", "--snapshot", str(folder), "--out", str(folder / "contacts.parquet")]
        subprocess.run([*run, *contacts], check=True, stdout=sys.stderr)
        remember(folder, made_by)
    return folder


def opened() -> Snapshot:
    return Snapshot(year())


def compiled() -> Snapshot:
    """Compile the loops on a year of one contact."""
    snapshot = opened()
    with TemporaryDirectory() as folder:
        small = Path(folder) / "small"
        with new_snapshot(small) as writer:
            writer.write("municipalities", snapshot.table("municipalities"))
            writer.write("persons", _first_person(snapshot))
            writer.write_meta(snapshot.as_of, {})
        one = next(pq.ParquetFile(snapshot.path("contacts")).iter_batches(1))
        known = pa.array([1], pa.int64())
        field = one.schema.field("person_id")
        pq.write_table(pa.Table.from_batches([one]).set_column(1, field, known), small / "contacts.parquet")
        ours(Snapshot(small))
    return snapshot


def _first_person(snapshot: Snapshot) -> pa.Table:
    batch = next(snapshot.batches("persons", rows=1))
    return pa.Table.from_batches([batch]).set_column(0, "person_id", pa.array([1], pa.int64()))


def scan(snapshot: Snapshot) -> str:
    """The limit: read the columns."""
    file = pq.ParquetFile(snapshot.path("contacts"), read_dictionary=list(WORDS))
    rows = sum(batch.num_rows for batch in file.iter_batches(1 << 20, columns=list(COLUMNS)))
    return str(rows + snapshot.table("persons", list(PEOPLE), as_dictionary=["municipality"]).num_rows)


def ours(snapshot: Snapshot) -> str:
    rows = BaseRows(snapshot, COUNTED)
    return checksum({base: rows.whole(base) for base in COUNTED})


def expressions(snapshot: Snapshot) -> str:
    """The definitions themselves, as Ibis writes them for DuckDB."""
    engine = DuckDBEngine(snapshot, {table for base in COUNTED for table in BASES[base].reads})
    return checksum({base: engine(BASES[base].make(snapshot.as_of)) for base in COUNTED})


def checksum(tables: dict[str, pa.Table]) -> str:
    people = tables["person_continuity"]
    sums = [int(np.sum(people[name].to_numpy())) for name in ("upc", "coc", "secon")]
    return _digest([*sums, people.num_rows, *_cubes(tables)])


def _cubes(tables: dict[str, pa.Table]) -> list[int]:
    """Sums by the columns of each cube, whatever the order of its rows."""
    found = []
    for base in ("contacts", "diagnoses"):
        frame = pl.from_arrow(tables[base]).with_columns(pl.col(pl.String, pl.Categorical).cast(pl.String))
        for column in sorted(set(frame.columns) - {"contacts"}):
            by = frame.group_by(column).agg(pl.col("contacts").sum()).sort(column)
            found += by["contacts"].to_list()
    return found


def _digest(numbers: list[int]) -> str:
    return sha256(repr(numbers).encode()).hexdigest()


WORKLOAD = Workload(
    name="activity",
    title="Activity and continuity of a year",
    goal="activity tables and continuity indices of the nation's year at most 6 x scanning the columns",
    at_most=6.0,
    rounds=3,
    contenders=(
        Contender("read the columns (pyarrow)", "limit", scan, opened, same_result=False),
        Contender("fastlege figures, compiled", "ours", ours, compiled),
        Contender("the same expressions on DuckDB", "rival", expressions, opened),
    ),
)

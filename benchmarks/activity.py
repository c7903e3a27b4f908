"""W-activity: the activity tables and the continuity indices of a year of the nation, from its typed contacts.

The year is the synthetic one of the nation, its contacts typed once (`claims classify`), as a register types them when
bills come in. The limit reads the columns that the tables need and does nothing with them. All contenders count the
same cube (home, age, sex, month, kind of contact), the diagnoses, UPC, COC and SECON of everybody with three
consultations, and SLICC of every list with a GP. The clock is the wall's, with both cores for every contender.
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
from fastlege.figures.bases.contacts import CONSULTATIONS
from fastlege.figures.bases.continuity import ENOUGH
from fastlege.figures.counting.base_rows import BaseRows
from fastlege.figures.counting.duckdb_engine import DuckDBEngine
from fastlege.figures.dimensions import AGE_BANDS
from fastlege.figures.facts import BASES
from fastlege.kernel.snapshot import Snapshot, new_snapshot

YEAR = 2025
RECIPE = "norway-2026-05"
COUNTED = ("contacts", "diagnoses", "person_continuity", "list_continuity")
REGISTER = {
    "memberships": ["person_id", "list_id", "start", "end"],
    "lists": ["list_id", "municipality", "start", "end"],
    "doctor_periods": ["list_id", "doctor_id", "relationship", "start", "end"],
}
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
            for table in REGISTER:
                writer.write(table, snapshot.table(table).slice(0, 1))
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
    rows += sum(snapshot.table(table, columns).num_rows for table, columns in REGISTER.items())
    return str(rows + snapshot.table("persons", list(PEOPLE), as_dictionary=["municipality"]).num_rows)


def ours(snapshot: Snapshot) -> str:
    rows = BaseRows(snapshot, COUNTED)
    return checksum({base: rows.whole(base) for base in COUNTED})


def expressions(snapshot: Snapshot) -> str:
    """The definitions themselves, as Ibis writes them for DuckDB."""
    engine = DuckDBEngine(snapshot, {table for base in COUNTED for table in BASES[base].reads})
    return checksum({base: engine(BASES[base].make(snapshot.as_of)) for base in COUNTED})


def polars(snapshot: Snapshot) -> str:
    """A lazy query a table over the files."""
    day = pl.lit(snapshot.as_of)
    birth = pl.col("birth_date")
    today = snapshot.as_of.month * 100 + snapshot.as_of.day
    had = birth.dt.month().cast(pl.Int32) * 100 + birth.dt.day() <= today
    years = snapshot.as_of.year - birth.dt.year() - (~had).cast(pl.Int32)
    people = pl.scan_parquet(snapshot.path("persons")).select(
        "person_id", "municipality", "sex", age=years.clip(upper_bound=AGE_BANDS[-2].last + 1) // 5
    )
    contacts = pl.scan_parquet(snapshot.path("contacts"))
    known = contacts.join(people, on="person_id", how="left")
    kinds = ["contact_type", "medium", "relation", "delegated", "evening", "place"]
    cube = known.with_columns(month=pl.col("date").dt.month())
    cube = cube.group_by("municipality", "age", "sex", "month", *kinds).agg(contacts=pl.len().cast(pl.Int64))
    consulted = pl.col("contact_type").is_in(CONSULTATIONS)
    by = ["municipality", "contact_type", "medium", "place", "diagnosis"]
    diagnoses = known.filter(consulted).group_by(by).agg(contacts=pl.len().cast(pl.Int64))
    met = contacts.filter(consulted & (pl.col("place") == "gp") & ~pl.col("delegated"))
    by_doctor = met.group_by("person_id", "doctor_id").agg(n=pl.len().cast(pl.Int64))
    spread = by_doctor.group_by("person_id").agg(
        n=pl.col("n").sum(), most=pl.col("n").max(), squares=(pl.col("n") ** 2).sum()
    )
    ordered = met.select("person_id", "doctor_id", "date", "claim_id").sort("person_id", "date", "claim_id")
    again = (pl.col("doctor_id") == pl.col("doctor_id").shift(1)) & (
        pl.col("person_id") == pl.col("person_id").shift(1)
    )
    kept = ordered.select("person_id", same=again.cast(pl.Int64)).group_by("person_id").agg(pl.col("same").sum())
    n, million = pl.col("n"), 1_000_000
    persons = spread.filter(n >= ENOUGH).join(kept, on="person_id").join(people, on="person_id").select(
        upc=pl.col("most") * million // n,
        coc=(pl.col("squares") - n) * million // (n * (n - 1)),
        secon=pl.col("same") * million // (n - 1),
    )  # fmt: skip

    def running(table: str) -> pl.LazyFrame:
        rows = pl.scan_parquet(snapshot.path(table))
        return rows.filter((pl.col("start") <= day) & (pl.col("end").is_null() | (pl.col("end") > day)))

    regular = running("doctor_periods").filter(pl.col("relationship") == "regular")
    gp = regular.group_by("list_id").agg(gp=pl.col("doctor_id").min())
    of_list = gp.join(running("lists").select("list_id", "municipality"), on="list_id")
    members = running("memberships").select("person_id", "list_id").join(of_list, on="list_id")
    in_person = met.filter(pl.col("contact_type") == "physical_consultation").select("person_id", "doctor_id")
    own = in_person.join(members, on="person_id")
    lists = own.group_by("list_id").agg(
        slicc=(pl.col("doctor_id") == pl.col("gp")).sum().cast(pl.Int64) * million // pl.len()
    )
    found = [each.collect().to_arrow() for each in (_worded(cube), diagnoses, persons, lists)]
    found[1] = found[1].rename_columns([name if name != "place" else "service" for name in found[1].column_names])
    return checksum(dict(zip(COUNTED, found, strict=True)))


def _worded(cube: pl.LazyFrame) -> pl.LazyFrame:
    """The few rows of a cube in the words of the catalogue."""
    ages = {at: each.code for at, each in enumerate(AGE_BANDS)}
    return cube.with_columns(
        age=pl.col("age").replace_strict(ages, return_dtype=pl.String),
        sex=pl.when(pl.col("sex") == 2).then(pl.lit("female")).otherwise(pl.lit("male")),
        half_year=pl.when(pl.col("month") <= 6).then(pl.lit("H1")).otherwise(pl.lit("H2")),
        month=pl.col("month").cast(pl.String).str.zfill(2),
        time_of_day=pl.when("evening").then(pl.lit("evening")).otherwise(pl.lit("day")),
    ).drop("evening").rename({"place": "service"})  # fmt: skip


def checksum(tables: dict[str, pa.Table]) -> str:
    people = tables["person_continuity"]
    sums = [int(np.sum(people[name].to_numpy())) for name in ("upc", "coc", "secon")]
    lists = tables["list_continuity"]
    sums += [int(np.sum(lists["slicc"].to_numpy())), lists.num_rows]
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
        Contender("Polars, a lazy query a table", "rival", polars, opened),
    ),
)

"""A synthetic nation of 5.5 million people, from published figures to Parquet.

The limit draws six uniform vectors and writes the same large tables, ready in memory. The rival writes as many persons
and memberships with flat SQL: no households, no parents, no exact list lengths, no history, no queues.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.harness import Contender, Workload, nation
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.table_writer import ROW_GROUP
from fastlege.simulation.population import build_population

RECIPE = "norway-2023-10"
LARGE = ("persons", "memberships", "queue", "switches", "unplaced")
DRAWS = 6
FLAT = """
copy (select i as person_id, (date '2023-10-01' - cast(365 * 104 * pow(random(), 1.35) as int)) as birth_date,
             1 + cast(random() < 0.5 as tinyint) as sex, municipality, municipality || '0100' as basic_unit,
             i - i % 2 as household_id, null::bigint as mother_id, null::bigint as father_id, 'resident' as status,
             cast(-6 * ln(random() + 1e-9) as smallint) as gp_use
      from range(1, {persons} + 1) t(i)
      join (select row_number() over () - 1 as n, municipality from '{folder}/municipalities.parquet') m
      on m.n = i * 356 // ({persons} + 1))
to '{out}/persons.parquet' (format parquet, compression zstd, compression_level 1);
copy (select 1 + i * {persons} // ({memberships} + 1) as person_id, 1 + cast(random() * 5577 as bigint) as list_id,
             date '2023-10-01' - cast(-2500 * ln(random() + 1e-9) as int) as start, null::date as "end",
             'chosen_direct' as begin_reason, null::varchar as end_reason
      from range(1, {memberships} + 1) t(i))
to '{out}/memberships.parquet' (format parquet, compression zstd, compression_level 1);
"""


def ready_tables() -> Mapping[str, pa.Table]:
    snapshot = Snapshot(nation(RECIPE))
    return {name: snapshot.table(name) for name in LARGE}


def folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="generate-", dir=nation(RECIPE).parent))


def rows(snapshot: Path) -> str:
    made = Snapshot(snapshot)
    return " ".join(f"{name}:{made.rows(name)}" for name in LARGE)


def draw_and_write(tables: Mapping[str, pa.Table]) -> str:
    out = folder()
    rng = np.random.default_rng(1)
    for _ in range(DRAWS):
        rng.random(len(tables["persons"]))
    for name, table in tables.items():
        pq.write_table(
            table, out / f"{name}.parquet", compression="zstd", compression_level=1, row_group_size=ROW_GROUP
        )
    shutil.rmtree(out)
    return " ".join(f"{name}:{len(table)}" for name, table in tables.items())


def build(_: None) -> str:
    out = folder()
    build_population(RECIPE, out / "built")
    answer = rows(out / "built")
    shutil.rmtree(out)
    return answer


def flat_sql(counts: tuple[int, int]) -> str:
    out = folder()
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = false; select setseed(0.5)")
    connection.execute(FLAT.format(persons=counts[0], memberships=counts[1], out=out, folder=nation(RECIPE)))
    answer = f"persons:{counts[0]} memberships:{counts[1]}"
    shutil.rmtree(out)
    return answer


def count_rows() -> tuple[int, int]:
    snapshot = Snapshot(nation(RECIPE))
    return snapshot.rows("persons"), snapshot.rows("memberships")


WORKLOAD = Workload(
    name="generate",
    title="Generate a structured nation with its lists and history",
    goal="at most 3 x six draws a person and the Parquet write of the same rows; peak at most 600 MiB",
    contenders=(
        Contender("draws and Parquet write", "limit", draw_and_write, ready_tables),
        Contender("build_population", "ours", build),
        Contender("flat SQL in DuckDB", "rival", flat_sql, count_rows, same_result=False),
    ),
    rounds=3,
    at_most=3.0,
)

"""W-figures: every key figure by municipality, from the files of the national snapshot.

The key figures are those of tables 1.1 and 11.1: they count lists, GPs, substitutes, queues and people without a list.

The limit reads the columns that the figures need and does nothing with them. Ours also clears the figures through
disclosure, which the rivals do not, so the check sum covers the figures that are not subject to it; all contenders
compute all figures. Ours is run twice: in a process that has asked for the day's figures of another snapshot before,
and in one that has not and must first write its SQL, which costs the same for any size of nation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.harness import Contender, Workload, nation
from fastlege.figures.catalogue import Disclosure, definitions
from fastlege.figures.engine import bases_of, compute_many
from fastlege.figures.facts import BASES
from fastlege.figures.levels import Level
from fastlege.figures.measures import KEY_BASES
from fastlege.kernel.snapshot import Snapshot, new_snapshot

THRESHOLD = 6
KEY_FIGURES = [each for each in definitions() if bases_of([each]) <= KEY_BASES]
PUBLIC = {each.id for each in KEY_FIGURES if each.disclosure is Disclosure.PUBLIC}


def open_nation() -> Snapshot:
    return Snapshot(nation())


def open_nation_warm() -> Snapshot:
    """Ask for the same day's figures of a snapshot of one municipality without lists."""
    snapshot = open_nation()
    with TemporaryDirectory() as folder:
        with new_snapshot(Path(folder) / "empty") as writer:
            writer.write("municipalities", snapshot.table("municipalities").slice(0, 1))
            writer.write_meta(snapshot.as_of, {})
        compute_many(KEY_FIGURES, Snapshot(Path(folder) / "empty"), by=[Level.MUNICIPALITY], threshold=THRESHOLD)
    return snapshot


def scan(snapshot: Snapshot) -> str:
    """The limit: read the columns."""
    columns: dict[str, dict[str, None]] = {}
    for base in sorted(KEY_BASES):
        for table, names in BASES[base].reads.items():
            columns.setdefault(table, {}).update(dict.fromkeys(names))
    codes = ["municipality", "relationship", "status"]
    read = [snapshot.table(table, list(names), as_dictionary=codes) for table, names in columns.items()]
    read.append(snapshot.table("municipalities"))
    return str(sum(table.num_rows for table in read))


def ours(snapshot: Snapshot) -> str:
    table = compute_many(KEY_FIGURES, snapshot, by=[Level.MUNICIPALITY], threshold=THRESHOLD)
    # What is not compared need not be turned into Python's own numbers, which is no part of the work.
    table = table.filter(pc.is_in(table["figure"], pa.array(sorted(PUBLIC))))
    return checksum(dict(zip(zip(table["figure"].to_pylist(), table["area"].to_pylist(), strict=True),
                             table["numerator"].to_pylist(), strict=True)))  # fmt: skip


def checksum(numerators: Mapping[tuple[str, str], int | None]) -> str:
    rows = sorted((figure, area, value) for (figure, area), value in numerators.items() if figure in PUBLIC)
    return sha256(repr(rows).encode()).hexdigest()


def polars(snapshot: Snapshot) -> str:
    """One lazy query a base table, the sums of all figures in it at once."""
    day = pl.lit(snapshot.as_of)
    year_before = pl.lit(date(snapshot.as_of.year - 1, snapshot.as_of.month, snapshot.as_of.day))

    def table(name: str) -> pl.LazyFrame:
        return pl.scan_parquet(snapshot.path(name))

    def runs() -> pl.Expr:
        return (pl.col("start") <= day) & (pl.col("end").is_null() | (pl.col("end") > day))

    regular = table("doctor_periods").filter((pl.col("relationship") == "regular") & (pl.col("start") <= day))
    gp_by_list = regular.group_by("list_id").agg(has_gp=runs().any(), last_end=pl.col("end").max())
    length = table("memberships").filter(runs()).group_by("list_id").agg(length=pl.len().cast(pl.Int64))
    lists = (
        table("lists")
        .filter(runs())
        .join(length, on="list_id", how="left")
        .join(gp_by_list, on="list_id", how="left")
        .with_columns(
            pl.col("length").fill_null(0),
            pl.col("has_gp").fill_null(value=False),
            since=pl.col("last_end").fill_null(pl.col("start")),
        )
        .with_columns(
            over_year=~pl.col("has_gp") & (pl.col("since") < year_before),
            room=pl.col("cap").cast(pl.Int64) - pl.col("length"),
        )
    )
    gp, salaried, over_year = pl.col("has_gp"), pl.col("salaried"), pl.col("over_year")
    open_gp = gp & (pl.col("status") == "open")
    by_list = lists.group_by("municipality").agg(
        lists=pl.len(),
        lists_with_gp=gp.sum(),
        lists_vacant=(~gp).sum(),
        lists_vacant_over_year=over_year.sum(),
        lists_salaried=salaried.sum(),
        lists_self_employed=(~salaried).sum(),
        lists_salaried_with_gp=(salaried & gp).sum(),
        residents=pl.col("length").sum(),
        residents_with_gp=pl.col("length").filter(gp).sum(),
        residents_without_gp=pl.col("length").filter(~gp).sum(),
        residents_vacant_over_year=pl.col("length").filter(over_year).sum(),
        cap_with_gp=pl.col("cap").cast(pl.Int64).filter(gp).sum(),
        room=pl.col("room").sum(),
        room_with_gp=pl.col("room").filter(gp).sum(),
        room_open_with_gp=pl.col("room").filter(open_gp).sum(),
    )
    place = table("lists").filter(runs()).select("list_id", "municipality")
    doctors = table("doctors").select("doctor_id", "sex", "specialist_since")
    on_list = table("doctor_periods").filter(runs()).join(place, on="list_id").join(doctors, on="doctor_id")
    is_regular = pl.col("relationship") == "regular"
    gps = on_list.filter(is_regular).group_by("municipality").agg(
        gps=pl.col("doctor_id").n_unique(),
        gps_specialist=pl.col("doctor_id").filter(pl.col("specialist_since") <= day).n_unique(),
        gps_women=pl.col("doctor_id").filter(pl.col("sex") == 2).n_unique(),
    )  # fmt: skip
    substitutes = on_list.filter(pl.col("relationship") == "substitute").group_by("municipality").agg(
        substitutes=pl.col("doctor_id").n_unique()
    )  # fmt: skip
    waiting = table("queue").select("person_id", "list_id").join(place, on="list_id").group_by("municipality").agg(
        queue_places=pl.len(), waiting_persons=pl.col("person_id").n_unique()
    )  # fmt: skip
    persons = table("persons").select("person_id", "municipality")
    unplaced = table("unplaced").filter(pl.col("since") <= day).join(persons, on="person_id")
    parts = pl.collect_all(
        [by_list, gps, substitutes, waiting, unplaced.group_by("municipality").agg(unplaced=pl.len())]
    )
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.join(part, on="municipality", how="left")
    return _from_measures(whole.fill_null(0).to_arrow())


def duckdb_by_figure(snapshot: Snapshot) -> str:
    """A query a measure over the files, as one would write them one by one."""
    connection = duckdb.connect()
    for name in ("lists", "memberships", "doctor_periods", "doctors", "queue", "unplaced", "persons"):
        connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{snapshot.path(name)}')")
    day = f"DATE '{snapshot.as_of}'"
    runs = f'"start" <= {day} AND ("end" IS NULL OR "end" > {day})'
    facts = f"""(SELECT l.*, coalesce(n, 0) AS length, coalesce(g.has_gp, false) AS has_gp,
        NOT coalesce(g.has_gp, false) AND coalesce(last_end, "start") < {day} - INTERVAL 1 YEAR AS over_year
        FROM (SELECT * FROM lists WHERE {runs}) l
        LEFT JOIN (SELECT list_id, count(*) AS n FROM memberships WHERE {runs} GROUP BY 1) USING (list_id)
        LEFT JOIN (SELECT list_id, bool_or({runs}) AS has_gp, max("end") AS last_end FROM doctor_periods
            WHERE relationship = 'regular' AND "start" <= {day} GROUP BY 1) g USING (list_id))"""
    sums = {
        "lists": "count(*)", "lists_with_gp": "count(*) FILTER (has_gp)",
        "lists_vacant": "count(*) FILTER (NOT has_gp)",
        "lists_vacant_over_year": "count(*) FILTER (over_year)", "lists_salaried": "count(*) FILTER (salaried)",
        "lists_self_employed": "count(*) FILTER (NOT salaried)",
        "lists_salaried_with_gp": "count(*) FILTER (salaried AND has_gp)", "residents": "sum(length)",
        "residents_with_gp": "sum(length) FILTER (has_gp)", "residents_without_gp": "sum(length) FILTER (NOT has_gp)",
        "residents_vacant_over_year": "sum(length) FILTER (over_year)", "cap_with_gp": "sum(cap) FILTER (has_gp)",
        "room": "sum(cap - length)", "room_with_gp": "sum(cap - length) FILTER (has_gp)",
        "room_open_with_gp": "sum(cap - length) FILTER (has_gp AND status = 'open')",
    }  # fmt: skip
    place = f"(SELECT list_id, municipality FROM lists WHERE {runs})"
    on_list = f"(SELECT * FROM doctor_periods WHERE {runs}) JOIN {place} USING (list_id) JOIN doctors USING (doctor_id)"
    different = "SELECT municipality, count(DISTINCT doctor_id) FROM " + on_list
    queries = {name: f"SELECT municipality, {what} FROM {facts} GROUP BY 1" for name, what in sums.items()} | {
        "gps": f"{different} WHERE relationship = 'regular' GROUP BY 1",
        "gps_specialist": f"{different} WHERE relationship = 'regular' AND specialist_since <= {day} GROUP BY 1",
        "gps_women": f"{different} WHERE relationship = 'regular' AND sex = 2 GROUP BY 1",
        "substitutes": f"{different} WHERE relationship = 'substitute' GROUP BY 1",
        "queue_places": f"SELECT municipality, count(*) FROM queue JOIN {place} USING (list_id) GROUP BY 1",
        "waiting_persons": "SELECT municipality, count(DISTINCT person_id) "
        f"FROM queue JOIN {place} USING (list_id) GROUP BY 1",
        "unplaced": f"SELECT municipality, count(*) FROM unplaced JOIN persons USING (person_id) "
        f"WHERE since <= {day} GROUP BY 1",
    }
    found = {name: dict(connection.execute(query).fetchall()) for name, query in queries.items()}
    areas = sorted(found["lists"])
    columns = {name: pa.array([int(by_area.get(area) or 0) for area in areas]) for name, by_area in found.items()}
    return _from_measures(pa.table({"municipality": areas, **columns}))


def _from_measures(table: pa.Table) -> str:
    areas = table["municipality"].to_pylist()
    found: dict[tuple[str, str], int | None] = {}
    for each in KEY_FIGURES:
        column = [max(0, value) if each.floor_at_zero else value for value in table[each.numerator].to_pylist()]
        found |= {(each.id, area): value for area, value in zip(areas, column, strict=True)}
    return checksum(found)


WORKLOAD = Workload(
    name="figures",
    title="Key figures by municipality",
    goal="all key figures by municipality at most 2 x scanning the columns",
    at_most=2.0,
    contenders=(
        Contender("read the columns (pyarrow)", "limit", scan, open_nation, same_result=False),
        Contender("fastlege figures", "ours", ours, open_nation_warm),
        Contender("fastlege figures, first time in a process", "ours", ours, open_nation),
        Contender("Polars, one query a base table", "rival", polars, open_nation),
        Contender("DuckDB, one query a measure", "rival", duckdb_by_figure, open_nation),
    ),
)

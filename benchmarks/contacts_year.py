"""A year of claims to contacts, counted by month, county, age, sex and type.

All contenders read the same columns of the same files and go through the year month by month; codes stand for kinds of
contacts by the same table of rules, which each is given. The limit reads the columns and does nothing with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
import pyarrow.parquet as pq

from benchmarks.claims_year import YEAR, claims_year
from benchmarks.harness import Contender, Workload
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.contacts.columns import NO_KIND, positions_of
from fastlege.rules.contacts.counting import AGES, count_contacts
from fastlege.rules.contacts.types import NO_TYPE, contact_types, load_contact_kinds
from fastlege.rules.tariffs import load_fees

COLUMNS = {
    "persons": ["person_id", "birth_date", "sex", "municipality"],
    "claims": ["claim_id", "person_id", "date"],
    "claim_lines": ["claim_id", "tariff"],
}
PART = 1 << 20
KEYS = ("month", "county", "age_from", "sex", "contact_type")


@dataclass(frozen=True)
class State:
    """What every contender is given: the rules as a table of codes by day, the counties, and where each month lies."""

    snapshot: Snapshot
    kinds: pl.DataFrame
    types: pl.DataFrame
    counties: pl.DataFrame
    months: list[tuple[int, int]]


def setup() -> State:
    snapshot = Snapshot(claims_year())
    codes = sorted({fee.code for fee in load_fees()})
    positions = positions_of(codes)
    until = [*positions.first_days[1:].tolist(), np.iinfo(np.int32).max]
    rows = [
        (code, first, end, int(kind))
        for first, end, kinds in zip(positions.first_days.tolist(), until, positions.of_code, strict=True)
        for code, kind in zip(codes, kinds, strict=True)
        if kind != NO_KIND
    ]
    kinds = pl.DataFrame(rows, schema=["tariff", "first", "until", "kind"], orient="row")
    names = [(number, row.contact_type) for number, row in enumerate(load_contact_kinds())]
    types = pl.DataFrame([*names, (NO_KIND, NO_TYPE)], schema=["kind", "contact_type"], orient="row")
    towns = pl.DataFrame(snapshot.table("municipalities", ["municipality", "county"]))
    return State(snapshot, kinds, types, towns, _months(snapshot))


def _months(snapshot: Snapshot) -> list[tuple[int, int]]:
    """The first and last claim of each month."""
    claims = pl.scan_parquet(snapshot.path("claims")).select("claim_id", month=pl.col("date").dt.month())
    ends = claims.group_by("month").agg(first=pl.min("claim_id"), last=pl.max("claim_id")).sort("month").collect()
    return list(zip(ends["first"], ends["last"], strict=True))


def read(state: State) -> int:
    rows = 0
    for table, columns in COLUMNS.items():
        texts = [name for name in ("municipality", "tariff") if name in columns]
        file = pq.ParquetFile(state.snapshot.path(table), read_dictionary=texts)
        for batch in file.iter_batches(PART, columns=columns):
            rows += batch.num_rows
    return rows


def ours(state: State) -> str:
    return _checksum(pl.DataFrame(count_contacts(state.snapshot).table()))


def with_duckdb(state: State) -> str:
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    for name in ("kinds", "types", "counties"):
        connection.register(name, getattr(state, name).to_arrow())
    places = {name: str(state.snapshot.path(name)) for name in COLUMNS}
    bands = " ".join(f"when {YEAR} - year(birth_date) >= {age} then {age}" for age in reversed(AGES))
    connection.execute(
        f"create temp table people as select person_id, county, case {bands} else 0 end as age_from, sex "
        "from read_parquet($persons) join counties using (municipality)",
        {"persons": places["persons"]},
    )
    parts = [
        connection.sql(
            """
            with own as (
                select claim_id, person_id, date, (date - date '1970-01-01') as day
                from read_parquet($claims) where claim_id between $first and $last
            ), typed as (
                select claim_id, min(kind) as kind
                from read_parquet($claim_lines) join own using (claim_id) join kinds using (tariff)
                where claim_id between $first and $last and day >= kinds.first and day < kinds.until
                group by claim_id
            )
            select month(date) as month, county, age_from, sex, contact_type, count(*) as contacts
            from own left join typed using (claim_id) join people using (person_id)
            join types on types.kind = coalesce(typed.kind, 255)
            group by all
            """,
            params={"claims": places["claims"], "claim_lines": places["claim_lines"], "first": first, "last": last},
        ).to_arrow_table()
        for first, last in state.months
    ]
    return _checksum(pl.concat([pl.DataFrame(part) for part in parts]))


def with_polars(state: State) -> str:
    born = YEAR - pl.col("birth_date").dt.year()
    age = pl.lit(AGES[0])
    for first in AGES[1:]:
        age = pl.when(born >= first).then(pl.lit(first)).otherwise(age)
    people = (
        pl.scan_parquet(state.snapshot.path("persons"))
        .select("person_id", "sex", "municipality", age_from=age)
        .join(state.counties.lazy(), on="municipality")
        .collect()
    )
    parts = [_month_with_polars(state, people, first, last) for first, last in state.months]
    return _checksum(pl.concat(parts))


def _month_with_polars(state: State, people: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    within = pl.col("claim_id").is_between(first, last)
    claims = pl.scan_parquet(state.snapshot.path("claims")).select(COLUMNS["claims"]).filter(within)
    lines = pl.scan_parquet(state.snapshot.path("claim_lines")).select(COLUMNS["claim_lines"]).filter(within)
    day = pl.col("date").cast(pl.Int32)
    typed = (
        lines.join(claims, on="claim_id")
        .join(state.kinds.lazy(), on="tariff")
        .filter((day >= pl.col("first")) & (day < pl.col("until")))
        .group_by("claim_id")
        .agg(pl.min("kind"))
    )
    return (
        claims.join(typed, on="claim_id", how="left")
        .with_columns(pl.col("kind").fill_null(NO_KIND), month=pl.col("date").dt.month())
        .join(state.types.lazy(), on="kind")
        .join(people.lazy(), on="person_id")
        .group_by(KEYS)
        .agg(contacts=pl.len())
        .collect()
    )


def _checksum(counted: pl.DataFrame) -> str:
    """All counts, each weighed by its place among the names."""
    types = {name: number for number, name in enumerate((*contact_types(), NO_TYPE), start=1)}
    whole = counted.with_columns(
        kind=pl.col("contact_type").replace_strict(types, return_dtype=pl.Int64), place=pl.col("county").cast(pl.Int64)
    )
    number = pl.col("contacts").cast(pl.Int64)
    weight = pl.col("month").cast(pl.Int64) * 7 + pl.col("place") * 3 + pl.col("age_from").cast(pl.Int64)
    weighed = number * (weight + pl.col("sex").cast(pl.Int64) * 11 + pl.col("kind") * 13)
    return f"{whole.select(number.sum()).item()} contacts, {whole.select(weighed.sum()).item()}"


WORKLOAD = Workload(
    name="contacts_year",
    title="A year of claims typed and counted",
    goal="at most 6 x reading the columns, under 1.5 GiB",
    contenders=(
        Contender("reading the columns", "limit", read, setup, same_result=False),
        Contender("ours (numba, rules as a table)", "ours", ours, setup),
        Contender("DuckDB SQL, month by month", "rival", with_duckdb, setup),
        Contender("Polars, month by month", "rival", with_polars, setup),
    ),
    rounds=2,
    at_most=6.0,
)

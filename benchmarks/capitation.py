"""One month's capitation of a nation by weights: an exact amount for every list, with the counts it is made of.

All contenders read the same columns, work by the same rules, weights and classes, which they are given as tables, and
answer with the same check sum: øre of all three kinds in all, and the counts by list and cell, and by list and
socio-economic class.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import polars as pl

from benchmarks.harness import Contender, Workload, nation
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.capitation.adjusted.socioeconomy import CLASSES, classes_by_unit
from fastlege.rules.capitation.amounts import MonthAmounts, month_amounts
from fastlege.rules.capitation.cells import CellScheme, load_cells
from fastlege.rules.capitation.counting import MEMBERSHIP_COLUMNS, PERSON_COLUMNS, CellCounts
from fastlege.rules.capitation.lines import counts_of
from fastlege.rules.capitation.register_day import RegisterDay, register_day
from fastlege.rules.capitation.terms import MonthTerms, month_terms
from fastlege.rules.parameters import load_rulebook

MONTH = date(2023, 10, 1)


@dataclass(frozen=True)
class State:
    """What every contender is given: the small tables and the rules, but none of the large columns."""

    snapshot: Snapshot
    day: RegisterDay
    scheme: CellScheme
    terms: MonthTerms


def setup() -> State:
    snapshot = Snapshot(nation())
    return State(snapshot, register_day(snapshot), load_cells(), month_terms(load_rulebook(), MONTH))


def read(state: State) -> int:
    persons = state.snapshot.table("persons", PERSON_COLUMNS, as_dictionary=["municipality", "basic_unit"])
    memberships = state.snapshot.table("memberships", MEMBERSHIP_COLUMNS)
    return len(persons) + len(memberships)


def ours(state: State) -> str:
    return _checksum(state, counts_of(state.snapshot, state.day, state.terms, state.scheme))


def with_polars(state: State) -> str:
    classes = _class_tables(state)
    persons = pl.scan_parquet(state.snapshot.path("persons")).select(PERSON_COLUMNS)
    memberships = pl.scan_parquet(state.snapshot.path("memberships")).select(MEMBERSHIP_COLUMNS)
    day = state.day.day
    in_force = (pl.col("start") <= day) & (pl.col("end").is_null() | (pl.col("end") > day))
    for name, (column, (values, cells)) in classes.items():
        persons = persons.join(pl.LazyFrame({column: values, name: cells}), on=column, how="inner")
    cell = sum((pl.col(name) for name in classes), start=pl.lit(0, dtype=pl.Int64)).alias("cell")
    counted = (
        memberships.filter(in_force)
        .join(persons.select("person_id", cell), on="person_id", how="inner")
        .group_by("list_id", "cell")
        .len()
        .collect()
    )
    return _counted(state, counted["list_id"].to_numpy(), counted["cell"].to_numpy(), counted["len"].to_numpy())


def with_duckdb(state: State) -> str:
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    for name, (column, (values, cells)) in _class_tables(state).items():
        connection.register(f"{name}_classes", pl.DataFrame({column: values, name: cells}).to_arrow())
    found = connection.execute(
        """
        select list_id, age + sex_part + use + centrality + unit as cell, count(*) as members
        from read_parquet($memberships) m
        join read_parquet($persons) p using (person_id)
        join age_classes using (birth_date)
        join sex_part_classes using (sex)
        join use_classes using (gp_use)
        join centrality_classes using (municipality)
        join unit_classes using (basic_unit)
        where m.start <= $day and (m."end" is null or m."end" > $day)
        group by all
        """,
        {
            "memberships": str(state.snapshot.path("memberships")),
            "persons": str(state.snapshot.path("persons")),
            "day": state.day.day,
        },
    ).fetchnumpy()
    return _counted(state, found["list_id"], found["cell"], found["members"])


def _class_tables(state: State) -> dict[str, tuple[str, tuple[list, list]]]:
    """For each dimension the column it is read from, and each value's share of the number of the cell and class.

    The number is that of the cell times the classes of basic units, plus that of the class: one grouping gives both
    counts. Age comes as a table of birth days, which is fastest for DuckDB and Polars too.
    """
    scheme, day = state.scheme, state.day.day
    parts = {dimension.name: dimension for dimension in scheme.dimensions}
    towns = state.snapshot.table("municipalities", ["municipality", "centrality"]).to_pydict()
    births = [date.fromordinal(number) for number in range(date(1900, 1, 1).toordinal(), day.toordinal() + 1)]
    ages = [day.year - born.year - ((day.month, day.day) < (born.month, born.day)) for born in births]

    def shares(name: str, values: list[int]) -> list[int]:
        return (parts[name].class_numbers(np.array(values)) * scheme.stride(name) * CLASSES).tolist()

    uses, units = list(range(2000)), classes_by_unit("composite")
    return {
        "age": ("birth_date", (births, shares("age", ages))),
        "sex_part": ("sex", ([1, 2], shares("sex", [1, 2]))),
        "use": ("gp_use", (uses, shares("use", uses))),
        "centrality": ("municipality", (towns["municipality"], shares("centrality", towns["centrality"]))),
        "unit": ("basic_unit", (list(units), [number - 1 for number in units.values()])),
    }


def _counted(state: State, list_ids: np.ndarray, cells: np.ndarray, members: np.ndarray) -> str:
    places = np.searchsorted(state.day.list_ids, list_ids)
    own_cells, own_classes = np.divmod(cells, CLASSES)
    counts = np.zeros((len(state.day.list_ids), state.scheme.size), dtype=np.int64)
    by_class = np.zeros((len(state.day.list_ids), CLASSES), dtype=np.int64)
    np.add.at(counts, (places, own_cells), members)
    np.add.at(by_class, (places, own_classes), members)
    return _checksum(state, CellCounts(state.scheme, state.day.list_ids, counts, by_class))


def _checksum(state: State, counts: CellCounts) -> str:
    amounts: MonthAmounts = month_amounts(state.day, counts, state.terms)
    total = sum(int(part.sum()) for part in (amounts.capitation, amounts.base_grant, amounts.equalisation))
    places = np.arange(counts.counts.size, dtype=np.int64) % 65_521
    classes = np.arange(counts.by_class.size, dtype=np.int64) % 65_521
    trail = int(counts.counts.ravel() @ places) + int(counts.by_class.ravel() @ classes)
    return f"{total} øre, {counts.counts.sum()} members, {trail}"


WORKLOAD = Workload(
    name="capitation",
    title="Capitation of a month by weights, with the counts of every list and cell",
    goal="at most 2.5 x reading the columns",
    contenders=(
        Contender("reading the columns", "limit", read, setup, same_result=False),
        Contender("ours (NumPy, counts by cell)", "ours", ours, setup),
        Contender("DuckDB SQL", "rival", with_duckdb, setup),
        Contender("Polars", "rival", with_polars, setup),
    ),
    rounds=5,
    at_most=2.5,
)

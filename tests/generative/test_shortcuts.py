"""What is counted from the columns is what the expressions say, and different keys are counted as sets are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from figures_scheme import MUNICIPALITIES, ON, write_scheme
from hypothesis import given, settings
from hypothesis import strategies as st

from fastlege.figures.bases.lists import lengths
from fastlege.figures.bases.people import unplaced_facts, waiting_facts
from fastlege.figures.counting.by_area import count_different
from fastlege.figures.counting.duckdb_engine import DuckDBEngine, fresh_connection, run_on
from fastlege.figures.counting.shortcuts import SHORTCUTS, Shortcut, homes_of_unplaced, lengths_of_lists
from fastlege.figures.engine import compute
from fastlege.figures.levels import Areas, Level
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.snapshot_tables import TABLES

DAYS = st.integers(-2, 2).map(lambda days: ON + timedelta(days=days))
MEMBERSHIPS = st.lists(st.tuples(st.integers(0, 5), DAYS, st.none() | DAYS), max_size=40)
Rows = list[tuple[int, date, date | None]]


def _with(scheme: Snapshot, rows: Rows, group: int = 7) -> Snapshot:
    """The scheme with other memberships, in groups of a few rows so that their statistics differ."""
    schema = TABLES["memberships"].schema
    written = [
        {"person_id": at, "list_id": number, "start": start, "end": end, "begin_reason": "x", "end_reason": None}
        for at, (number, start, end) in enumerate(rows)
    ]
    table = pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in written], schema=schema)
    with scheme.path("memberships").open("wb") as file:
        pq.write_table(table, file, row_group_size=group, write_page_checksum=True)
    return scheme


def _as_expressed(scheme: Snapshot) -> list[dict]:
    with fresh_connection() as connection:
        connection.execute(f"CREATE TEMP VIEW memberships AS FROM read_parquet('{scheme.path('memberships')}')")
        return run_on(connection, lengths(scheme.as_of)).sort_by("list_id").to_pylist()


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Written anew for each example: nothing of it may be kept from one to the next."""
    return write_scheme(tmp_path_factory.mktemp("lengths") / "scheme")


@settings(deadline=None, max_examples=30)
@given(rows=MEMBERSHIPS)
def test_members_counted_from_the_columns_are_those_of_the_expression(scheme: Snapshot, rows: Rows) -> None:
    found = lengths_of_lists(_with(scheme, rows))
    assert found is not None
    assert found.to_pylist() == _as_expressed(scheme)
    assert DuckDBEngine(scheme, ["memberships"])(lengths(ON)).sort_by("list_id").to_pylist() == found.to_pylist()


@pytest.mark.parametrize("far", [2**40, -1])
def test_lists_with_far_apart_numbers_are_left_to_the_engine(tmp_path: Path, far: int) -> None:
    rows: Rows = [(1, ON, None), (1, ON, None), (far, ON, None)]
    scheme = _with(write_scheme(tmp_path / "scheme"), rows)
    assert lengths_of_lists(scheme) is None
    assert compute("residents", scheme, by=Level.COUNTRY, threshold=0)["numerator"].to_pylist() == [2]


def test_what_an_expression_asks_for_is_begun_once_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def told(name: str, shortcut: Shortcut) -> Shortcut:
        return replace(shortcut, made=lambda snapshot: (made.append(name), shortcut.made(snapshot))[1])

    for name, shortcut in SHORTCUTS.items():
        monkeypatch.setitem(SHORTCUTS, name, told(name, shortcut))
    engine = DuckDBEngine(_with(write_scheme(tmp_path / "scheme"), [(1, ON, None)]), ["memberships", "queue", "lists"])
    assert not engine.begin(waiting_facts(ON))
    assert engine.begin(lengths(ON))
    assert engine.begin(lengths(ON))
    assert [engine(lengths(ON)).num_rows for _ in range(2)] == [1, 1]
    assert made == ["lengths_of_lists"]


NUMBERS = st.integers(0, 17)
"""Few: some groups of persons then have every number between their first and their last, and some have not."""
PERSONS = st.dictionaries(NUMBERS, st.sampled_from(["0301", "1103"])).map(lambda rows: sorted(rows.items()))
UNPLACED = st.dictionaries(NUMBERS, DAYS, max_size=8).map(lambda rows: sorted(rows.items()))


def _written(scheme: Snapshot, table: str, rows: list[dict]) -> None:
    schema = TABLES[table].schema
    found = pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)
    with scheme.path(table).open("wb") as file:
        pq.write_table(found, file, row_group_size=7, write_page_checksum=True)


def _people(scheme: Snapshot, persons: list[tuple[int, str]], unplaced: list[tuple[int, date]]) -> Snapshot:
    alike = {"birth_date": ON, "sex": 1, "basic_unit": "x", "household_id": 1, "status": "resident", "gp_use": 0}
    _written(scheme, "persons", [{"person_id": number, "municipality": place, **alike} for number, place in persons])
    _written(scheme, "unplaced", [{"person_id": number, "since": since} for number, since in unplaced])
    return scheme


def _sorted(found: pa.Table) -> list[dict]:
    return found.sort_by([("person_id", "ascending"), ("municipality", "ascending")]).to_pylist()


@settings(deadline=None, max_examples=30)
@given(persons=PERSONS, unplaced=UNPLACED)
def test_homes_of_the_unplaced_are_those_of_the_expression(scheme: Snapshot, persons: list, unplaced: list) -> None:
    _people(scheme, persons, unplaced)
    with fresh_connection() as connection:
        for table in ("persons", "unplaced"):
            connection.execute(f"CREATE TEMP VIEW {table} AS FROM read_parquet('{scheme.path(table)}')")
        expected = run_on(connection, unplaced_facts(ON))
    found = homes_of_unplaced(scheme)
    assert found is not None
    assert _sorted(found) == _sorted(expected)
    assert _sorted(DuckDBEngine(scheme, ["persons", "unplaced"])(unplaced_facts(ON))) == _sorted(expected)


def test_persons_of_whom_some_are_left_out_are_found_by_their_numbers(tmp_path: Path) -> None:
    persons = [(number, "0301") for number in range(1, 8)] + [(11, "1103"), (12, "0301"), (14, "1103")]
    scheme = _people(write_scheme(tmp_path / "scheme"), persons, [(7, ON), (11, ON), (13, ON), (14, ON)])
    found = homes_of_unplaced(scheme)
    assert found["person_id"].to_pylist() == [7, 11, 14]
    assert found["municipality"].to_pylist() == ["0301", "1103", "1103"]


@pytest.mark.parametrize("far", [2**40, -1])
def test_persons_with_far_apart_numbers_are_left_to_the_engine(tmp_path: Path, far: int) -> None:
    scheme = _people(write_scheme(tmp_path / "scheme"), sorted([(1, "1103"), (far, "1103")]), [(1, ON), (far, ON)])
    assert homes_of_unplaced(scheme) is None
    assert compute("unplaced", scheme, by=Level.COUNTRY, threshold=0)["numerator"].to_pylist() == [2]


def test_an_unplaced_person_with_a_number_of_nobody_is_passed_over(tmp_path: Path) -> None:
    scheme = _people(write_scheme(tmp_path / "scheme"), [(1, "0301")], [(1, ON), (77, ON), (2**50, ON)])
    assert homes_of_unplaced(scheme).to_pylist() == [{"person_id": 1, "municipality": "0301"}]


PLACES = st.integers(0, len(MUNICIPALITIES) - 1)
KEYS = st.integers(-3, 3) | st.sampled_from([2**62, -(2**62)])


@settings(deadline=None)
@given(st.lists(st.tuples(KEYS, PLACES), max_size=25))
def test_different_keys_are_counted_as_sets_are(rows: list[tuple[int, int]]) -> None:
    municipalities = [
        {"municipality": code, "name": name, "county": county, "county_name": name, "size_group": size,
         "centrality": centrality, "population": 1, "latitude": 0.0, "longitude": 0.0}
        for code, name, county, _, size, centrality in MUNICIPALITIES
    ]  # fmt: skip
    areas = Areas(pa.Table.from_pylist(municipalities, schema=TABLES["municipalities"].schema))
    keys, places = (np.array([row[at] for row in rows], dtype=np.int64) for at in range(2))
    for level, counted in count_different(keys, places.astype(np.intp), list(Level), areas).items():
        met: dict[int, set[int]] = {}
        for key, place in rows:
            met.setdefault(int(areas.positions(level)[place]), set()).add(key)
        assert counted.tolist() == [len(met.get(area, ())) for area in range(len(areas.codes(level)))]

"""The compiled way to the base tables of a year gives the rows that their expressions say, whatever the contacts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from figures_year import CONTACTS, OUT, write_year
from hypothesis import given, settings
from hypothesis import strategies as st

from fastlege.figures.counting.base_rows import BaseRows
from fastlege.figures.counting.duckdb_engine import DuckDBEngine
from fastlege.figures.counting.fast_rows import FAST, is_dense
from fastlege.figures.counting.quantiles import quantiles
from fastlege.figures.facts import BASES
from fastlege.kernel.snapshot import Snapshot

KINDS = st.sampled_from(
    [
        ("physical_consultation", "office", "gp"),
        ("physical_consultation", "office", OUT),
        ("e_consultation", "video", "gp"),
        ("home_visit", "home", "gp"),
        ("simple_contact_remote", "remote", "gp"),
        ("none", "none", "gp"),
    ]
)


@st.composite
def contacts(draw: st.DrawFn) -> list[tuple]:
    """Contacts of few people with few doctors, so that they meet again, on days in no order."""
    rows = []
    for _ in range(draw(st.integers(1, 40))):
        contact_type, medium, place = draw(KINDS)
        rows.append(
            (
                draw(st.sampled_from([1, 2, 11, 19, 25, 60])),
                draw(st.integers(1, 4)),
                date(2023, 1, 1) + timedelta(days=draw(st.integers(0, 364))),
                contact_type,
                medium,
                draw(st.booleans()),
                draw(st.booleans()),
                place,
                draw(st.sampled_from(["own_gp", "on_own_list", "other"])),
                draw(st.sampled_from([None, 1, 3])),
                draw(st.sampled_from(["A04", "R74", "P76"])),
            )
        )
    return rows


def _rows(table: pa.Table, names: list[str]) -> list[tuple]:
    return sorted((tuple(row[name] for name in names) for row in table.select(names).to_pylist()), key=repr)


# Each example writes and reads files, and the first one compiles.
@settings(deadline=None, max_examples=12)
@given(contacts())
def test_compiled_rows_are_those_of_the_expressions(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple]
) -> None:
    _same(write_year(tmp_path_factory.mktemp("fast") / "scheme", rows))


def test_contacts_with_people_and_doctors_nobody_knows_are_counted_the_same(tmp_path: Path) -> None:
    strangers = [
        (person, 2**40, *rest) for person, (_, _, *rest) in zip([61, 61, 61, 10**6, 5], CONTACTS, strict=False)
    ]
    _same(write_year(tmp_path / "scheme", strangers))


def _same(snapshot: Snapshot) -> None:
    bases = sorted(FAST)
    fast = BaseRows(snapshot, bases)
    engine = DuckDBEngine(snapshot, {table for base in bases for table in BASES[base].reads})
    for base in bases:
        expected = engine(BASES[base].make(snapshot.as_of))
        assert set(fast.whole(base).column_names) == set(expected.column_names)
        assert _rows(fast.whole(base), expected.column_names) == _rows(expected, expected.column_names)


def test_people_with_far_apart_numbers_are_left_to_the_engine(tmp_path: Path) -> None:
    snapshot = write_year(tmp_path / "scheme")
    assert is_dense(snapshot)
    persons = snapshot.table("persons")
    far = pa.array([*persons["person_id"].to_pylist()[:-1], 2**40], pa.int64())
    with snapshot.path("persons").open("wb") as file:
        pq.write_table(persons.set_column(0, persons.schema.field(0), far), file)
    assert not is_dense(snapshot)
    assert BaseRows(snapshot, ["contacts"]).whole("contacts")["contacts"].to_pylist().count(0) == 0


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(-5, 50), st.integers(1, 4)), max_size=30), st.integers(1, 999))
def test_quantiles_are_those_of_the_rows_written_out(rows: list[tuple[int, int, int]], permille: int) -> None:
    area, value, weight = (pa.array([row[at] for row in rows], pa.int64()).to_numpy() for at in range(3))
    found = quantiles(area.astype("intp"), value, weight, permille, 3)
    for place in range(3):
        written = sorted(v for a, v, w in rows if a == place for _ in range(w))
        if not written:
            assert found[place] == -1
            continue
        rank, rest = divmod(len(written) * permille, 1000)
        low, high = (rank, rank) if rest else (rank - 1, rank)
        assert found[place] == written[max(low, 0)] + written[min(high, len(written) - 1)]

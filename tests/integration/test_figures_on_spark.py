"""The same expressions on Spark: a Spark Connect server, started here, gives the same figures to the last digit.

Sail answers in Spark's own protocol, without Java. `docs/scaling.md` says how to use a cluster that is there already:
FASTLEGE_TEST_SPARK, as `sc://host:port` or `local[2]`, runs these tests on it.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from figures_year import given, write_year

from fastlege.figures.catalogue import definitions
from fastlege.figures.counting.base_rows import BaseRows
from fastlege.figures.dimensions import DIMENSIONS
from fastlege.figures.engine import bases_of, compute_many
from fastlege.figures.facts import BASES
from fastlege.figures.levels import Level
from fastlege.figures.splits import split_of
from fastlege.kernel.snapshot import Snapshot

# PySpark's client warns of the newest pandas and of its own deprecated calls; what it computes is what is tested.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return write_year(tmp_path_factory.mktemp("spark") / "scheme")


@pytest.fixture(scope="module")
def spark(year: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ibis.BaseBackend]:
    """A server of our own with the tables of the year."""
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")
        # A worker of the tests has no main file, and pyspark takes that for a run of its own doctests.
        patch.setattr(sys.modules["__main__"], "__file__", __file__, raising=False)
        session, stop = _session()
        given_folder = tmp_path_factory.mktemp("given")
        for name, table in given().items():
            pq.write_table(table, given_folder / f"{name}.parquet")
        for table in sorted({table for base in BASES.values() for table in base.reads}):
            path = _file(table, year, given_folder)
            session.read.parquet(str(path)).createOrReplaceTempView(table)
        connection = ibis.pyspark.connect(session)
        yield connection
        session.stop()
        stop()


def _session() -> tuple[Any, Callable[[], None]]:
    """A session on a server of our own, or on the Spark that FASTLEGE_TEST_SPARK names, and how to stop the server."""
    from pyspark.sql import SparkSession

    builder, named = SparkSession.builder, os.environ.get("FASTLEGE_TEST_SPARK", "")
    if named:
        chosen = builder.remote(named) if named.startswith("sc://") else builder.master(named)
        return chosen.getOrCreate(), lambda: None
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer(port=0)
    server.start(background=True)
    _, port = server.listening_address
    return builder.remote(f"sc://127.0.0.1:{port}").getOrCreate(), server.stop


def _file(table: str, year: Snapshot, given_folder: Path) -> Path:
    return given_folder / f"{table}.parquet" if table in given() else year.path(table)


@pytest.mark.parametrize("base", list(BASES))
def test_a_base_table_has_the_same_rows_on_spark(base: str, spark: ibis.BaseBackend, year: Snapshot) -> None:
    rows = BaseRows(year, [base], given=given()).whole(base)
    assert rows.num_rows
    assert _sorted(spark.to_pyarrow(BASES[base].make(year.as_of))) == _sorted(rows)


def _sorted(rows: pa.Table) -> list[tuple]:
    return sorted((tuple(row.values()) for row in rows.to_pylist()), key=repr)


def test_every_figure_at_every_level_is_the_same_on_spark(spark: ibis.BaseBackend, year: Snapshot) -> None:
    figures = list(definitions())
    here = compute_many(figures, year, by=list(Level), threshold=6, given=given())
    there = compute_many(figures, year, by=list(Level), threshold=6, given=given(), engine=spark.to_pyarrow)
    assert there.equals(here)
    assert len(set(here["figure"].to_pylist())) == len(figures)


def test_figures_divided_by_age_and_kind_are_the_same_on_spark(spark: ibis.BaseBackend, year: Snapshot) -> None:
    for figure, dimension in (("median_list_length", "gp_sex"), ("share_own_gp", "age"), ("gps_by_kind", "gp_age")):
        (each,) = (found for found in definitions() if found.id == figure)
        bases = bases_of([each])
        here, there = (
            split_of(each, rows, DIMENSIONS[dimension], by=[Level.COUNTRY], threshold=0)
            for rows in (BaseRows(year, bases), BaseRows(year, bases, engine=spark.to_pyarrow))
        )
        assert there.equals(here)

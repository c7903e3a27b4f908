"""The monthly round of a nation, from files to files, beside reading the same files with the fastest reader."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import duckdb
import polars as pl
from pyarrow import csv

from benchmarks.harness import HOME, Contender, Workload
from benchmarks.match_market import COUNTY, NATION, market_files


def _files() -> Path:
    return market_files("nation", NATION)


_NAMES = ("lists", "members", "requests")


def _pyarrow(folder: Path) -> int:
    return sum(csv.read_csv(folder / f"{name}.csv").num_rows for name in _NAMES)


def _polars(folder: Path) -> int:
    return sum(pl.read_csv(folder / f"{name}.csv").height for name in _NAMES)


def _duckdb(folder: Path) -> int:
    files = [str(folder / f"{name}.csv") for name in _NAMES]
    return sum(duckdb.read_csv(file).to_arrow_table().num_rows for file in files)


def _warm() -> Path:
    """The compiled loops are loaded, and the reader has run once."""
    _round(market_files("county", COUNTY))
    return _files()


def _round(folder: Path) -> str:
    from fastlege.matching.files import read_market, write_result
    from fastlege.matching.round import run_round

    out = HOME / "match-out"
    write_result(out, run_round(read_market(folder)))
    return sha256((out / "result.csv").read_bytes() + (out / "prices.csv").read_bytes()).hexdigest()


def _once(reader: Callable[[Path], int]) -> Callable[[], Path]:
    def warm() -> Path:
        reader(market_files("county", COUNTY))
        return _files()

    return warm


WORKLOAD = Workload(
    name="match_round",
    title="A national round, files to files (5.6 M members, 6 000 lists, 310 000 waiting)",
    goal="at most 4 x reading the same files with the fastest reader (Polars, measured beside two others), under 4 GiB",
    contenders=(
        Contender("Polars reads the input", "limit", _polars, _once(_polars), same_result=False),
        Contender("fastlege match run", "ours", _round, _warm),
        Contender("pyarrow reads the input", "rival", _pyarrow, _once(_pyarrow), same_result=False),
        Contender("DuckDB reads the input", "rival", _duckdb, _once(_duckdb), same_result=False),
    ),
    at_most=4.0,
)

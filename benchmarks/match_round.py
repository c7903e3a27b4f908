"""The monthly round of a nation, from files to files, beside reading the same files with the fastest reader."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from pyarrow import csv

from benchmarks.harness import HOME, Contender, Workload
from benchmarks.match_market import COUNTY, NATION, market_files


def _files() -> Path:
    return market_files("nation", NATION)


def _read(folder: Path) -> int:
    return sum(csv.read_csv(folder / f"{name}.csv").num_rows for name in ("lists", "members", "requests"))


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


def _warm_reader() -> Path:
    _read(market_files("county", COUNTY))
    return _files()


WORKLOAD = Workload(
    name="match_round",
    title="A national round, files to files (5.6 M members, 6 000 lists, 310 000 waiting)",
    goal="at most 4 x reading the same files, under 4 GiB",
    contenders=(
        Contender("pyarrow reads the input", "limit", _read, _warm_reader, same_result=False),
        Contender("fastlege match run", "ours", _round, _warm),
    ),
    at_most=4.0,
)

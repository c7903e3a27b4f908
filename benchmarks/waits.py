"""Are the estimated waits honest? Learnt from some simulated years of two nations, and held against others.

`python -m benchmarks waits` lives the years to be tested, tells everybody's wait, follows what happens, and writes the
section of RESULTS.md, the table beside it and the picture in `docs/pictures`. `python -m benchmarks.waits fit` learns
the model anew from the years to learn from, and writes the data files that the estimates rest on. Years once lived are
kept in the benchmarks' folder. Expect some five to ten minutes for each of the four nations.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl

from benchmarks.harness import HOME, nation
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.parameters import load_rulebook
from fastlege.simulation.waits.following import Followed, follow

LEARN = (("norway-2023-10", 101), ("norway-2026-05", 102))
TEST = (("norway-2023-10", 201), ("norway-2026-05", 202))
ORIGINS, HORIZON = (13, 19), 24
FITTED = Path(__file__).parents[1] / "fastlege" / "planning" / "waits" / "fitted"

Log = Callable[[str], None]


def followed(recipe: str, seed: int, log: Log) -> Followed:
    """The places of one nation's years, lived first when they are not kept."""
    folder = HOME / "waits" / f"{recipe}-{seed}"
    paths = folder / "places.parquet", folder / "lists.parquet"
    if not all(path.exists() for path in paths):
        log(f"waits: living {max(ORIGINS) + HORIZON} months of {recipe} with seed {seed}")
        years = follow(Snapshot(nation(recipe)), seed=seed, origins=ORIGINS, horizon=HORIZON, book=load_rulebook())
        folder.mkdir(parents=True, exist_ok=True)
        for path, table in zip(paths, (years.places, years.lists), strict=True):
            table.write_parquet(path)
    return Followed(*(pl.read_parquet(path) for path in paths))


def together(years: tuple[tuple[str, int], ...], log: Log) -> Followed:
    """The places of several nations' years, as if of one."""
    parts = [followed(recipe, seed, log) for recipe, seed in years]
    return Followed(pl.concat([part.places for part in parts]), pl.concat([part.lists for part in parts]))


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    for each in (LEARN[0], TEST[0], LEARN[1], TEST[1]):
        followed(*each, _to_stderr)

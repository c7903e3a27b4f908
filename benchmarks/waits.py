"""Are the estimated waits honest? Learnt from some simulated years of two nations, and held against others.

`python -m benchmarks waits` lives the years to be tested, tells everybody's wait, follows what happens, and writes the
section of RESULTS.md and the picture in `docs/pictures`. `python -m benchmarks.waits` learns the model anew from the
years to learn from, and writes the data files that the estimates rest on. Years once lived are kept in the benchmarks'
folder. Expect five to ten minutes for each of the four nations.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.harness import HOME, nation
from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.round import plan_round
from fastlege.planning.waits.filling import with_waits
from fastlege.planning.waits.levels import POSITIONS
from fastlege.planning.waits.model import fitted, write_model
from fastlege.rules.parameters import load_rulebook
from fastlege.simulation.waits.assessing import ENOUGH, EVERYBODY, NAIVE, NEWCOMERS, Row, assess, rows_of
from fastlege.simulation.waits.following import Followed, follow
from fastlege.simulation.waits.model import learn
from fastlege.simulation.waits.picture import coverage_picture

LEARN = (("norway-2023-10", 101), ("norway-2026-05", 102))
TEST = (("norway-2023-10", 203), ("norway-2026-05", 204))
ORIGINS, HORIZON = (13, 19), 24
PROMISE, NEAR = 0.8, 0.05
_ROOT = Path(__file__).parents[1]
FITTED = _ROOT / "fastlege" / "planning" / "waits" / "fitted"
PICTURE = _ROOT / "docs" / "pictures" / "waits-coverage.svg"
PAGE, _TABLE = _ROOT / "docs" / "waits.md", ("<!-- coverage -->", "<!-- /coverage -->")
_SIZES = {
    "under_2000": "under 2 000", "2000_4999": "2 000-4 999", "5000_9999": "5 000-9 999",
    "10000_49999": "10 000-49 999", "50000_plus": "50 000 or more", None: "all",
}  # fmt: skip
_KINDS = {EVERYBODY: "every place", NEWCOMERS: "one who queues today (the list alone)", NAIVE: "one answer for all"}

Log = Callable[[str], None]
Years = Sequence[tuple[str, int]]


def section(log: Log) -> str:
    """Tell the waits of the test years, follow them, and say how they fell. Also draws the picture."""
    learnt_from = followed(LEARN, log).places
    places = followed(TEST, log).places
    rows = assess(places, fitted(), learnt_from)
    log(f"waits: {places.height} places told")
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(coverage_picture(rows, "nb"))
    before, _, rest = PAGE.read_text().partition(_TABLE[0])
    PAGE.write_text("\n".join([before + _TABLE[0], *_picture_table(rows), _TABLE[1] + rest.partition(_TABLE[1])[2]]))
    return "\n".join([*_head(), *_whole(rows), *_groups(rows), *_verdict(rows), _cost(log), ""])


def fit(log: Log) -> None:
    """Learn the model anew and write its files."""
    years = followed(LEARN, log)
    log(f"waits: learning from {years.places.height} places")
    made = {
        "from": "; ".join(f"{recipe} lived with seed {seed} under the round" for recipe, seed in LEARN),
        "followed": f"places in line after rounds {ORIGINS[0]} and {ORIGINS[1]}, for {HORIZON} rounds each",
        "command": "python -m benchmarks.waits",
    }
    write_model(learn(years, horizon=HORIZON, made=made), FITTED)


def followed(years: Years, log: Log) -> Followed:
    """The places of several nations' years, as if of one; years that are not kept are lived first."""
    parts = [_followed(recipe, seed, log) for recipe, seed in years]
    return Followed(pl.concat([part.places for part in parts]), pl.concat([part.lists for part in parts]))


def _followed(recipe: str, seed: int, log: Log) -> Followed:
    folder = HOME / "waits" / f"{recipe}-{seed}"
    paths = folder / "places.parquet", folder / "lists.parquet"
    if not all(path.exists() for path in paths):
        log(f"waits: living {max(ORIGINS) + HORIZON} months of {recipe} with seed {seed}")
        years = follow(Snapshot(nation(recipe)), seed=seed, origins=ORIGINS, horizon=HORIZON, book=load_rulebook())
        folder.mkdir(parents=True, exist_ok=True)
        for path, table in zip(paths, (years.places, years.lists), strict=True):
            table.write_parquet(path)
    return Followed(*(pl.read_parquet(path) for path in paths))


def _head() -> list[str]:
    said = " and ".join(f"{recipe} (seed {seed})" for recipe, seed in TEST)
    learnt = " and ".join(f"{recipe} (seed {seed})" for recipe, seed in LEARN)
    return [
        "## Estimated waits: do they hold as often as they promise?",
        "",
        f"Goal: near 80 % inside the interval in each group with at least {ENOUGH} intervals. Command: "
        "`python -m benchmarks waits`.",
        "",
        f"Tested on {said}: everybody in line after rounds {ORIGINS[0]} and {ORIGINS[1]}, followed for {HORIZON} "
        f"months. Learnt from {learnt}, other years than those.",
        "*Both ends*: places told an interval with both ends within two years. *Inside*, *shorter*, *longer*: shares "
        "of their waits, among those who stay in line. *Promised*: what the curves themselves gave the interval; whole "
        "months, and levels learnt for the group, keep that from being 80 %. *Width*: mean months between the ends. "
        "*Loss*: mean pinball loss of low, median and high over all places, in months.",
        "",
    ]


def _whole(rows: Sequence[Row]) -> list[str]:
    lines = [
        "| answer | places | both ends | inside | shorter | longer | width | loss |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind, words in _KINDS.items():
        score = rows_of(rows, kind)[0].score
        shares = " | ".join(_percent(each, score.closed) for each in (score.inside, score.below, score.above))
        width = f"{score.width:.1f}" if score.closed else "-"
        lines.append(f"| {words} | {score.places:,} | {score.closed:,} | {shares} | {width} | {score.loss:.2f} |")
    return [*(line.replace(",", " ") for line in lines), ""]


def _groups(rows: Sequence[Row]) -> list[str]:
    lines = [
        "| residents | ahead in line | places | both ends | inside | shorter | longer | promised | width |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows_of(rows, EVERYBODY)[1:]:
        score = row.score
        shares = (score.inside, score.below, score.above, score.promised_inside)
        told = " | ".join(_percent(each, score.closed) for each in shares)
        width = f"{score.width:.1f}" if score.closed >= ENOUGH else "-"
        name = f"{_SIZES[row.size_group]} | {row.position or 'all'}"
        lines.append(f"| {name} | {score.places:,} | {score.closed:,} | {told} | {width} |".replace(",", " "))
    return [*lines, ""]


def _picture_table(rows: Sequence[Row]) -> list[str]:
    """The numbers of the picture: the share inside, and how wide the intervals are, a row a size of municipality."""
    own = {(row.size_group, row.position): row.score for row in rows_of(rows, EVERYBODY)}
    columns: list[str | None] = [*POSITIONS, None]

    def cell(size: str | None, position: str | None) -> str:
        score = own.get((size, position))
        if score is None or score.closed < ENOUGH:
            return "too few"
        return f"{score.inside:.0%} ({score.width:.0f})"

    lines = [
        "| residents | " + " | ".join(f"{column} ahead" if column else "all" for column in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    return lines + [
        f"| {words} | {' | '.join(cell(size, column) for column in columns)} |" for size, words in _SIZES.items()
    ]


def _verdict(rows: Sequence[Row]) -> list[str]:
    """Which groups with enough intervals lie near the promise, and which do not."""
    judged = [row for row in rows_of(rows, EVERYBODY)[1:] if row.score.closed >= ENOUGH]
    off = [row for row in judged if abs(row.score.inside - PROMISE) > NEAR]
    said = "; ".join(
        f"{_SIZES[row.size_group]} residents, {row.position or 'all'} ahead: {row.score.inside:.0%}" for row in off
    )
    start = f"Result: {len(judged) - len(off)} of {len(judged)} groups within 5 points of 80 %."
    return [f"{start} Not: {said}." if off else start, ""]


def _percent(share: float, places: int) -> str:
    return f"{share:.0%}" if places >= ENOUGH else "-"


def _cost(log: Log) -> str:
    """What the waits of a whole nation's round cost."""
    snapshot, on, book = Snapshot(nation()), date(2023, 11, 1), load_rulebook()
    plan = plan_round(snapshot, on=on, seed=7, book=book)
    places, lists = pl.DataFrame(plan.places), pl.DataFrame(plan.lists)
    before, wall, cpu = _peak(), time.perf_counter(), time.process_time()
    with_waits(snapshot, places, lists, on=on, book=book)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    log(f"waits: a nation's round in {wall:.1f} s")
    rows = f"{places.height:,} places and {lists.height:,} lists".replace(",", " ")
    more = _peak() - before
    memory = f"{more:.0f} MiB more than the round" if more > 0 else "no more memory than the round itself takes"
    return f"Cost: {rows} of a nation's round in {wall:.1f} s ({cpu:.1f} s of CPU), with {memory}."


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    fit(lambda line: print(line, file=sys.stderr, flush=True))

"""`python -m benchmarks.life years|five_years [FOLDER]`: years of a nation under policies, side by side.

With a folder that `fastlege simulate dynamics` wrote, the section is made from that run instead of a new one.
Not a race: it states what became of the queue and of the people, with the time and memory that it took.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import polars as pl

from benchmarks.__main__ import _replace
from benchmarks.harness import HOME, nation
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.parameters import load_rulebook
from fastlege.simulation.life.policies.catalogue import POLICIES, PRACTICE, ROUND
from fastlege.simulation.life.run import Course
from fastlege.simulation.life.telling.folder import write_dynamics
from fastlege.simulation.life.telling.results import compare_all, live_through
from fastlege.simulation.life.telling.wording import wording_in

RECIPE = "norway-2026-05"
SETTLE = 12
COURSES = {"years": (36, list(POLICIES)), "five_years": (60, [PRACTICE, "queue", ROUND])}
_FROM_QUEUE = ("served_chosen_queue", "served_swap", "served_cycle")


def run(name: str, out: Path) -> str:
    """Live the nation on and say what it took."""
    started = time.perf_counter()
    months, policies = COURSES[name]
    course = Course(months, policies, seed=1, settle=SETTLE)
    snapshot = Snapshot(nation(RECIPE))
    lived = live_through(
        snapshot, course, book=load_rulebook(), report=lambda what, share: print(what, file=sys.stderr)
    )
    write_dynamics(out, lived, compare_all(lived.spells), wording_in("en"))
    rounds = months * len(policies) + SETTLE
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{rounds} national months in {seconds:.0f} s ({seconds / rounds:.1f} s each, round included), {peak:.0f} MiB."
    )


def section(name: str, folder: Path, took: str) -> str:
    """One section of RESULTS.md from a run's folder."""
    origin = json.loads((folder / "run.json").read_bytes())["origin"]
    months = pl.read_csv(folder / "months.csv", try_parse_dates=True)
    people = {row["policy"]: row for row in pl.read_csv(folder / "people.csv").rows(named=True)}
    days = months["day"].unique().sort()
    lines = [
        f"## {origin['months'] // 12} years of a nation under {len(people) + 1} ways to give out places",
        "",
        f"{origin['title']}, settled {origin['settle']} months under today's practice, then {origin['months']} months, "
        f"seed {origin['seed']}. Command: `python -m benchmarks.life {name}`, or",
        f"`fastlege simulate dynamics --snapshot NATION --months {origin['months']} --settle {origin['settle']}` "
        "(docs/life.md). Served: from the queue, direct choices left out.",
        took,
        "",
        "| policy | served in the first round | of all waiting | waiting at the end | beside practice | mean wait "
        "| of those served | served within a month, % | earlier | later | by months | later at most |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    base = months.filter((pl.col("policy") == PRACTICE) & (pl.col("day") == days[-1]))["waiting"].item()
    for policy in months["policy"].unique(maintain_order=True):
        own = months.filter(pl.col("policy") == policy).sort("day").rows(named=True)
        first, last = own[0], own[-1]
        served = sum(first[name] for name in _FROM_QUEUE)
        got = [row["served_wait_mean"] for row in own[-12:] if row["served_wait_mean"] is not None]
        within = [row["pct_within_month"] for row in own[-12:] if row["pct_within_month"] is not None]
        row = people.get(policy)
        beside = "| - | - | - | - |" if row is None else (
            f"| {row['earlier']:,} | {row['later']:,} | {row['later_by']} | {row['later_most']} |"
        )  # fmt: skip
        lines.append(
            f"| {policy} | {served:,} | {100 * served / (served + first['waiting']):.1f} % | {last['waiting']:,} "
            f"| {100 * (last['waiting'] / base - 1):+.1f} % | {last['wait_mean']:.0f} | {_mean(got):.0f} "
            f"| {_mean(within):.0f} {beside}"
        )
    lines += [
        "",
        "Waits in days. Those of people served, and shares within a month, are means of the last twelve months.",
        "",
    ]
    return "\n".join([*lines, *_beside_research(months)])


def _beside_research(months: pl.DataFrame) -> list[str]:
    """What the study of this market found, and the same of this run."""
    by = {policy: months.filter(pl.col("policy") == policy).sort("day") for policy in (ROUND, "queue", "unguarded")}
    first = by[ROUND].row(0, named=True)
    exchanged = first["served_swap"] + first["served_cycle"]
    moved = 100 * exchanged / (first["waiting"] + sum(first[name] for name in _FROM_QUEUE))
    alone = by["queue"]["waiting"][-1]
    fewer = [
        f"{policy} {100 * (1 - by[policy]['waiting'][-1] / alone):.1f} %"
        for policy in by
        if policy != "queue" and len(by[policy])
    ]
    return [
        "Beside research on this market (cycles would have moved 15 % of all who waited at once, and 23 % fewer would",
        "have waited after three years, against a queue without swaps; naive repetition pushes some people back): in",
        f"its first month our round moves {moved:.1f} % by exchange, after today's swaps; at the end fewer wait than",
        f"by queue alone: {', '.join(fewer)}.",
        "",
    ]


def _mean(values: list[float]) -> float:
    return sum(values) / max(len(values), 1)


def main(arguments: list[str]) -> None:
    """Run a course, or read the folder that is given; put the section in RESULTS.md."""
    if not arguments or arguments[0] not in COURSES:
        raise SystemExit(f"give one of: {', '.join(COURSES)}")
    name, *rest = arguments
    folder = Path(rest[0]) if rest else HOME / f"life_{name}"
    took = " ".join(rest[1:]) if rest else run(name, folder)
    text = section(name, folder, took)
    _replace(f"life_{name}", text)
    print(text)


if __name__ == "__main__":
    main(sys.argv[1:])

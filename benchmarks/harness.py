"""How a workload is described and run.

Contenders take turns, each in a fresh process, for several rounds; a figure is the median of the per-round ratios to
the limit. All contenders must give the same check sum, or say why they cannot. Absolute seconds are shown for
orientation only: machines differ and are noisy.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks.made_from import is_current, remember, sources

HOME = Path(os.environ.get("FASTLEGE_BENCH_HOME", ".fastlege/bench"))


@dataclass(frozen=True)
class Contender:
    """One way to do the work. `setup` runs untimed in the fresh process; `run` is timed and returns a check sum."""

    name: str
    role: Literal["limit", "ours", "rival"]
    run: Callable[[Any], object]
    setup: Callable[[], Any] = lambda: None
    same_result: bool = True


@dataclass(frozen=True)
class Workload:
    """A job, its goal in words, the largest (or smallest) ratio to the limit that meets it, and its contenders.

    With `answer` the check sum is a number that readers want to see, and this is its name.
    """

    name: str
    title: str
    goal: str
    contenders: tuple[Contender, ...]
    rounds: int = 5
    at_most: float | None = None
    at_least: float | None = None
    answer: str = ""


@dataclass(frozen=True)
class Timed:
    """What a contender timed itself, because its first requests do not count."""

    checksum: str
    seconds: float
    p95_ms: float


@dataclass(frozen=True)
class Run:
    """What one fresh process measured."""

    seconds: float
    whole_seconds: float
    peak_mib: float
    checksum: str
    p95_ms: float | None = None


def nation(recipe: str = "norway-2023-10") -> Path:
    """The folder of a national snapshot, built first when it is not there or was made by another version of us."""
    folder = HOME / recipe
    made_by = sources("kernel", "simulation", but=("simulation/life", "simulation/waits", "simulation/claims"))
    if not is_current(folder, made_by):
        command = [Path(sys.executable).with_name("fastlege"), "population", "build", "--recipe", recipe]
        subprocess.run([*command, "--out", folder], check=True, stdout=sys.stderr)
        remember(folder, made_by)
    return folder


def measure(workload: Workload, log: Callable[[str], None]) -> dict[str, list[Run]]:
    """Run every contender in turn, `workload.rounds` times."""
    runs: dict[str, list[Run]] = {contender.name: [] for contender in workload.contenders}
    for number in range(workload.rounds):
        for contender in workload.contenders:
            run = _fresh_process(workload.name, contender.name)
            runs[contender.name].append(run)
            log(f"{workload.name} {number + 1}/{workload.rounds} {contender.name}: {run.seconds:.3f} s")
    _check_sums(workload, runs)
    return runs


def ratios(workload: Workload, runs: dict[str, list[Run]]) -> dict[str, list[float]]:
    """Per contender the ratio to the limit in each round."""
    limit = next(c.name for c in workload.contenders if c.role == "limit")
    return {
        name: [run.seconds / base.seconds for run, base in zip(own, runs[limit], strict=True)]
        for name, own in runs.items()
    }


def verdict(workload: Workload, ratio: float) -> str:
    """Whether a ratio meets the goal, in words."""
    if workload.at_most is not None:
        return "met" if ratio <= workload.at_most else f"missed: {ratio:.2f} against at most {workload.at_most:.2f}"
    if workload.at_least is not None:
        return "met" if ratio >= workload.at_least else f"missed: {ratio:.3f} against at least {workload.at_least}"
    return "no goal"


def report(workload: Workload, runs: dict[str, list[Run]]) -> str:
    """One section of RESULTS.md."""
    by_name = ratios(workload, runs)
    answer = f" {workload.answer} |" if workload.answer else ""
    late = any(run.p95_ms is not None for own in runs.values() for run in own)
    answer += " 95th percentile, ms (median) |" if late else ""
    lines = [
        f"## {workload.title}",
        "",
        f"Goal: {workload.goal}. Command: `python -m benchmarks {workload.name}`, {workload.rounds} rounds.",
        "",
        "| contender | role | x limit (median) | min-max | seconds (median) | peak MiB |" + answer,
        "|---|---|---|---|---|---|" + "---|" * (bool(workload.answer) + late),
    ]
    for contender in workload.contenders:
        own, ratio = runs[contender.name], by_name[contender.name]
        seconds, peak = statistics.median(run.seconds for run in own), max(run.peak_mib for run in own)
        told = f" {own[0].checksum} |" if workload.answer else ""
        told += f" {_late(own)} |" if late else ""
        spread = f"{statistics.median(ratio):.2f} | {min(ratio):.2f}-{max(ratio):.2f}"
        lines.append(f"| {contender.name} | {contender.role} | {spread} | {seconds:.3f} | {peak:.0f} |{told}")
    ours = next(c.name for c in workload.contenders if c.role == "ours")
    lines += ["", f"Result: {verdict(workload, statistics.median(by_name[ours]))}.", ""]
    return "\n".join(lines)


def _late(runs: list[Run]) -> str:
    known = [run.p95_ms for run in runs if run.p95_ms is not None]
    return f"{statistics.median(known):.0f}" if known else "not told"


def _fresh_process(workload: str, contender: str) -> Run:
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.contender", workload, contender], stdout=subprocess.PIPE, check=True
    )
    answer = json.loads(done.stdout.splitlines()[-1])
    return Run(whole_seconds=time.perf_counter() - started, **answer)


def _check_sums(workload: Workload, runs: dict[str, list[Run]]) -> None:
    comparable = {c.name for c in workload.contenders if c.same_result}
    sums = {run.checksum for name, own in runs.items() if name in comparable for run in own}
    if len(sums) > 1:
        found = {name: sorted({run.checksum for run in own}) for name, own in runs.items() if name in comparable}
        raise SystemExit(f"{workload.name}: the contenders do not agree: {found}")

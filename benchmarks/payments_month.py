"""A month of payments on the whole nation, command by command as people give them: how long each takes.

There is no rival: it is stated, with the register loaded and durability on. A month is worked out, prepared, reviewed,
approved, ordered from the bank and paid, and then recalculated on what is known now.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from benchmarks.claims_receive import fresh_database
from benchmarks.harness import HOME, nation
from fastlege.database.cluster import Cluster
from fastlege.kernel.snapshot import Snapshot

_FOLDER = (HOME / "payments").absolute()
_DATABASE = "payments_benchmark"


def section(log: Callable[[str], None]) -> str:
    """Carry one month through, each command in a process of its own, and write how long they took."""
    source = nation()
    month = Snapshot(source).as_of
    cluster = Cluster(_FOLDER)
    cluster.start("shared_buffers=2GB")
    files = Path(mkdtemp(prefix="fl-bench-"))
    try:
        fresh_database(cluster, _DATABASE)
        environment = {**os.environ, "FASTLEGE_DATABASE_URL": cluster.url(_DATABASE)}
        timed = [_timed(words, environment, log) for words in _commands(source, files, f"{month:%Y-%m}")]
    finally:
        cluster.stop()
        rmtree(files, ignore_errors=True)
    return "\n".join(
        [
            "## A month of payments, command by command",
            "",
            "Stated. Command: `python -m benchmarks payments_month`, 1 round; starting the program is part of each.",
            "",
            "| command | seconds |",
            "|---|---|",
            *(f"| `fastlege {words}` | {seconds:.1f} |" for words, seconds in timed),
            "",
        ]
    )


def _commands(source: Path, files: Path, month: str) -> list[tuple[str, list[str]]]:
    """The commands with the words to show for them."""
    made, order = str(files / "month.parquet"), str(files / "bank.xml")
    return [
        ("register load", ["register", "load", str(source)]),
        ("pay run", ["pay", "run", "--snapshot", str(source), "--month", month, "--out", made]),
        ("pay accounts make-up", ["pay", "accounts", "make-up", "--since", f"{month}-01", "--by", "anna"]),
        ("pay prepare", ["pay", "prepare", made, "--by", "anna"]),
        ("pay review", ["pay", "review", "1", "--by", "bo"]),
        ("pay approve", ["pay", "approve", "1", "--by", "cato"]),
        ("pay order", ["pay", "order", "1", "--on", f"{month}-12", "--out", order]),
        ("pay paid", ["pay", "paid", "1", "--by", "dina"]),
        ("pay recalculate", ["pay", "recalculate", "--month", month, "--by", "anna"]),
    ]


def _timed(
    command: tuple[str, list[str]], environment: dict[str, str], log: Callable[[str], None]
) -> tuple[str, float]:
    shown, words = command
    started = time.perf_counter()
    subprocess.run(
        [Path(sys.executable).with_name("fastlege"), *words], env=environment, check=True, stdout=subprocess.DEVNULL
    )
    seconds = time.perf_counter() - started
    log(f"payments_month {shown}: {seconds:.1f} s")
    return shown, seconds

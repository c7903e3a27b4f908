"""A synthetic year of claims for the whole nation, streamed: time and memory beside copying the same tables."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.claims_year import RECIPE, YEAR, claims_year
from benchmarks.harness import nation
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.snapshot_tables import CLAIM_TABLES
from fastlege.kernel.table_writer import TableWriter
from fastlege.simulation.claims.year import build_year

ROWS = 1 << 20
MOST_MIB = 2048


def section(log: Callable[[str], None]) -> str:
    """Run both, each in a fresh process, and write what was measured."""
    runs = {}
    for name in ("copy", "build"):
        with tempfile.TemporaryDirectory(prefix="claims-", dir=_made().parent) as folder:
            command = [sys.executable, "-m", "benchmarks.claims_generate", name, str(Path(folder) / "year")]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        runs[name] = json.loads(done.stdout.splitlines()[-1])
        log(f"claims_generate {name}: {runs[name]['seconds']:.1f} s, {runs[name]['peak']:.0f} MiB")
    copy, build = runs["copy"], runs["build"]
    if copy["rows"] != build["rows"]:
        raise SystemExit(f"the year made now has other rows than the one that lay ready: {build} and {copy}")
    ratio = build["seconds"] / copy["seconds"]
    verdict = "met" if build["peak"] < MOST_MIB else f"missed: {build['peak']:.0f} MiB"
    return "\n".join(
        [
            f"## A year of claims for the nation ({YEAR})",
            "",
            "Goal: streamed under 2 GiB. Command: `python -m benchmarks claims_generate`, 1 round.",
            "",
            "| contender | role | x limit | seconds | peak MiB |",
            "|---|---|---|---|---|",
            f"| reading and writing the same tables | limit | 1.00 | {copy['seconds']:.1f} | {copy['peak']:.0f} |",
            f"| ours | ours | {ratio:.2f} | {build['seconds']:.1f} | {build['peak']:.0f} |",
            "",
            f"Result: {verdict}. Rows: {', '.join(f'{count} {name}' for name, count in build['rows'].items())}.",
            "",
        ]
    )


def _made() -> Path:
    return claims_year()


def copy(out: Path) -> None:
    """The limit: the large tables read and written, batch by batch."""
    made = Snapshot(_made())
    out.mkdir()
    for name, contract in CLAIM_TABLES.items():
        writer = TableWriter(out / f"{name}.parquet", contract.schema)
        for batch in made.batches(name, rows=ROWS):
            writer.write_batch(batch)
        writer.close()


def build(out: Path) -> None:
    """The year, drawn and written."""
    build_year(Snapshot(nation(RECIPE)), out, year=YEAR)


if __name__ == "__main__":
    made, out = _made(), Path(sys.argv[2])
    started = time.perf_counter()
    {"copy": copy, "build": build}[sys.argv[1]](out)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = {name: Snapshot(made).rows(name) for name in CLAIM_TABLES}
    if sys.argv[1] == "build":
        rows = {name: Snapshot(out).rows(name) for name in CLAIM_TABLES}
    shutil.rmtree(out)
    print(json.dumps({"seconds": seconds, "peak": peak, "rows": rows}))

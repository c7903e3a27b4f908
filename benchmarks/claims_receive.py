"""A file of claim messages taken into the register and controlled, beside a bare COPY of the rows that come of it.

What is timed of ours is `fastlege claims receive` from the file on disk to the last commit, durability on: reading and
checking each message, laying it beside the tables, looking for duplicates and patients, taking it in one transaction,
and the control of every bill by all rules with its decisions, shares and free cards. The limit copies the same
messages, bills, lines and decisions from memory into heaps without keys or guards.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import rmtree

import psycopg

from benchmarks.harness import HOME
from benchmarks.made_from import is_current, remember, sources
from fastlege.database.cluster import Cluster

AREAS = os.environ.get("FASTLEGE_BENCH_AREAS", "55,56")
"""Troms and Finnmark: about a million bills in half a year."""
FIRST, LAST, RECEIVED = "2025-07-01", "2025-12-31", date(2026, 1, 2)
MILLION = 1_000_000
_TABLES = ("claim_messages", "claim_bills", "claim_lines", "claim_results")
_FOLDER = (HOME / "receive").absolute()
_DATABASE = "receive_benchmark"


def section(log: Callable[[str], None]) -> str:
    """Run ours and then the limit, each in a fresh process on the same server, and write what was measured."""
    made = _messages()
    cluster = Cluster(_FOLDER / "server")
    cluster.start("shared_buffers=1GB")
    try:
        fresh_database(cluster, _DATABASE)
        runs = {}
        for name in ("ours", "copy"):
            command = [sys.executable, "-m", "benchmarks.claims_receive", name, str(made)]
            environment = {**os.environ, "FASTLEGE_DATABASE_URL": cluster.url(_DATABASE)}
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment)
            runs[name] = json.loads(done.stdout.splitlines()[-1])
            log(f"claims_receive {name}: {runs[name]['seconds']:.1f} s")
    finally:
        cluster.stop()
    ours, limit = runs["ours"], runs["copy"]
    bills, size = ours["bills"], (made / "messages.jsonl").stat().st_size / 1e6
    return "\n".join(
        [
            "## A file of claims received and controlled",
            "",
            f"Stated beside a bare COPY of the same rows. {ours['messages']} messages, {bills} bills, {size:.0f} MB.",
            "Command: `python -m benchmarks claims_receive`, 1 round.",
            "",
            "| contender | seconds | bills a second | ratio to the limit | CPU seconds | peak MiB |",
            "|---|---|---|---|---|---|",
            _row("bare COPY of the rows", limit, bills, limit),
            _row("received, controlled and decided", ours, bills, limit),
            _row("of that, received", ours["receipt"], bills, limit),
            _row("of that, controlled", ours["control"], bills, limit),
            "",
            f"{ours['approved']} bills were approved and {ours['refused']} refused; "
            f"{ours['seconds'] / bills * MILLION:.0f} s for a million bills. Half a year is sent to a register",
            "that has had no bills before, so free cards of the first half are not known there: bills that claim them",
            "are nearly all of those refused.",
            "",
        ]
    )


def _row(name: str, run: dict, bills: int, limit: dict) -> str:
    ratio = run["seconds"] / limit["seconds"]
    return (
        f"| {name} | {run['seconds']:.1f} | {bills / run['seconds']:.0f} | {ratio:.1f} | {run['cpu']:.0f} | "
        f"{run['peak']:.0f} |"
    )


def _messages() -> Path:
    """The folder with the year of the area and its messages, made when it is not there."""
    folder = _FOLDER / AREAS.replace(",", "-")
    made_by = sources("kernel", "simulation", "rules/tariffs", "rules/data/tariffs.csv")
    if not is_current(folder, made_by):
        fastlege = Path(sys.executable).with_name("fastlege")
        rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        file = folder / "messages.jsonl"
        for command in (
            ["population", "build", "--recipe", "norway-2026-05", "--area", AREAS, "--out", folder / "nation"],
            ["claims", "build", "--snapshot", folder / "nation", "--year", FIRST[:4], "--out", folder / "year"],
            ["claims", "send", "--claims", folder / "year", "--out", file, "--first", FIRST, "--last", LAST],
        ):
            subprocess.run([fastlege, *command], check=True, stdout=sys.stderr)
        remember(folder, made_by)
    return folder


def ours(made: Path) -> dict:
    """Receive and control the file in a register that has just been loaded."""
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.claims import actions
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.registry.load import load_snapshot

    load_snapshot(Snapshot(made / "year"), by="benchmark")
    begun = _now()
    with (made / "messages.jsonl").open("rb") as lines:
        received = actions.receive_file(lines, on=RECEIVED, by="benchmark")
    taken = _now()
    done = actions.control_waiting(on=RECEIVED)
    ended = _now()
    told = {"messages": received.messages, "bills": received.bills, "approved": done.approved, "refused": done.refused}
    return {**told, **_spent(begun, ended), "receipt": _spent(begun, taken), "control": _spent(taken, ended)}


def copy(_: Path) -> dict:
    """The same rows, read out before the clock starts, into tables without keys."""
    with psycopg.connect(os.environ["FASTLEGE_DATABASE_URL"], autocommit=True) as connection:
        rows = {}
        for table in _TABLES:
            connection.execute(f"drop table if exists bare_{table}")
            with connection.cursor().copy(f"copy {table} to stdout (format binary)") as out:
                rows[table] = [bytes(part) for part in out]
        connection.execute("checkpoint")
        begun = _now()
        with connection.transaction(), connection.cursor() as cursor:
            for table, parts in rows.items():
                cursor.execute(f"create table bare_{table} (like {table})")
                with cursor.copy(f"copy bare_{table} from stdin (format binary)") as into:
                    for part in parts:
                        into.write(part)
        return _spent(begun, _now())


def fresh_database(cluster: Cluster, name: str) -> None:
    """An empty database in the place of an older one."""
    with psycopg.connect(cluster.conninfo("postgres"), autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name}")


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _spent(begun: tuple[float, float], ended: tuple[float, float]) -> dict:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": ended[0] - begun[0], "cpu": ended[1] - begun[1], "peak": peak}


if __name__ == "__main__":
    run = {"ours": ours, "copy": copy}[sys.argv[1]]
    print(json.dumps(run(Path(sys.argv[2]))))

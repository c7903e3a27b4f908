"""W6: searches for lists in a municipality, as JSON from the whole stack, beside pgbench with the same statement.

Everything runs on this machine at once: PostgreSQL with the whole nation loaded, the site under its own server as
`fastlege serve` runs it (2 workers of 4 threads), and the one who asks (16 connections, keep-alive). Each contender
answers the same searches the same number of times; the check sum covers the lists found, in order. pgbench sends the
prepared statement with its values written in and throws the rows away: it is the limit, not a web site.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from shutil import which
from tempfile import mkdtemp
from urllib.parse import urlencode

import orjson
import psycopg

from benchmarks.harness import HOME, Contender, Timed, Workload, nation
from benchmarks.visitors import CONNECTIONS, ask_all, late_ms
from fastlege.cli.serve import server_command

SITE_HOME = HOME / "search"
REQUESTS = 1600
QUERIES = 32


@dataclass
class Prepared:
    """A loaded register, the searches to do, and where they go."""

    address: str
    on: date
    queries: list[dict[str, str]]
    port: int = 0
    scripts: Sequence[Path] = ()


def prepare(least: int, most: int, filters: dict[str, str]) -> Prepared:
    """Load the nation unless it is there, and choose municipalities with a number of lists in a range."""
    os.environ["FASTLEGE_HOME"] = str(SITE_HOME.absolute())
    # One asks for all here. The check of how fast is made as for a visitor, with room for more.
    os.environ["FASTLEGE_RATE_FACTOR"] = "100000"
    os.environ.pop("FASTLEGE_DATABASE_URL", None)
    from fastlege.database.address import home
    from fastlege.database.cluster import Cluster
    from fastlege.database.ready import open_database

    open_database()
    atexit.register(Cluster(home()).stop)
    from django.db import connection

    from fastlege.kernel.snapshot import Snapshot
    from fastlege.registry.list_search import register_day
    from fastlege.registry.load import load_snapshot

    if register_day() is None:
        load_snapshot(Snapshot(nation()), by="benchmark")
    day = register_day()
    with connection.cursor() as cursor:
        cursor.execute(
            "select municipality from lists group by 1 having count(*) between %s and %s order by md5(municipality)",
            [least, most],
        )
        codes = [row[0] for row in cursor.fetchall()][:QUERIES]
    settings = connection.settings_dict
    address = f"host={settings['HOST']} port={settings['PORT']} user={settings['USER']} dbname={settings['NAME']}"
    connection.close()
    connection.close_pool()
    return Prepared(address, day.on, [{"kommune": code, **filters} for code in codes])


def small_searches() -> Prepared:
    return prepare(5, 60, {"ledig": "1"})


def checksum(found: Sequence[Sequence[int]]) -> str:
    """Of the ids found by each search, in order."""
    return sha256(repr([list(map(int, ids)) for ids in found]).encode()).hexdigest()[:16]


# --- pgbench ---------------------------------------------------------------------------------------------------------


def with_scripts(prepared: Prepared) -> Prepared:
    """One script a search, with the values written into the statement."""
    from fastlege.registry.list_search import Wanted, statement

    folder = Path(mkdtemp(prefix="fl-bench-"))
    scripts = []
    with psycopg.connect(prepared.address) as connection:
        for number, query in enumerate(prepared.queries):
            wanted = Wanted(municipality=query["kommune"], with_room="ledig" in query)
            text = psycopg.ClientCursor(connection).mogrify(*statement(wanted, on=prepared.on))
            scripts.append(folder / f"{number:02}.sql")
            scripts[-1].write_text(" ".join(text.split()) + ";\n")
    prepared.scripts = scripts
    return prepared


def pgbench(prepared: Prepared) -> str:
    """The limit."""
    program = which("pgbench") or next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))), None)
    if program is None:
        raise SystemExit("search: pgbench is not installed (Debian: apt-get install postgresql-contrib)")
    files = [word for script in prepared.scripts for word in ("-f", str(script))]
    options = ["-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2", "-t", str(REQUESTS // CONNECTIONS)]
    subprocess.run([program, *options, *files, "-d", prepared.address], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)  # fmt: skip
    with psycopg.connect(prepared.address) as connection:
        return checksum([[row[0] for row in connection.execute(s.read_text()).fetchall()] for s in prepared.scripts])


# --- the site --------------------------------------------------------------------------------------------------------


def serving(application: str, prepared: Prepared) -> Prepared:
    """Start a WSGI application as `fastlege serve` does, and wait until both workers have answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        prepared.port = probe.getsockname()[1]
    command = server_command("127.0.0.1", prepared.port, application=application)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    atexit.register(process.wait, 30)
    atexit.register(process.terminate)
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", prepared.port), 1).close()
            break
        except OSError:
            time.sleep(0.1)
    return prepared


def ask(prepared: Prepared, path: str, read: Callable[[bytes], Sequence[int]], requests: int = REQUESTS) -> Timed:
    """Do the searches in turn over all connections; each answer must be 200."""
    targets = [f"{path}?{urlencode(query)}" for query in prepared.queries]
    sent = [f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for target in targets]
    started = time.perf_counter()
    answers = ask_all(prepared.port, [sent[number % len(sent)] for number in range(requests)])
    seconds = time.perf_counter() - started
    for answer in answers:
        if not answer.head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"search: {targets[answer.number % len(sent)]} answered {answer.head[:30]!r}")
    found = checksum([read(answer.body) for answer in answers[: len(sent)]])
    return Timed(found, seconds, late_ms([answer.took for answer in answers]))


def ids_of_json(body: bytes) -> list[int]:
    return [each["list_id"] for each in orjson.loads(body)["lists"]]


def warm(prepared: Prepared, path: str, read: Callable[[bytes], Sequence[int]]) -> Prepared:
    """Some hundred requests that do not count, so that both workers are up and have their connections."""
    ask(prepared, path, read, requests=20 * CONNECTIONS)
    return prepared


SITE, SEARCH = "fastlege.config.wsgi:application", "/finn-fastlege.json"

WORKLOAD = Workload(
    name="search",
    title="Search lists in a municipality, as JSON through the whole stack",
    goal="at least 0.09 of pgbench's rate with the same statement, that is at most 11.1 x its time",
    contenders=(
        Contender("pgbench", "limit", pgbench, lambda: with_scripts(small_searches())),
        Contender(
            "the site", "ours",
            lambda prepared: ask(prepared, SEARCH, ids_of_json),
            lambda: warm(serving(SITE, small_searches()), SEARCH, ids_of_json),
        ),
        Contender(
            "Django ORM and JsonResponse", "rival",
            lambda prepared: ask(prepared, SEARCH, ids_of_json),
            lambda: warm(serving("benchmarks.orm_site:application", small_searches()), SEARCH, ids_of_json),
        ),
    ),
    rounds=3,
    at_most=1 / 0.09,
)  # fmt: skip

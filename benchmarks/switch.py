"""W6: switches through the whole stack (login, form, checks, places, messages), beside pgbench with the same SQL.

Everything runs on this machine at once: PostgreSQL with the whole nation loaded and durability on, the site under its
own server (2 workers of 4 threads), and those who ask (16 connections, keep-alive). Each contender carries out the same
number of switches, each by somebody who has not switched yet, to lists with room. What pgbench sends is what the site
sends for a switch, noted beforehand and read from a table by number: begin, lock and read, write, queue the messages,
commit. It logs nobody in, checks no rule and writes no page: it is the limit, not a web site.

The first switches of each contender do not count: sessions of PostgreSQL that have just begun plan every statement
anew, and the site's workers are still starting. The clock runs from the end of the last of those to the end of all.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from statistics import median
from tempfile import mkdtemp
from typing import Any
from urllib.parse import urlencode

import psycopg

from benchmarks.harness import Contender, Timed, Workload, measure, report
from benchmarks.search import SITE, Prepared, prepare, serving
from benchmarks.visitors import CONNECTIONS, ask_all, late_ms

SWITCHES, UNCOUNTED = 800, 240
LISTS = 80
_PAGE = "/min-side/bytte/{}/"
_WRITTEN = ("messages", "moves", "to_list", "starts", "day", "by", "lengths", "receipt")
"""The values of the statement that writes a switch and queues its messages."""
_FIELD = re.compile(rb'<input type="hidden" name="([a-z]+)" value="([^"]*)"')

# Adults with one list, alone in what they choose, who wait for nothing and have not switched; and lists with room.
_PEOPLE = """
select p.person_id from persons p join memberships m using (person_id)
where m."end" is null and m.start < %(on)s and p.status = 'resident' and p.birth_date < '1990-01-01'
  and not exists (select from switches s where s.person_id = p.person_id)
  and not exists (select from queue q where q.person_id = p.person_id)
  and not exists (select from custody c where c.adult_id = p.person_id)
  and m.list_id <> all(%(lists)s)
order by md5(p.person_id::text) limit %(count)s
"""
_LISTS = """
select list_id from lists where status = 'open' and "end" is null order by cap - member_count desc, list_id limit %s
"""
_DONE = """
select count(*) from events e join memberships m on m.person_id = e.person_id and m."end" is null
where e.kind = 'switched' and e.to_list_id = m.list_id and e.person_id = any(%s)
"""


@dataclass
class Work:
    """A prepared register, who switches where, and what is needed for it."""

    prepared: Prepared
    moves: list[tuple[int, int]]
    forms: list[bytes] = field(default_factory=list)
    script: Path = Path()


@dataclass(frozen=True)
class Switched:
    """One switch: when it was done, and how long it took, in seconds."""

    at: float
    took: float


def timed(work: Work, done: Sequence[Switched]) -> Timed:
    """The warm part of a run; the check sum is how many switches the register holds."""
    in_order = sorted(done, key=lambda one: one.at)
    warm = in_order[UNCOUNTED:]
    with psycopg.connect(work.prepared.address) as connection:
        (count,) = connection.execute(_DONE, [[person for person, _ in work.moves]]).fetchone() or (0,)
    seconds = warm[-1].at - in_order[UNCOUNTED - 1].at
    return Timed(f"{count} switched", seconds, late_ms([one.took for one in warm]))


def chosen() -> Work:
    """The nation, and the people and lists of this run."""
    prepared = prepare(5, 60, {})
    with psycopg.connect(prepared.address) as connection:
        lists = [row[0] for row in connection.execute(_LISTS, [LISTS])]
        values = {"on": prepared.on, "lists": lists, "count": SWITCHES}
        people = [row[0] for row in connection.execute(_PEOPLE, values)]
    return Work(prepared, [(person, lists[number % len(lists)]) for number, person in enumerate(people)])


# --- pgbench ---------------------------------------------------------------------------------------------------------


def noted() -> Work:
    """Let the site's own action say what it sends for each switch, take it back, and keep it in a table."""
    work = chosen()
    rows = [_sent(number, person, to, work) for number, (person, to) in enumerate(work.moves)]
    with psycopg.connect(work.prepared.address) as connection:
        connection.execute("drop table if exists bench_switches")
        connection.execute(
            "create table bench_switches (n int primary key, viewer bigint, ids bigint[], lists bigint[], day date,"
            " alone_from int, receipt uuid, messages jsonb, moves jsonb, to_list bigint, starts date, day_done date,"
            " done_by text, lengths jsonb, kept jsonb)"
        )
        with connection.cursor() as cursor:
            cursor.executemany(f"insert into bench_switches values ({', '.join(['%s'] * 15)})", rows)
        connection.execute("analyze bench_switches")
    work.script = Path(mkdtemp(prefix="fl-bench-")) / "switch.sql"
    work.script.write_text(_script())
    return work


def _sent(number: int, person: int, to: int, work: Work) -> tuple[object, ...]:
    from uuid import uuid4

    from django.db import transaction

    from fastlege.access.viewers import resident
    from fastlege.registry.actions import Form, switch_together

    with transaction.atomic(), _noting() as sent:
        switch_together([person], to=to, on=work.prepared.on, by=resident(person), form=Form(key=uuid4()))
        transaction.set_rollback(True)
    first, second = sent
    return (number, *first, *(second[name] for name in _WRITTEN))


@contextmanager
def _noting() -> Iterator[list[Any]]:
    """The values of each statement that is sent."""
    from django.db import connection

    sent: list[Any] = []

    def note(execute: Callable[..., object], sql: str, params: Any, many: bool, context: object) -> object:
        if "begin_choice(" in sql or "write_switches(" in sql:
            sent.append(params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent


def _script() -> str:
    from fastlege.messages.actions import _GIVEN, queueing
    from fastlege.registry.actions.switching import _WRITE

    write = queueing(_GIVEN, _WRITE).replace("%(messages)s", "(select messages from bench_switches where n = :n)")
    write = write.replace("%(day)s", "day_done").replace("%(by)s", "done_by").replace("%(receipt)s", "kept")
    for name in _WRITTEN:
        write = write.replace(f"%({name})s", name)
    return "\n".join(
        [
            "\\set n :client_id + :i * :clients",
            "\\set i :i + 1",
            "begin;",
            "select begin_choice(viewer, ids, lists, day, alone_from, receipt) from bench_switches where n = :n;",
            f"{' '.join(write.split())} from bench_switches where n = :n;",
            "commit;",
        ]
    )


def pgbench(work: Work) -> Timed:
    """The limit. Its own log says when each transaction ended."""
    program = which("pgbench") or next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))), None)
    if program is None:
        raise SystemExit("switch: pgbench is not installed (Debian: apt-get install postgresql-contrib)")
    options = ["-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2", "-t", str(SWITCHES // CONNECTIONS)]
    variables = ["-D", "i=0", "-D", f"clients={CONNECTIONS}"]
    log = ["-l", f"--log-prefix={work.script.with_name('log')}"]
    subprocess.run([program, *options, *variables, *log, "-f", str(work.script), "-d", work.prepared.address],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    return timed(work, [_logged(line) for file in work.script.parent.glob("log.*") for line in file.open()])


def _logged(line: str) -> Switched:
    _, _, took, _, second, microsecond = line.split()[:6]
    return Switched(int(second) + int(microsecond) / 1e6, int(took) / 1e6)


# --- the site --------------------------------------------------------------------------------------------------------


def filled_in() -> Work:
    """Log everybody in, and fetch the page that each confirms."""
    os.environ["FASTLEGE_RATE_FACTOR"] = "1000000"
    work = chosen()
    keys = _logged_in([person for person, _ in work.moves])
    serving(SITE, work.prepared)
    _fetch(work, keys)
    return work


def _logged_in(people: Sequence[int]) -> list[str]:
    from django.db import connection

    from fastlege.access.actions import begin_session
    from fastlege.access.actions.sessions import Origin
    from fastlege.access.viewers import resident
    from fastlege.web.login.cookies import SESSION

    keys = [begin_session(resident(person), Origin("benchmark", str(person), None, "high")) for person in people]
    connection.close()
    connection.close_pool()
    return [f"{SESSION}={key}" for key in keys]


def _fetch(work: Work, keys: Sequence[str]) -> None:
    """The page that each confirms. A connection for each, so that both workers have answered before the clock runs."""
    paths = [_PAGE.format(to) for _, to in work.moves]
    asked = [
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {key}\r\n\r\n".encode()
        for path, key in zip(paths, keys, strict=True)
    ]
    for first in range(0, len(asked), CONNECTIONS):
        for page in ask_all(work.prepared.port, asked[first : first + CONNECTIONS]):
            number = first + page.number
            if not page.head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"switch: {paths[number]} answered {page.head[:40]!r}")
            token = re.search(rb"(?i)set-cookie:\s*(csrftoken=[^;]+)", page.head)
            cookies = "; ".join([keys[number], token[1].decode() if token else ""])
            fields = [(name.decode(), value.decode()) for name, value in _FIELD.findall(page.body)]
            work.forms.append(_posted(paths[number], cookies, urlencode(fields).encode()))


def _posted(path: str, cookies: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    return head.encode() + body


def confirm(work: Work) -> Timed:
    """Everybody confirms; each answer must lead to a receipt."""
    answers = ask_all(work.prepared.port, work.forms)
    for answer in answers:
        if not answer.head.startswith(b"HTTP/1.1 302") or b"kvittering" not in answer.head:
            raise SystemExit(f"switch: answered {answer.head[:60]!r}")
    return timed(work, [Switched(answer.at, answer.took) for answer in answers])


WORKLOAD = Workload(
    name="switch",
    title="Switch GP through the whole stack, logged in",
    goal="at least 0.5 of pgbench with the same SQL, with login, form, checks and logging on, that is at most twice its"
    " time",
    contenders=(
        Contender("pgbench", "limit", pgbench, noted),
        Contender("the site", "ours", confirm, filled_in),
    ),
    rounds=5,
    at_most=1 / 0.5,
)


def section(log: Callable[[str], None]) -> str:
    """The section of RESULTS.md, with the goals as shares and how busy the machine was."""
    busy = [os.getloadavg()[0]]
    runs = measure(WORKLOAD, log)
    busy.append(os.getloadavg()[0])
    shares = [ours.seconds for ours in runs["the site"]], [limit.seconds for limit in runs["pgbench"]]
    share = median(limit / ours for ours, limit in zip(*shares, strict=True))
    lines = [
        report(WORKLOAD, runs),
        f"The site does {share:.2f} of pgbench's switches a second: {SWITCHES - UNCOUNTED} counted, after {UNCOUNTED}"
        f" that warm up, over {CONNECTIONS} connections.",
        f"Others were busy on the machine: its load was {busy[0]:.1f} before and {busy[1]:.1f} after."
        + (f" All that is measured ran before them, at priority {os.nice(0)}." if os.nice(0) else ""),
        "",
    ]
    return "\n".join(lines)

"""W3: a month's turn-over of the nation, about 75 000 people who change list, in one transaction.

The market is the synthetic nation in which ten places were added to most closed lists, so that a round serves some
75 000 from the queues. Its plan is made once. The register is loaded once and every run starts from a copy of it, so
that all contenders write the same into the same.

- limit: the writes alone, from tables that hold the moves and the standings already and were checked already
- ours: `apply_round`: digests, register unchanged, COPY, everybody where the plan says, no list above its cap,
  memberships, queues, switches, events, list lengths by difference, statuses, a message to everybody who moves and to
  their offices, the round's record with what it says of every queue place and list
- rivals: the same with all list lengths counted anew; a tenth of it row by row with executemany
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import psycopg

from benchmarks.harness import HOME, Contender, Workload, nation
from benchmarks.made_from import PACKAGE, digest_of, is_current, remember, sources
from fastlege.database.cluster import Cluster
from fastlege.kernel.snapshot import Snapshot, SnapshotWriter, new_snapshot
from fastlege.kernel.snapshot_tables import ALL_TABLES
from fastlege.planning.market.lists import read_lists
from fastlege.planning.plan_file import read_plan, write_plan
from fastlege.planning.round import plan_round
from fastlege.rules.parameters import load_rulebook

FOLDER = HOME / "turnover"
SNAPSHOT, PLAN, LOADED = FOLDER / "snapshot", FOLDER / "plan", FOLDER / "loaded"
TEMPLATE, RUN = "turnover_loaded", "turnover_run"
ON = date(2023, 11, 1)
ROUND = 1

CHECK = """
select md5(string_agg(t::text, '|' order by t::text)) from (
    select 'm', count(*), sum(person_id * list_id % 1000003) from memberships where start = '2023-11-01'
    union all select 'e', count(*), sum(person_id) from memberships where "end" = '2023-11-01'
    union all select 'l', sum(member_count), sum(list_id * member_count) from lists
    union all select 's', count(*), sum(list_id) from lists where status = 'open'
    union all select 'q', count(*), sum(person_id % 1000003) from queue
    union all select 'w', count(*), sum(person_id) from switches where "on" = '2023-11-01'
    union all select 'v', count(*), sum(person_id) from events where kind in ('switched', 'placed')
    union all select 't', count(*), sum(coalesce(person_id, office_id) % 1000003) from messages
    union all select 'r', count(*), sum(person_id) from round_moves
    union all select 'p', count(*), sum(person_id % 1000003 * list_id) from place_standings
    union all select 'a', count(*), sum(length_after) from list_standings) t
"""

RECOUNT = """
update lists l set member_count = c.members
from (select list_id, count(*) as members from memberships where "end" is null group by list_id) c
where c.list_id = l.list_id
"""


def prepare() -> None:
    """Make the market, its plan and the loaded register, where they are missing or not of this version. Not timed."""
    _prepare_market()
    _prepare_plan()
    cluster = Cluster(FOLDER.absolute())
    cluster.start()
    tables = sorted(f"{path.parent.name}/migrations" for path in PACKAGE.glob("*/migrations"))
    loaded_from = Snapshot(SNAPSHOT).meta["digest"] + sources("kernel", "database", "registry/load.py", *tables)
    if is_current(LOADED, loaded_from):
        os.environ["FASTLEGE_DATABASE_URL"] = cluster.url(TEMPLATE)
        return
    with psycopg.connect(cluster.conninfo(), autocommit=True) as connection:
        connection.execute(f"drop database if exists {TEMPLATE} with (force)")
    cluster.ensure_database(TEMPLATE)
    os.environ["FASTLEGE_DATABASE_URL"] = cluster.url(TEMPLATE)
    open_django()
    from fastlege.registry.load import load_snapshot

    print("loading the nation", file=sys.stderr)
    load_snapshot(Snapshot(SNAPSHOT), by="benchmark")
    from django.db import connection as django_connection

    django_connection.close()
    django_connection.close_pool()
    LOADED.touch()
    remember(LOADED, loaded_from)


def _prepare_market() -> None:
    original = Snapshot(nation())
    made_from = original.meta["digest"] + sources("kernel") + digest_of(Path(__file__))
    if is_current(SNAPSHOT, made_from):
        return
    print("making the market", file=sys.stderr)
    with new_snapshot(SNAPSHOT) as writer:
        copy_with_places(original, writer)
    remember(SNAPSHOT, made_from)


def _prepare_plan() -> None:
    book = load_rulebook()
    made_from = Snapshot(SNAPSHOT).meta["digest"] + book.digest() + sources("kernel", "rules", "matching", "planning")
    if is_current(PLAN, made_from):
        return
    print("planning the round", file=sys.stderr)
    write_plan(plan_round(Snapshot(SNAPSHOT), on=ON, seed=1, book=book), PLAN)
    remember(PLAN, made_from)


def copy_with_places(snapshot: Snapshot, writer: SnapshotWriter) -> None:
    """The same nation with ten places more on nineteen of twenty closed lists: about 75 000 people move."""
    for name in ALL_TABLES.keys() - {"lists", "meta"}:
        writer.write(name, snapshot.table(name))
    writer.write_meta(snapshot.as_of, snapshot.meta)
    table = snapshot.table("lists")
    lengths = read_lists(snapshot, on=ON).select("list_id", pl.col("length").cast(pl.Int32))
    given = (pl.col("status") == "closed") & (pl.col("list_id") % 20 != 0)
    cap = pl.when(given).then(pl.max_horizontal("cap", pl.col("length") + 10)).otherwise("cap")
    lists = pl.DataFrame(table).join(lengths, on="list_id").with_columns(cap=cap).sort("list_id")
    writer.write("lists", lists.select(table.schema.names).to_arrow().cast(table.schema))


def open_django() -> None:
    """Let Django read its settings and make the tables, in the database that the environment names."""
    from fastlege.database.ready import open_database

    open_database()


def copied() -> dict[str, Any]:
    """A fresh copy of the loaded register, and the plan."""
    prepare()
    cluster = Cluster(FOLDER.absolute())
    with psycopg.connect(cluster.conninfo(), autocommit=True) as connection:
        connection.execute(f"drop database if exists {RUN} with (force)")
        connection.execute(f"create database {RUN} template {TEMPLATE} strategy file_copy")
        connection.execute("checkpoint")
    os.environ["FASTLEGE_DATABASE_URL"] = cluster.url(RUN)
    from fastlege.database.ready import set_up

    set_up()
    from django.db import connections

    connections["default"].close_pool()
    connections["default"].settings_dict["NAME"] = RUN
    return {"plan": read_plan(PLAN), "address": cluster.conninfo(RUN)}


def staged() -> dict[str, Any]:
    """The same, with the moves and standings in tables already."""
    state = copied()
    from fastlege.casework.rounds import applying
    from fastlege.database.copy import copy_in

    with psycopg.connect(state["address"]) as connection:
        cursor = connection.cursor()
        applying.stage(cursor, state["plan"])
        cursor.execute("create table staged as select * from moving")
        for table, rows in (("place_standings", state["plan"].places), ("list_standings", state["plan"].lists)):
            cursor.execute(f"create table staged_{table} (like {table})")
            batches = [applying.of_round(batch, ROUND) for batch in rows.to_batches()]
            copy_in(cursor, f"staged_{table}", ["round_id", *rows.schema.names], batches)
    with psycopg.connect(state["address"], autocommit=True) as connection:
        for table in ("staged", "staged_place_standings", "staged_list_standings"):
            connection.execute(f"vacuum analyze {table}")
    return state


def values_of(state: dict[str, Any]) -> dict[str, Any]:
    """The values that the statements need."""
    from fastlege.casework.rounds import applying

    return applying.values_of(state["plan"], by="benchmark", round_id=ROUND, book=load_rulebook())


@contextmanager
def one_transaction(state: dict[str, Any]):
    """A connection whose changes count from the day of the round."""
    with psycopg.connect(state["address"]) as connection:
        connection.execute("select set_config('fastlege.on', %s, true)", [ON.isoformat()])
        yield connection.cursor()


def checksum(state: dict[str, Any]) -> str:
    """One sum over everything that a round writes."""
    with psycopg.connect(state["address"]) as connection:
        return connection.execute(CHECK).fetchone()[0]


class Written:
    """What a contender has written, summed up when it is asked for: after the clock has stopped."""

    def __init__(self, state: dict[str, Any]) -> None:
        self._state = state

    def __str__(self) -> str:
        return checksum(self._state)


def limit(state: dict[str, Any]) -> Written:
    """The writes alone, from the table that holds the moves."""
    from fastlege.casework.rounds import applying

    values = values_of(state)
    with one_transaction(state) as cursor:
        for statement in (applying.MEMORY, applying.RECORD, applying.LEAVE, *applying.WRITES):
            cursor.execute(statement.replace("moving", "staged"), values)
        for table in ("place_standings", "list_standings"):
            cursor.execute(f"insert into {table} select * from staged_{table}")
    return Written(state)


def ours(state: dict[str, Any]) -> Written:
    """What `fastlege round apply` does."""
    from fastlege.casework.actions import apply_round

    apply_round(state["plan"], by="benchmark", book=load_rulebook())
    return Written(state)


def recount(state: dict[str, Any]) -> Written:
    """Set-based, and the lengths of all lists counted anew."""
    from fastlege.casework.rounds import applying

    values = values_of(state)
    with one_transaction(state) as cursor:
        cursor.execute(applying.MEMORY)
        applying.stage(cursor, state["plan"])
        for statement in (applying.RECORD, applying.LEAVE, *applying.WRITES):
            cursor.execute(statement, values)
        applying.copy_standings(cursor, state["plan"], ROUND)
        cursor.execute(RECOUNT)
    return Written(state)


ROW_BY_ROW = (
    (
        'update memberships set "end" = %(on)s, end_reason = %(reason)s'
        ' where person_id = %(person_id)s and "end" is null'
    ),
    (
        "insert into memberships (person_id, list_id, start, begin_reason, previous_end) values (%(person_id)s,"
        " %(to_list)s, %(on)s, %(reason)s, case when %(from_list)s::bigint is not null then %(on)s::date else"
        ' (select max("end") from memberships where person_id = %(person_id)s) end)'
    ),
    "delete from queue where person_id = %(person_id)s and rank >= %(rank)s",
    "delete from unplaced where person_id = %(person_id)s",
    (
        'insert into switches (person_id, from_list_id, to_list_id, "on", reason, chosen, queued_since) values'
        " (%(person_id)s, %(from_list)s, %(to_list)s, %(on)s, %(reason)s, %(chosen)s, %(queued_since)s)"
        " on conflict do nothing"
    ),
    (
        'insert into events ("on", kind, by, person_id, from_list_id, to_list_id, reason) values (%(on)s, case when'
        " %(from_list)s::bigint is null then 'placed' else 'switched' end, 'benchmark', %(person_id)s,"
        " %(from_list)s, %(to_list)s, %(reason)s)"
    ),
    (
        "insert into messages (key, kind, person_id, facts, \"on\") values ('round:' || %(person_id)s,"
        " 'place_from_queue', %(person_id)s, jsonb_build_object('list_id', %(to_list)s::bigint), %(on)s)"
    ),
    (
        "insert into round_moves (round_id, person_id, from_list_id, to_list_id, reason, rule, explanation_key,"
        " cycle_id, queued_since, rank) values (1, %(person_id)s, %(from_list)s, %(to_list)s, %(reason)s, %(rule)s,"
        " %(explanation_key)s, %(cycle_id)s, %(queued_since)s, %(rank)s)"
    ),
)


def row_by_row(state: dict[str, Any]) -> Written:
    """One statement a move and table, sent by executemany in psycopg's pipeline; lengths added up before.

    A tenth of the moves, for the whole takes minutes, and neither standings nor messages to offices: ten times the
    figure is still kind to it.
    """
    plan = state["plan"]
    moves = plan.moves.slice(0, plan.moves.num_rows // 10).to_pylist()
    change: dict[int, int] = {}
    for move in moves:
        change[move["to_list"]] = change.get(move["to_list"], 0) + 1
        if move["from_list"] is not None:
            change[move["from_list"]] = change.get(move["from_list"], 0) - 1
    status = dict.fromkeys(plan.header.lists_opened, "open") | dict.fromkeys(plan.header.lists_closed, "closed")
    touched = [(change.get(place, 0), status.get(place), place) for place in sorted(change.keys() | status.keys())]
    with one_transaction(state) as cursor:
        for statement in ROW_BY_ROW:
            cursor.executemany(statement, moves)
        cursor.executemany(
            "update lists set member_count = member_count + %s, status = coalesce(%s, status) where list_id = %s",
            touched,
        )
    return Written(state)


WORKLOAD = Workload(
    name="turnover",
    title="W3 Monthly turn-over: some 75 000 people change list in one transaction",
    goal="at most 1.5 x the same writes from an already checked staging table",
    contenders=(
        Contender("writes from a checked table", "limit", limit, staged),
        Contender("round apply", "ours", ours, copied),
        Contender("set-based, all lists counted anew", "rival", recount, copied),
        Contender("executemany, a tenth of the moves (x 10)", "rival", row_by_row, copied, same_result=False),
    ),
    rounds=3,
    at_most=1.5,
)

"""W2: loading the nation's memberships with a full no-overlap guarantee, beside a bare COPY of the same rows.

What is timed is one transaction from the rows in memory to the commit, durability on. `ours` runs the code of
`fastlege register load`: take the guards off, copy, put them back.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import psycopg
import pyarrow as pa

from benchmarks.harness import HOME, Contender, Workload, nation
from fastlege.database.cluster import Cluster
from fastlege.database.copy import copy_in
from fastlege.database.guards import put_back, take_off
from fastlege.kernel.snapshot import Snapshot
from fastlege.registry.links import Links

_FOLDER = (HOME / "load").absolute()
_DATABASE = "load_benchmark"
# The register's own table and guards, without the foreign keys to persons and lists.
_GUARDED = """
create table m (like memberships including all);
alter table m add constraint linked foreign key (person_id, previous_end) references m (person_id, "end")
    on update cascade
"""
_NO_OVERLAP = """
alter table m add exclude using gist (person_id with =, daterange(start, "end") with &&)
"""


_SUMS = """
select count(*), sum(list_id), sum(start - date '2000-01-01'), count("end"), count(previous_end) from m
"""


@dataclass(frozen=True)
class State:
    """A connection, and the rows in memory as the register links them."""

    connection: psycopg.Connection
    batches: list[pa.RecordBatch]


class Loaded:
    """What has been loaded, summed up when it is asked for: after the clock has stopped."""

    def __init__(self, state: State) -> None:
        self._state = state

    def __str__(self) -> str:
        return str(self._state.connection.execute(_SUMS).fetchone())


def prepared() -> State:
    """Start a server with durability on, make the register's tables, and read the nation's memberships."""
    cluster = Cluster(_FOLDER)
    cluster.start("shared_buffers=2GB")
    cluster.ensure_database(_DATABASE)
    os.environ["FASTLEGE_DATABASE_URL"] = cluster.url(_DATABASE)
    from fastlege.database.ready import open_database

    open_database()
    snapshot = Snapshot(nation())
    links = Links(snapshot.path("memberships"), snapshot.as_of)
    batches = [links.widen(batch) for batch in snapshot.batches("memberships", rows=1 << 18)]
    connection = psycopg.connect(cluster.conninfo(_DATABASE), autocommit=True)
    connection.execute("drop table if exists m")
    connection.execute("checkpoint")
    return State(connection, batches)


def bare(state: State) -> Loaded:
    """COPY into a heap without any guard."""
    with state.connection.transaction(), state.connection.cursor() as cursor:
        cursor.execute("create table m (like memberships)")
        _copy(cursor, state)
    return Loaded(state)


def guarded(state: State) -> Loaded:
    """Primary key, index by list and linked history, made after the rows: what the register does."""
    with state.connection.transaction(), state.connection.cursor() as cursor:
        cursor.execute(_GUARDED)
        guards = take_off(cursor, ["m"])
        _copy(cursor, state)
        put_back(cursor, guards)
    return Loaded(state)


def guarded_before(state: State) -> Loaded:
    """The same guards, kept row by row."""
    with state.connection.transaction(), state.connection.cursor() as cursor:
        cursor.execute(_GUARDED)
        _copy(cursor, state)
    return Loaded(state)


def excluded(state: State) -> Loaded:
    """Primary key, index by list and an exclusion constraint, made after the rows."""
    with state.connection.transaction(), state.connection.cursor() as cursor:
        cursor.execute("create table m (like memberships)")
        _copy(cursor, state)
        cursor.execute("set local maintenance_work_mem = '512MB'")
        cursor.execute("alter table m add primary key (person_id, start)")
        cursor.execute("create index on m (list_id)")
        cursor.execute(_NO_OVERLAP)
    return Loaded(state)


def _copy(cursor: psycopg.Cursor, state: State) -> None:
    copy_in(cursor, "m", state.batches[0].schema.names, state.batches, options="freeze")


WORKLOAD = Workload(
    name="load",
    title="Load the nation's memberships (W2)",
    goal="primary key, index by list and a full no-overlap guarantee in at most 3.6 x a bare binary COPY",
    contenders=(
        Contender("bare COPY", "limit", bare, prepared),
        Contender("COPY, then linked history", "ours", guarded, prepared),
        Contender("linked history kept row by row", "rival", guarded_before, prepared),
        Contender("COPY, then exclusion constraint", "rival", excluded, prepared),
    ),
    rounds=2,
    at_most=3.6,
)

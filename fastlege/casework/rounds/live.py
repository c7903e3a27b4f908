"""What the register says of each move of a plan now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
import psycopg
import pyarrow as pa
from psycopg import sql

from fastlege.casework.rounds.holding import what_holds
from fastlege.database.copy import copy_in
from fastlege.database.fetch import fetch_batches
from fastlege.kernel.vocabulary import Reason

ENTER_FULL = (Reason.CHILD_OF_MEMBER.value, Reason.RETURNED_WITHIN_3_YEARS.value)
"""Reasons of those who may enter a list that has no room."""

_MOVES = """
select v.person_id, v.from_list, v.to_list, q.family_id,
       v.cycle_id is null and v.reason <> all (%(rights)s) as needs_room,
       case when v.reason = %(granted)s then 0 when v.from_list is null then 1 else 2 end as class,
       coalesce((extract(epoch from q.requested_at) * 1000)::bigint,
                (u.since - date '1970-01-01') * 86400000::bigint, 0) as moment,
       case when p.status is distinct from 'resident' then 'gone'
            when m.list_id is distinct from v.from_list or m.start >= %(on)s
                 or (v.from_list is null and u.person_id is null) then 'elsewhere'
            when v.rank is not null and q.person_id is null then 'withdrawn'
            when l.list_id is null or l.status = 'locked' or l."end" <= %(on)s then 'list_takes_none' end as dropped
from moving v
left join persons p using (person_id)
left join memberships m on m.person_id = v.person_id and m."end" is null
left join queue q on q.person_id = v.person_id and q.list_id = v.to_list
left join unplaced u on u.person_id = v.person_id
left join lists l on l.list_id = v.to_list
order by v.person_id
"""

# A place that is kept for somebody who has been asked is not free.
_LISTS = """
select list_id, cap, member_count + (
    select count(*) from offers o where o.list_id = l.list_id and o.state = 'open')::int as length
from lists l order by list_id
"""

_MOVES_SCHEMA = pa.schema(
    [
        *((name, pa.int64()) for name in ("person_id", "from_list", "to_list", "family_id")),
        ("needs_room", pa.bool_()),
        ("class", pa.int16()),
        ("moment", pa.int64()),
        ("dropped", pa.string()),
    ]
)
_LISTS_SCHEMA = pa.schema([("list_id", pa.int64()), ("cap", pa.int32()), ("length", pa.int32())])
_DROPPED_SCHEMA = pa.schema([("person_id", pa.int64()), ("why", pa.string())])
_DROPPED = "create temporary table dropped (person_id bigint primary key, why text not null) on commit drop"


def drop_what_does_not_hold(cursor: psycopg.Cursor, *, on: date) -> None:
    """Note in the staged moves which cannot be made any more, and which rank those that can have now."""
    arguments = {"on": on, "rights": list(ENTER_FULL), "granted": Reason.CHOSEN_DIRECT.value}
    moves = _fetched(cursor, _MOVES, _MOVES_SCHEMA, arguments)
    lists = _fetched(cursor, _LISTS, _LISTS_SCHEMA, {})
    judged = what_holds(moves.with_columns(order=pl.struct("class", "moment", "person_id")), lists)
    out = judged.filter(pl.col("dropped").is_not_null()).select("person_id", why="dropped")
    cursor.execute(_DROPPED)
    copy_in(cursor, "dropped", ["person_id", "why"], _batches(out))
    cursor.execute("analyze dropped")
    cursor.execute("update moving v set dropped = d.why from dropped d where d.person_id = v.person_id")
    cursor.execute(
        "update moving v set rank = q.rank from queue q"
        " where q.person_id = v.person_id and q.list_id = v.to_list and v.rank <> q.rank"
    )


def _fetched(cursor: psycopg.Cursor, query: str, schema: pa.Schema, arguments: dict[str, object]) -> pl.DataFrame:
    batches = list(fetch_batches(cursor, sql.SQL(query), schema, arguments))
    return pl.DataFrame(pa.Table.from_batches(batches, schema))


def _batches(rows: pl.DataFrame) -> Sequence[pa.RecordBatch]:
    batches: list[pa.RecordBatch] = rows.to_arrow().cast(_DROPPED_SCHEMA).to_batches()
    return batches

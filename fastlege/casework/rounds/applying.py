"""Writing a plan's moves into the register: set-based, by differences, inside the transaction of the caller.

The moves travel by one COPY into a temporary table; every statement after that serves all of them at once. What is
written: the memberships that end and begin, list lengths by their differences, statuses by the rule, queue places that
were met and those wanted less, people without a list, switches, events, messages, and the round's own record of it.
Nothing is counted anew: that costs more than all the writes, and `register check` does it outside.
"""

from __future__ import annotations

from datetime import date

import psycopg
import pyarrow as pa
from django.db import connection

from fastlege.casework.rounds.live import ENTER_FULL, drop_what_does_not_hold
from fastlege.casework.rounds.telling import MOVERS, NOT_MOVED, OFFICES
from fastlege.database.copy import copy_in
from fastlege.kernel.errors import DataError
from fastlege.kernel.periods import years_before
from fastlege.messages.actions import queueing
from fastlege.planning.plan import Plan
from fastlege.registry.journal import EventKind
from fastlege.rules.parameters import Rulebook

_COLUMNS = [
    *("person_id", "from_list", "to_list", "reason", "chosen", "rule", "explanation_key", "cycle_id"),
    *("exchanged_from", "queued_since", "rank"),
]

_MOVING = """
create temporary table moving (
    person_id bigint not null, from_list bigint, to_list bigint not null, reason text not null,
    chosen boolean not null, rule text not null, explanation_key text not null, cycle_id bigint, exchanged_from bigint,
    queued_since date, rank smallint, dropped text) on commit drop
"""

RECORD = """
insert into round_moves (round_id, person_id, from_list_id, to_list_id, reason, rule, explanation_key, cycle_id,
                         exchanged_from_id, queued_since, rank, dropped)
select %(round)s, person_id, from_list, to_list, reason, rule, explanation_key, cycle_id, exchanged_from, queued_since,
       rank, dropped
from moving
"""

LEAVE = """
update memberships m set "end" = %(on)s, end_reason = v.reason
from moving v
where m.person_id = v.person_id and m.list_id = v.from_list and m."end" is null and m.start < %(on)s
"""

# Known from the day they hold, so `known_on` and `end_known_on` stay null. Those without a list follow on the last row
# they had, if they ever had one.
_ENTER = """
insert into memberships (person_id, list_id, start, begin_reason, previous_end)
select v.person_id, v.to_list, %(on)s, v.reason,
       case when v.from_list is not null then %(on)s
            else (select max(m."end") from memberships m where m.person_id = v.person_id) end
from moving v
"""

_UNPLACED = "delete from unplaced u using moving v where u.person_id = v.person_id"

_QUEUE = """
delete from queue q using moving v where q.person_id = v.person_id and v.rank is not null and q.rank >= v.rank
"""

# Switches granted earlier stand there already.
_SWITCHES = """
insert into switches (person_id, from_list_id, to_list_id, "on", reason, chosen, queued_since)
select person_id, from_list, to_list, %(on)s, reason, chosen, queued_since from moving
on conflict (person_id, "on", to_list_id) do nothing
"""

# The plan says which lists opened or closed on the way. From there the rule: a list closes when it has no place left,
# and opens when enough are free; one that is locked stays so.
LISTS_FOLLOW = """
with differences as (
    select list_id, sum(change)::int as change from (
        select to_list as list_id, 1 as change from moving where to_list is not null
        union all select from_list, -1 from moving where from_list is not null) c group by list_id),
after as (
    select list_id, was, length, case
        when was = 'locked' then was when length >= cap then 'closed'
        when planned = 'closed' and cap - length < %(reopens_at)s then 'closed' else 'open' end as status
    from (select l.list_id, l.status as was, l.cap, l.member_count + coalesce(d.change, 0) as length,
                 case when l.list_id = any(%(opened)s::bigint[]) then 'open'
                      when l.list_id = any(%(closed)s::bigint[]) then 'closed' else l.status end as planned
          from lists l left join differences d using (list_id) where l."end" is null or l."end" > %(on)s) n),
changed as (
    update lists l set member_count = a.length, status = a.status from after a
    where l.list_id = a.list_id and (l.member_count <> a.length or l.status <> a.status)
    returning l.list_id, l.status, a.was)
insert into events ("on", kind, by, to_list_id)
select %(on)s, case status when 'open' then %(list_opened)s else %(list_closed)s end, %(by)s, list_id
from changed where status <> was
"""

# A list that grew is within its cap, but for those with a right to enter a full one, who may have passed the place on
# in a ring; and where a ring was to take a place from somebody who keeps it after all, the ring is not unwound.
_ABOVE_CAP = """
with came as (
    select to_list as list_id, count(*) filter (where reason = any(%(rights)s)) as by_right from moving group by 1),
passed_on as (
    select exchanged_from as list_id, count(*) as passed_on from moving
    where exchanged_from is not null and exchanged_from is distinct from from_list group by 1),
stayed as (
    select exchanged_from_id as list_id, count(*) as stayed from round_moves
    where round_id = %(round)s and dropped is not null and cycle_id is not null group by 1),
differences as (
    select list_id, sum(change) as change from (
        select to_list as list_id, 1 as change from moving
        union all select from_list, -1 from moving where from_list is not null) c group by list_id)
select count(*)
from lists l join came using (list_id) join differences d using (list_id) left join stayed using (list_id)
left join passed_on using (list_id)
where l.member_count - by_right - coalesce(passed_on, 0) - coalesce(stayed, 0)
      > greatest(l.cap, l.member_count - d.change)
"""

_EVENTS = """
insert into events ("on", kind, by, person_id, from_list_id, to_list_id, reason)
select %(on)s, case when from_list is null then %(placed)s else %(switched)s end, %(by)s,
       person_id, from_list, to_list, reason
from moving
"""

WRITES = (_ENTER, _UNPLACED, _QUEUE, _SWITCHES, LISTS_FOLLOW, _EVENTS, queueing(MOVERS), queueing(OFFICES))
"""What follows when everybody has left the list they were on."""

MEMORY = "set local work_mem = '128MB'"
"""For the joins of a nation's round."""


def values_of(plan: Plan, *, by: str, round_id: int, book: Rulebook) -> dict[str, object]:
    """The values that the statements need."""
    on = plan.header.on
    return {
        "on": on,
        "by": by,
        "round": round_id,
        "key": f"round:{round_id}",
        "grown": years_before(on, book.whole("child.decides_alone_from_age", on=on)),
        "reopens_at": reopens_at(on, book),
        "opened": list(plan.header.lists_opened),
        "closed": list(plan.header.lists_closed),
        "placed": EventKind.PLACED.value,
        "switched": EventKind.SWITCHED.value,
        "list_opened": EventKind.LIST_OPENED.value,
        "list_closed": EventKind.LIST_CLOSED.value,
    }


def reopens_at(on: date, book: Rulebook) -> int:
    """How many places must be free before a closed list opens; refuses rules that the statements do not carry out."""
    if (rule := book.text("list.closed_when", on=on)) != "length >= cap":
        raise DataError(
            f"list.closed_when says {rule!r}; the register can only close a list when length >= cap.",
            where="parameters.csv",
            remedy="Another rule takes another version of this software.",
        )
    return book.whole("list.reopen_free_places", on=on)


def write_moves(plan: Plan, values: dict[str, object], *, changed: bool) -> int:
    """Write a plan's moves, within the caller's transaction; how many were made.

    `changed` says that the register is not as the plan found it, so that what does not hold any more is dropped. Raises
    `DataError` when somebody does not stand where the plan says, and when a list would grow above its cap.
    """
    with connection.cursor() as wrapped:
        cursor: psycopg.Cursor = wrapped.cursor
        cursor.execute(MEMORY)
        stage(cursor, plan)
        if changed:
            drop_what_does_not_hold(cursor, on=plan.header.on)
        cursor.execute(RECORD, values)
        if changed:
            cursor.execute(queueing(NOT_MOVED), values)
            cursor.execute("delete from moving where dropped is not null")
        (made, leaving) = cursor.execute("select count(*), count(from_list) from moving").fetchone() or (0, 0)
        ended = cursor.execute(LEAVE, values).rowcount
        if ended != leaving:
            raise DataError(
                f"{leaving - ended} of {leaving} people do not stand on the list that the plan moves them from.",
                remedy="Export the register again and make a new plan.",
            )
        for statement in WRITES:
            cursor.execute(statement, values)
        _refuse_above_cap(cursor, values)
        return int(made)


def stage(cursor: psycopg.Cursor, plan: Plan) -> None:
    """Put the moves in a temporary table of this transaction."""
    cursor.execute(_MOVING)
    copy_in(cursor, "moving", _COLUMNS, plan.moves.select(_COLUMNS).to_batches())
    cursor.execute("analyze moving")


def write_standings(plan: Plan, round_id: int) -> None:
    """Store what the plan says of every queue place and every list, within the caller's transaction."""
    with connection.cursor() as wrapped:
        copy_standings(wrapped.cursor, plan, round_id)


def copy_standings(cursor: psycopg.Cursor, plan: Plan, round_id: int) -> None:
    """Append the plan's queue places and lists to the tables of standings."""
    for table, rows in (("place_standings", plan.places), ("list_standings", plan.lists)):
        batches = (of_round(batch, round_id) for batch in rows.to_batches())
        copy_in(cursor, table, ["round_id", *rows.schema.names], batches)


def of_round(batch: pa.RecordBatch, round_id: int) -> pa.RecordBatch:
    """The batch with the round's number in front."""
    number = pa.repeat(pa.scalar(round_id, pa.int64()), batch.num_rows)
    return pa.RecordBatch.from_arrays([number, *batch.columns], ["round_id", *batch.schema.names])


def _refuse_above_cap(cursor: psycopg.Cursor, values: dict[str, object]) -> None:
    """The plan has seen to it; the register does not take its word for it."""
    row = cursor.execute(_ABOVE_CAP, {"rights": list(ENTER_FULL), "round": values["round"]}).fetchone()
    if row and row[0]:
        raise DataError(
            f"{row[0]} lists would grow above their cap.", remedy="Export the register again and make a new plan."
        )

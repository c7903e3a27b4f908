"""Writing a plan's moves into the register: set-based, by differences, inside the transaction of the caller.

The moves travel by one COPY into a temporary table; every statement after that serves all of them at once. What is
written: the memberships that end and begin, list lengths by their differences, statuses, queue places that were met and
those wanted less, people without a list, switches and events. Nothing is counted anew: that costs more than all the
writes, and `register check` does it outside.
"""

from __future__ import annotations

import psycopg
from django.db import connection

from fastlege.database.copy import copy_in
from fastlege.kernel.errors import DataError
from fastlege.kernel.vocabulary import Reason
from fastlege.planning.plan import Plan
from fastlege.registry.journal import EventKind

_COLUMNS = ["person_id", "from_list", "to_list", "reason", "chosen", "queued_since", "rank"]

_ENTER_CLOSED = (Reason.CHILD_OF_MEMBER, Reason.RETURNED_WITHIN_3_YEARS)

_MOVING = """
create temporary table moving (
    person_id bigint not null, from_list bigint, to_list bigint not null, reason text not null,
    chosen boolean not null, queued_since date, rank smallint) on commit drop
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

_LISTS = """
with differences as (
    select list_id, sum(change) as change from (
        select to_list as list_id, 1 as change from moving
        union all select from_list, -1 from moving where from_list is not null) c group by list_id),
statuses as (
    select unnest(%(opened)s::bigint[]) as list_id, 'open' as status
    union all select unnest(%(closed)s::bigint[]), 'closed')
update lists l set member_count = l.member_count + coalesce(d.change, 0), status = coalesce(s.status, l.status)
from differences d full join statuses s using (list_id)
where l.list_id = coalesce(d.list_id, s.list_id)
"""

# A list that grew is within its cap, but for those with a right to enter a closed list.
_ABOVE_CAP = """
with came as (
    select to_list, count(*) filter (where reason = any(%(rights)s)) as by_right from moving group by to_list),
    differences as (
    select list_id, sum(change) as change from (
        select to_list as list_id, 1 as change from moving
        union all select from_list, -1 from moving where from_list is not null) c group by list_id)
select count(*) from lists l join came on came.to_list = l.list_id join differences d using (list_id)
where l.member_count - came.by_right > greatest(l.cap, l.member_count - d.change)
"""

_EVENTS = """
insert into events ("on", kind, by, person_id, from_list_id, to_list_id, reason)
select %(on)s, case when from_list is null then %(placed)s else %(switched)s end, %(by)s,
       person_id, from_list, to_list, reason
from moving
"""

_LIST_EVENTS = """
insert into events ("on", kind, by, to_list_id)
select %(on)s, %(kind)s, %(by)s, unnest(%(lists)s::bigint[])
"""


WRITES = (_ENTER, _UNPLACED, _QUEUE, _SWITCHES, _LISTS, _EVENTS)
"""What follows when everybody has left the list they were on."""


def values_of(plan: Plan, *, by: str) -> dict[str, object]:
    """The values that the statements need."""
    return {
        "on": plan.header.on,
        "by": by,
        "opened": list(plan.header.lists_opened),
        "closed": list(plan.header.lists_closed),
        "placed": EventKind.PLACED.value,
        "switched": EventKind.SWITCHED.value,
    }


def write_moves(plan: Plan, *, by: str) -> None:
    """Write all of a plan's moves, within the caller's transaction on the plan's day.

    Raises `DataError` when somebody does not stand where the plan says, and when a list would grow above its cap.
    """
    opened, closed = list(plan.header.lists_opened), list(plan.header.lists_closed)
    values = values_of(plan, by=by)
    with connection.cursor() as wrapped:
        cursor: psycopg.Cursor = wrapped.cursor
        stage(cursor, plan)
        ended = cursor.execute(LEAVE, values).rowcount
        leaving = plan.moves.num_rows - plan.moves["from_list"].null_count
        if ended != leaving:
            raise DataError(
                f"{leaving - ended} of {leaving} people do not stand on the list that the plan moves them from.",
                remedy="Export the register again and make a new plan.",
            )
        for statement in WRITES:
            cursor.execute(statement, values)
        for kind, lists in ((EventKind.LIST_OPENED, opened), (EventKind.LIST_CLOSED, closed)):
            cursor.execute(_LIST_EVENTS, {**values, "kind": kind.value, "lists": lists})
        _refuse_above_cap(cursor)


def stage(cursor: psycopg.Cursor, plan: Plan) -> None:
    """Put the moves in a temporary table of this transaction."""
    cursor.execute(_MOVING)
    copy_in(cursor, "moving", _COLUMNS, plan.moves.select(_COLUMNS).to_batches())
    cursor.execute("analyze moving")


def _refuse_above_cap(cursor: psycopg.Cursor) -> None:
    """The plan has seen to it; the register does not take its word for it."""
    row = cursor.execute(_ABOVE_CAP, {"rights": [reason.value for reason in _ENTER_CLOSED]}).fetchone()
    if row and row[0]:
        raise DataError(
            f"{row[0]} lists would grow above their cap.", remedy="Export the register again and make a new plan."
        )

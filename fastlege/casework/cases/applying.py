"""Carrying out a case on its day: everybody moved or first in line, the cap changed or the lists ended, all told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl
import psycopg
import pyarrow as pa
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from psycopg import sql

from fastlege.casework.cases.steps import case_of, locked_case
from fastlege.casework.cases.telling import DISPLACED, ENDED, QUEUED, grown_before
from fastlege.casework.models import CaseKind, Displacement, ListCase
from fastlege.casework.rounds.applying import LEAVE, LISTS_FOLLOW, reopens_at
from fastlege.casework.rounds.holding import what_holds
from fastlege.casework.rounds.telling import OFFICES
from fastlege.database.fetch import fetch_batches
from fastlege.kernel.errors import DataError, Violation, refuse_if
from fastlege.kernel.vocabulary import Reason
from fastlege.messages.actions import queueing
from fastlege.registry import journal
from fastlege.registry.journal import EventKind
from fastlege.registry.models import Membership
from fastlege.rules.parameters import Rulebook

NOT_SIGNED = "case.not_signed"
FINISHED = "case.finished"

_MOVING = """
create temporary table moving (
    person_id bigint primary key, from_list bigint not null, to_list bigint, reason text not null,
    chosen boolean not null, rule text not null, explanation_key text not null, queued_since date, rank smallint,
    metres bigint) on commit drop
"""

# Those who still stand where the plan found them. The others have found a place of their own, or are gone.
_STAY = """
insert into moving
select d.person_id, d.from_list_id, d.to_list_id, d.reason, d.chosen, d.rule, d.explanation_key, d.queued_since,
       q.rank, d.metres
from displacements d
join memberships m on m.person_id = d.person_id and m.list_id = d.from_list_id and m."end" is null and m.start < %(on)s
left join queue q on q.person_id = d.person_id and q.list_id = d.to_list_id and d.rank is not null
where d.case_id = %(case)s
"""

# Whoever has come to a list that ends since it was planned leaves it like the others.
_CAME_SINCE = """
insert into moving
select m.person_id, m.list_id, %(successor)s, %(reason)s, false, %(rule)s, %(late_key)s, null, null, null
from memberships m
where m.list_id = any(%(lists)s) and m."end" is null and m.start < %(on)s
and not exists (select from moving v where v.person_id = m.person_id)
"""

_WANTED = """
select v.person_id, v.to_list, p.household_id as family_id, v.explanation_key like '%%\\_wish' as is_wish,
       coalesce(v.queued_since - date '1970-01-01', 1000000) as since,
       case when l."end" is not null or l.status = 'locked' then 'list_takes_none' end as dropped
from moving v join persons p using (person_id) join lists l on l.list_id = v.to_list
order by v.person_id
"""
_WANTED_SCHEMA = pa.schema(
    [
        *((name, pa.int64()) for name in ("person_id", "to_list", "family_id")),
        ("is_wish", pa.bool_()),
        ("since", pa.int64()),
        ("dropped", pa.string()),
    ]
)
_ROOM = """
select list_id, cap, member_count + (
    select count(*) from offers o where o.list_id = l.list_id and o.state = 'open')::int as length
from lists l order by list_id
"""
_ROOM_SCHEMA = pa.schema([("list_id", pa.int64()), ("cap", pa.int32()), ("length", pa.int32())])

_FIRST_IN_LINE = """
update moving set to_list = null, rank = null, metres = null, queued_since = null, chosen = false,
       explanation_key = %(late_key)s
where person_id = any(%(persons)s)
"""

_ENTER = """
insert into memberships (person_id, list_id, start, begin_reason, previous_end)
select person_id, to_list, %(on)s, reason, %(on)s from moving where to_list is not null
"""
_UNPLACED = "insert into unplaced (person_id, since) select person_id, %(on)s from moving where to_list is null"
_SWITCHES = """
insert into switches (person_id, from_list_id, to_list_id, "on", reason, chosen, queued_since)
select person_id, from_list, to_list, %(on)s, reason, chosen, queued_since from moving where to_list is not null
on conflict (person_id, "on", to_list_id) do nothing
"""
# A wish that was met ends with all that were wanted less; a list that one was given without asking is no wish any more.
_QUEUE = """
delete from queue q using moving v
where q.person_id = v.person_id and (q.list_id = v.to_list or (v.rank is not null and q.rank >= v.rank))
"""
_EVENTS = """
insert into events ("on", kind, by, person_id, from_list_id, to_list_id, reason)
select %(on)s, case when to_list is null then %(unplaced)s else %(switched)s end, %(by)s, person_id, from_list, to_list,
       reason
from moving
"""
# Wishes that are left count from one again.
_RANKS = """
update queue q set rank = r.rank
from (select person_id, list_id, row_number() over (partition by person_id order by rank) as rank from queue
      where person_id in (select person_id from moving union select person_id from queueing)) r
where q.person_id = r.person_id and q.list_id = r.list_id and q.rank <> r.rank
"""
_QUEUEING = """
create temporary table queueing on commit drop as
select distinct person_id from queue where list_id = any(%(ended)s)
"""
_CAP = "update lists set cap = %(cap)s where list_id = any(%(lists)s)"
_END = (
    "update offers set state = 'lapsed', answered_on = %(on)s where state = 'open' and list_id = any(%(lists)s)",
    "delete from queue where list_id = any(%(lists)s)",
    'update doctor_periods set "end" = %(on)s, end_reason = %(reason)s'
    ' where list_id = any(%(lists)s) and start < %(on)s and ("end" is null or "end" > %(on)s)',
    'update lists set "end" = %(on)s, end_reason = %(reason)s where list_id = any(%(lists)s)',
)
_LIST_EVENTS = """
insert into events ("on", kind, by, to_list_id, reason)
select %(on)s, %(list_event)s, %(by)s, unnest(%(lists)s::bigint[]), %(reason)s
"""
_OUTCOMES = (
    """
update displacements d set outcome = case when v.person_id is null then 'left_before'
           when v.to_list is null then 'first_in_line' else 'moved' end,
       to_list_id = case when v.person_id is null then d.to_list_id else v.to_list end,
       explanation_key = coalesce(v.explanation_key, d.explanation_key)
from displacements o left join moving v using (person_id)
where o.case_id = %(case)s and d.case_id = o.case_id and d.person_id = o.person_id
""",
    """
insert into displacements (case_id, person_id, from_list_id, to_list_id, reason, chosen, rule, explanation_key, outcome)
select %(case)s, person_id, from_list, to_list, reason, chosen, rule, explanation_key,
       case when to_list is null then 'first_in_line' else 'moved' end
from moving v where not exists (select from displacements d where d.case_id = %(case)s and d.person_id = v.person_id)
""",
)

_REASONS = {
    CaseKind.REDUCTION.value: (Reason.LIST_REDUCTION, "reduction_first_in_line", EventKind.CAP_CHANGED),
    CaseKind.CLOSURE.value: (Reason.PRACTICE_CLOSED, "closure_first_in_line", EventKind.LIST_ENDED),
    CaseKind.TAKEOVER.value: (Reason.TAKEOVER, "takeover", EventKind.LIST_ENDED),
}
_RULES = {
    CaseKind.REDUCTION.value: "waiting.unplaced_before_waiting_list",
    CaseKind.CLOSURE.value: "waiting.unplaced_before_waiting_list",
    CaseKind.TAKEOVER.value: "list.takeover_transfers_whole_list",
}


@dataclass(frozen=True)
class Done:
    """What applying a case came to. `now` is false when it had been applied before: then nothing was done."""

    now: bool
    moved: int
    first_in_line: int
    left_before: int


def apply_case(case_id: int, *, by: str, book: Rulebook, on: date | None = None) -> Done:
    """Carry out a signed case in one transaction; a second time does nothing. `on` is the day of recording.

    Those who have left the list themselves are let be. A place that somebody has taken since the plan is not given
    twice: the household that was to have it is first in line instead.
    """
    try:
        with journal.on_day(_day_of_recording(case_id, on), alone=True):
            case = locked_case(case_id)
            if case.applied_at is not None:
                return _done(case, now=False)
            refuse_if(_check_ready(case))
            _refuse_coming(case)
            with connection.cursor() as wrapped:
                _write(wrapped.cursor, case, _values_of(case, by=by, book=book))
            case.applied_by, case.applied_at = by, Now()
            case.save(update_fields=["applied_by", "applied_at"])
            return _done(case, now=True)
    except DatabaseError as error:
        raise DataError(
            f"the database refused the case, and nothing was written: {str(error).splitlines()[0]}",
            remedy="`fastlege register check` finds what is wrong in the register.",
        ) from error


def _day_of_recording(case_id: int, on: date | None) -> date:
    effective = case_of(case_id).on
    if on is not None and on > effective:
        raise DataError(
            f"the case takes effect on {effective}; it cannot be recorded on {on}, when it is past.",
            remedy="Give that day or an earlier one.",
        )
    return on or effective


def _check_ready(case: ListCase) -> list[Violation]:
    if case.withdrawn_at is not None:
        return [Violation(FINISHED)]
    return [] if case.signed_at is not None else [Violation(NOT_SIGNED)]


def _refuse_coming(case: ListCase) -> None:
    """Places given on a list from the day it ends, or later, would have nowhere to begin."""
    if case.kind == CaseKind.REDUCTION:
        return
    coming = Membership.objects.filter(list_id__in=case.list_ids, end=None, start__gte=case.on).count()
    if coming:
        raise DataError(
            f"{coming} people have been given places on the lists from {case.on} or later.",
            remedy="Give them another list first: these end.",
        )


def _values_of(case: ListCase, *, by: str, book: Rulebook) -> dict[str, object]:
    reason, late_key, list_event = _REASONS[case.kind]
    ends = case.kind != CaseKind.REDUCTION
    return {
        "on": case.on,
        "by": by,
        "case": case.pk,
        "kind": case.kind,
        "key": f"case:{case.pk}",
        "lists": case.list_ids,
        "ended": case.list_ids if ends else [],
        "successor": case.successor_id,
        "cap": case.cap,
        "reason": reason.value,
        "rule": _RULES[case.kind],
        "late_key": late_key,
        "grown": grown_before(case.on, book),
        "reopens_at": reopens_at(case.on, book),
        "opened": [],
        "closed": [],
        "switched": EventKind.SWITCHED.value,
        "unplaced": EventKind.UNPLACED.value,
        "list_opened": EventKind.LIST_OPENED.value,
        "list_closed": EventKind.LIST_CLOSED.value,
        "list_event": list_event.value,
    }


def _write(cursor: psycopg.Cursor, case: ListCase, values: dict[str, object]) -> None:
    ends = case.kind != CaseKind.REDUCTION
    for statement in (_MOVING, _STAY, *([_CAME_SINCE] if ends else [])):
        cursor.execute(statement, values)
    if case.kind != CaseKind.TAKEOVER:
        _keep_within_room(cursor, values)
    _leave(cursor, values)
    told = (DISPLACED, OFFICES, *((ENDED, QUEUED) if ends else ()))
    statements = (
        *(_ENTER, _UNPLACED, _SWITCHES, _QUEUEING, _QUEUE, *(() if ends else (_CAP,)), LISTS_FOLLOW, _EVENTS),
        *(queueing(rows) for rows in told),
        *(_END if ends else ()),
        *(_RANKS, _LIST_EVENTS, *_OUTCOMES),
    )
    for statement in statements:
        cursor.execute(statement, values)


def _leave(cursor: psycopg.Cursor, values: dict[str, object]) -> None:
    (leaving,) = cursor.execute("select count(*) from moving").fetchone() or (0,)
    if cursor.execute(LEAVE, values).rowcount != leaving:
        raise DataError("some of those who must leave do not stand on the list.", remedy="Plan the case again.")


def _keep_within_room(cursor: psycopg.Cursor, values: dict[str, object]) -> None:
    """Let households be first in line whose place has been taken, or whose list takes nobody any more."""
    wanted = _fetched(cursor, _WANTED, _WANTED_SCHEMA)
    if not wanted.height:
        return
    judged = what_holds(
        wanted.with_columns(
            from_list=pl.lit(None, pl.Int64),
            needs_room=pl.lit(True),
            order=pl.struct(~pl.col("is_wish"), "since", "family_id", "person_id"),
        ),
        _fetched(cursor, _ROOM, _ROOM_SCHEMA),
    )
    persons = judged.filter(pl.col("dropped").is_not_null())["person_id"].to_list()
    cursor.execute(_FIRST_IN_LINE, {**values, "persons": persons})


def _fetched(cursor: psycopg.Cursor, query: str, schema: pa.Schema) -> pl.DataFrame:
    return pl.DataFrame(pa.Table.from_batches(list(fetch_batches(cursor, sql.SQL(query), schema, {})), schema))


def _done(case: ListCase, *, now: bool) -> Done:
    outcomes = list(Displacement.objects.filter(case=case).values_list("outcome", flat=True))
    return Done(now, *(outcomes.count(word) for word in ("moved", "first_in_line", "left_before")))

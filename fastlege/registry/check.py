"""Every invariant of the register, checked set by set over all rows: those the database keeps, and those it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

# Each query gives the ids of the rows that are wrong; ids point at no one outside the register.
_CHECKS: dict[str, str] = {
    "no two memberships of a person overlap": """
        select person_id from (select person_id, start, lag("end", 1, '-infinity'::date) over w as before,
            row_number() over w as number from memberships window w as (partition by person_id order by start)) m
        where number > 1 and (before is null or before > start)""",
    "each membership names the end of the one before it": """
        select person_id from (select person_id, previous_end, lag("end") over (partition by person_id order by start)
            as before from memberships) m
        where previous_end is distinct from before""",
    "a membership ends after it starts": """select person_id from memberships where "end" <= start""",
    "a membership has an end and a reason for it, or neither": """
        select person_id from memberships where ("end" is null) <> (end_reason is null)""",
    "a membership belongs to a person": """
        select m.person_id from memberships m left join persons p using (person_id) where p.person_id is null""",
    "a membership belongs to a list": """
        select m.person_id from memberships m left join lists l using (list_id) where l.list_id is null""",
    "a membership lies within the days of its list": """
        select m.person_id from memberships m join lists l using (list_id)
        where m.start < l.start or coalesce(m."end", 'infinity') > coalesce(l."end", 'infinity')""",
    "the length of a list is the number of its members": """
        select l.list_id from lists l left join (select list_id, count(*) as members from memberships
            where "end" is null group by list_id) m using (list_id)
        where l.member_count <> coalesce(m.members, 0)""",
    "a person who is dead, abroad or has opted out stands on no list": """
        select p.person_id from persons p join memberships m using (person_id)
        where p.status <> 'resident' and m."end" is null""",
    "a person without a list is noted as unplaced, and no other": """
        select coalesce(p.person_id, u.person_id) from (select person_id from persons p where status = 'resident'
            and not exists (select from memberships m where m.person_id = p.person_id and m."end" is null)) p
        full join unplaced u using (person_id) where p.person_id is null or u.person_id is null""",
    "nobody queues for the list they are on": """
        select q.person_id from queue q join memberships m using (person_id, list_id) where m."end" is null""",
    "only residents queue": """
        select q.person_id from queue q join persons p using (person_id) where p.status <> 'resident'""",
    "the ranks of a person's queue places count from one": """
        select person_id from queue group by person_id having max(rank) <> count(*) or min(rank) <> 1""",
    "no list has two regular GPs on one day": """
        select a.list_id from doctor_periods a join doctor_periods b using (list_id)
        where a.id < b.id and a.relationship = 'regular' and b.relationship = 'regular'
        and daterange(a.start, a."end") && daterange(b.start, b."end")""",
    "a list that has ended has no members": """
        select l.list_id from lists l where l."end" is not null and l.member_count > 0""",
    "nobody has custody of a child twice on one day": """
        select a.child_id from custody a join custody b using (child_id, adult_id)
        where a.start < b.start and coalesce(a."end", 'infinity') > b.start""",
    "custody that one has alone is not shared": """
        select distinct a.child_id from custody a join custody b using (child_id)
        where a.kind = 'sole' and b.kind <> 'guardian' and a.adult_id <> b.adult_id
        and daterange(a.start, a."end") && daterange(b.start, b."end")""",
    "a person waits with one family at most": """
        select person_id from queue where family_id is not null group by person_id
        having count(distinct family_id) > 1""",
    "an offer that is open is for one who waits there": """
        select f.id from offers f left join queue q using (person_id, list_id)
        where f.state = 'open' and q.person_id is null""",
    "a switch changes the list": """select person_id from switches where from_list_id = to_list_id""",
    "a basic unit lies in one of the municipalities": """
        select p.person_id from persons p left join basic_units b using (basic_unit) where b.basic_unit is null""",
    "the database's own constraints are all there and valid": """
        select oid::bigint from pg_constraint where not convalidated and connamespace = 'public'::regnamespace""",
}
_SHOWN = 5


@dataclass(frozen=True)
class Finding:
    """What one check found: how many rows break it, and the ids of the first of them."""

    check: str
    rows: int
    first: tuple[int, ...]


def check_register(more: Mapping[str, str] | None = None) -> list[Finding]:
    """Check every invariant in one moment of the register; a finding without rows means that it holds.

    `more` are queries of rooms above: by what must hold, the ids of the rows for which it does not.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("set local work_mem = '256MB'")
        return findings(cursor, {**_CHECKS, **(more or {})})


def findings(cursor: CursorWrapper, checks: Mapping[str, str] = _CHECKS) -> list[Finding]:
    """What each check finds in the running transaction."""
    return [_run(cursor, check, query) for check, query in checks.items()]


def _run(cursor: CursorWrapper, check: str, query: str) -> Finding:
    first = f"(array_agg(id order by id))[1:{_SHOWN}]"
    cursor.execute(f"with wrong (id) as ({query}) select count(*), {first} from wrong")
    count, ids = cursor.fetchone() or (0, None)
    return Finding(check, count, tuple(ids or ()))

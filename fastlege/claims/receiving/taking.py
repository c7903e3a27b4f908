"""From the tables of what came in to those of what was taken, a statement a table."""

from __future__ import annotations

from datetime import date
from typing import LiteralString

import psycopg

_MESSAGES: LiteralString = """
insert into claim_messages (digest, status, message_id, practitioner, practice_id, sent_at, received_on, received_by,
    errors)
select digest, case when errors = '[]' then 'received' else 'refused' end, message_id, practitioner, practice_id,
    sent_at, %(on)s, %(by)s, errors
from incoming_messages order by n
"""

_IDS: LiteralString = """
insert into incoming_ids (n, position, bill_id)
select n, position, nextval(pg_get_serial_sequence('claim_bills', 'id'))
from (select b.n, b.position from incoming_bills b join incoming_messages m using (n) where m.errors = '[]'
    order by b.n, b.position) o
"""

_LINES: LiteralString = """
insert into claim_lines (bill_id, line, code, count, amount_ore, share_ore)
select i.bill_id, l.line, l.code, l.count, l.amount_ore, l.share_ore
from incoming_lines l join incoming_ids i using (n, position) order by i.bill_id, l.line
"""

# The doctor works for the list that the patient stands on, where the doctor serves it that day, and else for the
# doctor's first one. What employed doctors and those in their first posts earn is the municipality's. The lists that a
# doctor serves are asked for once a day, and where patients stand only for doctors with several.
_BILLS: LiteralString = """
with days as (
    select distinct practitioner, "on" from incoming_bills where setting = 'gp'),
serving as materialized (
    select w.practitioner, w."on", r.list_id, r.relationship = 'regular' as is_regular,
        case when l.salaried or r.relationship = 'lis1' then l.municipality end as employer,
        count(*) over (partition by w.practitioner, w."on") > 1 as has_others
    from days w join doctors d on d.hpr = w.practitioner
    join doctor_periods r on r.doctor_id = d.doctor_id and r.start <= w."on" and (r."end" is null or r."end" > w."on")
    join lists l using (list_id)),
works as materialized (
    select distinct on (b.n, b.position) b.n, b.position, s.list_id, s.employer
    from incoming_bills b join serving s using (practitioner, "on")
    left join incoming_people p on s.has_others and p.patient = b.patient
    left join lateral (
        select true as is_there from memberships m
        where s.has_others and m.person_id = p.person_id and m.list_id = s.list_id and m.start <= b."on"
            and (m."end" is null or m."end" > b."on")
        limit 1) own on true
    where b.setting = 'gp'
    order by b.n, b.position, own.is_there is null, not s.is_regular, s.list_id)
insert into claim_bills (id, message_id, position, practitioner, bill_number, content, doctor_id, list_id, person_id,
    payee, payee_municipality, "on", "time", setting, place, performed_by, diagnoses, minutes, exemption, circumstances,
    group_size, distance_km, line_count, amount_ore, share_ore)
select i.bill_id, c.id, b.position, b.practitioner, b.bill_number, b.content, d.doctor_id, w.list_id, p.person_id,
    case when coalesce(w.employer, v.municipality) is null then 'gp' else 'municipality' end,
    coalesce(w.employer, v.municipality), b."on", b."time", b.setting, b.place, b.performed_by, b.diagnoses, b.minutes,
    b.exemption, b.circumstances, b.group_size, b.distance_km, b.line_count, b.amount_ore, b.share_ore
from incoming_bills b join incoming_ids i using (n, position) join incoming_messages m using (n)
join claim_messages c on c.digest = m.digest
left join doctors d on d.hpr = b.practitioner
left join incoming_people p on p.patient = b.patient
left join municipalities v on b.setting = 'municipal_web_doctor' and v.municipality = b.place
left join works w using (n, position)
order by i.bill_id
"""

_CREDITS: LiteralString = """
insert into claim_credits (message_id, position, practitioner, credit_number, bill_number, amount_ore)
select c.id, k.position, k.practitioner, k.credit_number, k.bill_number, k.amount_ore
from incoming_credits k join incoming_messages m using (n) join claim_messages c on c.digest = m.digest
where m.errors = '[]' order by k.n, k.position
"""


def take(cursor: psycopg.Cursor, *, on: date, by: str) -> tuple[int, int]:
    """Take what was laid down and not dropped; how many messages were received, and how many refused."""
    cursor.execute(_MESSAGES, {"on": on, "by": by})
    for statement in (_IDS, "analyze incoming_ids", _LINES, _BILLS, _CREDITS):
        cursor.execute(statement)
    counted = cursor.execute(
        "select count(*) filter (where errors = '[]'), count(*) filter (where errors <> '[]') from incoming_messages"
    ).fetchone()
    received, refused = counted or (0, 0)
    return received, refused

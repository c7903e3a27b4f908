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
# doctor's first one. What employed doctors and those in their first posts earn is the municipality's.
_BILLS: LiteralString = """
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
left join lateral (
    select r.list_id, case when l.salaried or r.relationship = 'lis1' then l.municipality end as employer
    from doctor_periods r join lists l using (list_id)
    left join memberships s on s.list_id = r.list_id and s.person_id = p.person_id and s.start <= b."on"
        and (s."end" is null or s."end" > b."on")
    where b.setting = 'gp' and r.doctor_id = d.doctor_id and r.start <= b."on" and (r."end" is null or r."end" > b."on")
    order by s.person_id is null, r.relationship <> 'regular', r.list_id limit 1
) w on true
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

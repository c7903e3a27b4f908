"""Which of the messages laid down have been sent before, whole or in part.

The same content again is the same message and has its answer. Another message under a number that has been used is
refused. Within one file the first in line comes first, as if they had been sent one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, LiteralString

import orjson
import psycopg

from fastlege.rules.claims.messages.message import DUPLICATE

_ID = "message_id"
_WORDS = {
    "message_id": "has been sent before, with another content",
    "bills": "the doctor has used this bill number before",
    "credits": "the doctor has used this number of a credit note before",
}

_ANSWERED: LiteralString = "delete from incoming_messages m using claim_messages c where c.digest = m.digest"
_REPEATED: LiteralString = """
delete from incoming_messages m
using (select digest, min(n) as n from incoming_messages group by digest having count(*) > 1) f
where f.digest = m.digest and m.n > f.n
"""

# Every use of a number that is used more than once, here or in the tables, in the order in which they came.
_USES: LiteralString = """
with uses as (
    select n, 'message_id' as field, 0 as position, message_id as a, '' as b from incoming_messages where errors = '[]'
    union all
    select n, 'bills', position, practitioner, bill_number
    from incoming_bills join incoming_messages using (n, practitioner)
    union all
    select n, 'credits', position, practitioner, credit_number
    from incoming_credits join incoming_messages using (n, practitioner)),
taken as (
    select 'message_id' as field, m.message_id as a, '' as b
    from incoming_messages m join claim_messages c on c.message_id = m.message_id and c.status = 'received'
    union
    select 'bills', i.practitioner, i.bill_number
    from incoming_bills i join claim_bills using (practitioner, bill_number)
    union
    select 'credits', i.practitioner, i.credit_number
    from incoming_credits i join claim_credits using (practitioner, credit_number)),
many as (select field, a, b from uses group by field, a, b having count(*) > 1 union select field, a, b from taken)
select u.n, u.field, u.position, u.a, u.b, t.field is not null
from uses u join many using (field, a, b) left join taken t using (field, a, b)
order by u.n, u.field = 'message_id' desc, u.field, u.position
"""

_REFUSE: LiteralString = """
update incoming_messages m set errors = r.errors from unnest(%s::int[], %s::jsonb[]) r (n, errors) where m.n = r.n
"""


def drop_repeated(cursor: psycopg.Cursor) -> None:
    """Take away the messages that have been answered already, and all but the first of those that say the same."""
    cursor.execute(_ANSWERED)
    cursor.execute(_REPEATED)


def refuse_used_numbers(cursor: psycopg.Cursor) -> None:
    """Refuse messages whose id, bill number or number of a credit note another received one has."""
    cursor.execute(_USES)
    uses: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for n, *use in cursor.fetchall():
        uses[n].append(tuple(use))
    used: set[tuple[str, str, str]] = set()
    refused: dict[int, str] = {}
    for n, of_message in uses.items():
        if errors := list(_errors(of_message, used)):
            refused[n] = orjson.dumps(errors).decode()
        else:
            used.update((field, a, b) for field, _, a, b, _ in of_message)
    cursor.execute(_REFUSE, [list(refused), list(refused.values())])


def _errors(uses: list[tuple[Any, ...]], used: set[tuple[str, str, str]]) -> Iterable[dict[str, str]]:
    within: dict[tuple[str, str, str], int] = defaultdict(int)
    for field, _, a, b, _ in uses:
        within[field, a, b] += 1
    for field, position, a, b, taken in uses:
        if taken or (field, a, b) in used or within[field, a, b] > 1:
            number = "bill_number" if field == "bills" else "credit_number"
            where = field if field == _ID else f"{field}.{position}.{number}"
            yield {"code": DUPLICATE, "where": where, "what": _WORDS[field]}

"""What is decided about credit notes: whole bills only, once, and not too old."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import LiteralString

import orjson
from django.db import connection

from fastlege.kernel.periods import months_later
from fastlege.rules.claims.bill import Breach
from fastlege.rules.claims.messages.stored import breach_to_json
from fastlege.rules.parameters import Rulebook

LIMIT = "claim.credit_limit"
_SOURCE = "claim message"

# A credit note waits for the control of its bill. Only what came before it, or with it, can be taken back.
_WAITING: LiteralString = """
select k.id, k.amount_ore, m.received_on, b.id, b.amount_ore, b."on", r.approved, e.credit_id is not null
from claim_credits k join claim_messages m on m.id = k.message_id
left join claim_bills b on b.practitioner = k.practitioner and b.bill_number = k.bill_number
    and b.message_id <= k.message_id
left join claim_results r on r.bill_id = b.id
left join claim_credit_results e on e.bill_id = b.id and e.approved
where not exists (select from claim_credit_results d where d.credit_id = k.id)
    and (b.id is null or r.bill_id is not null)
order by k.id
"""
_DECIDED: LiteralString = """
insert into claim_credit_results (credit_id, bill_id, approved, "on", breaches)
select credit, bill, breaches = '[]', %s, breaches
from unnest(%s::bigint[], %s::bigint[], %s::jsonb[]) d (credit, bill, breaches)
"""


@dataclass(frozen=True)
class _Note:
    id: int
    amount: int
    received: date
    bill_id: int | None
    bill_amount: int
    bill_on: date
    bill_approved: bool
    credited: bool


def decide_credits(*, on: date, book: Rulebook) -> list[int]:
    """Decide all credit notes whose bill has been controlled; the bills that they take back."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        notes = [_Note(*row) for row in cursor.fetchall()]
        if not notes:
            return []
        taken: set[int | None] = set()
        decided: list[tuple[int, int | None, str]] = []
        for note in notes:
            breaches = list(_breaches(note, taken, book))
            if not breaches:
                taken.add(note.bill_id)
            decided.append((note.id, note.bill_id, orjson.dumps([breach_to_json(one) for one in breaches]).decode()))
        cursor.execute(_DECIDED, [on, *map(list, zip(*decided, strict=True))])
    return sorted(bill for bill in taken if bill is not None)


def _breaches(note: _Note, taken: set[int | None], book: Rulebook) -> Iterator[Breach]:
    if note.bill_id is None:
        yield Breach("credit_of_unknown_bill", (), _SOURCE)
        return
    if not note.bill_approved:
        yield Breach("credit_of_refused_bill", (), _SOURCE)
        return
    if note.credited or note.bill_id in taken:
        yield Breach("credited_before", (), _SOURCE)
    if note.amount != note.bill_amount:
        yield Breach("credit_not_whole", (), book.row(LIMIT, on=note.received).source)
    last = months_later(note.bill_on, 12 * book.whole(LIMIT, on=note.received))
    if note.received > last:
        facts: dict[str, object] = {"on": note.bill_on, "last": last}
        yield Breach("credit_too_late", (), book.row(LIMIT, on=note.received).source, 0, facts)

"""Which bills and credit notes are due, as one statement, and what each payee is owed or gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString

from django.db import connection

# What the state owes for approved bills, and what it takes back for those that were paid and then credited.
DUE: LiteralString = """
select b.id as bill_id, 'bill' as part, b.amount_ore - b.share_ore as amount_ore,
    b.payee, case when b.payee = 'gp' then b.doctor_id end as doctor_id, b.payee_municipality as municipality
from claim_results r join claim_bills b on b.id = r.bill_id
where r.approved and r."on" <= %(until)s and b.amount_ore > b.share_ore
    and not exists (select from claim_credit_results c where c.bill_id = b.id and c.approved)
    and not exists (select from claim_payments p where p.bill_id = b.id and p.part = 'bill' and not p.withdrawn)
union all
select b.id, 'credit', b.share_ore - b.amount_ore,
    b.payee, case when b.payee = 'gp' then b.doctor_id end, b.payee_municipality
from claim_credit_results c join claim_bills b on b.id = c.bill_id
join claim_payments paid on paid.bill_id = b.id and paid.part = 'bill' and not paid.withdrawn
join claim_payouts o on o.id = paid.payout_id and o.state = 'paid'
where c.approved and c."on" <= %(until)s
    and not exists (select from claim_payments p where p.bill_id = b.id and p.part = 'credit' and not p.withdrawn)
"""

_SUMS: LiteralString = """
select payee, doctor_id, municipality, count(*) filter (where part = 'bill'), count(*) filter (where part = 'credit'),
    sum(amount_ore)::bigint
from ({rows}) d group by payee, doctor_id, municipality order by payee, doctor_id, municipality
"""


_IN_PAYOUT: LiteralString = """
select p.bill_id, p.part, p.amount_ore, b.payee, case when b.payee = 'gp' then b.doctor_id end as doctor_id,
    b.payee_municipality as municipality
from claim_payments p join claim_payouts o on o.id = p.payout_id join claim_bills b on b.id = p.bill_id
where o.run = %(run)s
"""


@dataclass(frozen=True)
class PayeeSum:
    """What one payee is owed: a doctor (`payee` is "gp"), or the municipality that employs doctors.

    Below nought where more was taken back than earned: that waits until later bills outweigh it.
    """

    payee: str
    doctor_id: int | None
    municipality: str | None
    bills: int
    credits: int
    amount_ore: int


def payable(until: date) -> list[PayeeSum]:
    """What each payee is owed for all that was approved or credited up to a day and has not been sent to payment."""
    return _sums(DUE, {"until": until})


def payout_sums(run: str) -> list[PayeeSum]:
    """What each payee gets in the payout of a run; nothing when there is none."""
    return _sums(_IN_PAYOUT, {"run": run})


def _sums(rows: LiteralString, values: Mapping[str, Any]) -> list[PayeeSum]:
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.replace("{rows}", rows), dict(values))
        return [PayeeSum(*row) for row in cursor.fetchall()]

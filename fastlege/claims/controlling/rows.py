"""Bills as the control reads them, each with what the registers know: one statement for a part of many bills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import LiteralString, NamedTuple

from django.db import connection

from fastlege.rules.claims.bill import Bill, Line, Performer, Setting

# Free cards, doctors at the same minute and work billed before are told from what has been decided until now.
_ROWS: LiteralString = """
select b.id, b.bill_number, b.practitioner, b.performed_by is not null, b.setting, b."on", b."time", b.minutes,
    b.exemption, b.circumstances, b.group_size, b.distance_km, coalesce(l.codes, '{}'), coalesce(l.counts, '{}'),
    coalesce(l.amounts, '{}'), coalesce(l.shares, '{}'),
    b.place, m.received_on, b.doctor_id, b.list_id, b.person_id, b.payee_municipality, b.content,
    p.birth_date, d.specialist_since,
    exists (select from memberships s where s.person_id = b.person_id and s.list_id = b.list_id
        and s.start <= b."on" and (s."end" is null or s."end" > b."on")),
    exists (select from free_cards f where f.person_id = b.person_id and f.year = extract(year from b."on")
        and (f.from_on, f.from_time) <= (b."on", b."time")),
    exists (select from claim_bills o join claim_results r on r.bill_id = o.id and r.approved
        where o.list_id = b.list_id and o."on" = b."on"
            and o."time" between date_trunc('minute', b."time"::interval)::time
                and (date_trunc('minute', b."time"::interval) + interval '59.999999 seconds')::time
            and o.doctor_id <> b.doctor_id
            and not exists (select from claim_credit_results c where c.bill_id = o.id and c.approved)),
    exists (select from claim_bills o join claim_results r on r.bill_id = o.id and r.approved
        where o.content = b.content
            and not exists (select from claim_credit_results c where c.bill_id = o.id and c.approved))
from claim_bills b join claim_messages m on m.id = b.message_id
left join persons p on p.person_id = b.person_id
left join doctors d on d.doctor_id = b.doctor_id
left join lateral (
    select array_agg(l.code order by l.line) as codes, array_agg(l.count order by l.line) as counts,
        array_agg(l.amount_ore order by l.line) as amounts, array_agg(l.share_ore order by l.line) as shares
    from claim_lines l where l.bill_id = b.id) l on true
where b.id = any(%s) order by b.id
"""


class Raw(NamedTuple):
    """A row as the database gives it: a bill, its keys, and facts of the register and of earlier decisions."""

    id: int
    bill_number: str
    practitioner: str
    nurse: bool
    setting: str
    on: date
    time: time
    minutes: int | None
    exemption: str
    circumstances: list[str]
    group_size: int | None
    distance_km: str | None
    codes: list[str]
    counts: list[int]
    amounts: list[int]
    shares: list[int]
    place: str
    received: date
    doctor_id: int | None
    list_id: int | None
    person_id: int | None
    payee_municipality: str | None
    content: str
    birth: date | None
    specialist_since: date | None
    own_list: bool
    free_card: bool
    other_at_minute: bool
    billed_before: bool


@dataclass(frozen=True)
class Row:
    """One bill to be looked at by itself, and what the database gave with it."""

    raw: Raw
    bill: Bill

    @property
    def moment(self) -> tuple[int | None, date, int, int]:
        """The minute at which a doctor worked for a list."""
        return self.raw.list_id, self.bill.on, self.bill.at.hour, self.bill.at.minute


def read_rows(ids: Sequence[int]) -> list[Raw]:
    """The bills with these ids, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [list(ids)])
        return list(map(Raw._make, cursor.fetchall()))


def row_of(raw: Raw) -> Row:
    """A bill to be looked at by itself."""
    bill = Bill(
        number=raw.bill_number,
        practitioner=raw.practitioner,
        performer=Performer.NURSE if raw.nurse else Performer.DOCTOR,
        setting=Setting(raw.setting),
        at=datetime.combine(raw.on, raw.time),
        lines=tuple(map(Line, raw.codes, raw.counts, raw.amounts, raw.shares)),
        minutes=raw.minutes,
        exemption=raw.exemption,
        circumstances=frozenset(raw.circumstances),
        group_size=raw.group_size,
        distance_km=None if raw.distance_km is None else Decimal(raw.distance_km),
        municipality=raw.place,
    )
    return Row(raw, bill)


def specialist_on(on: date, since: date | None) -> date | None:
    """Since when a doctor has been a specialist on a day; None for one who is none then."""
    return since if since and since <= on else None

"""A person's shares of one year as the person sees them: what counted, the free card, and what was paid too much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import LiteralString

from django.db import connection

from fastlege.access.viewers import Viewer
from fastlege.registry.resident.people import may_act_for
from fastlege.rules.parameters import Rulebook
from fastlege.rules.shares.counting import ceiling_of

_MOST = 400

_ROWS: LiteralString = """
select b."on", b."time", d.name, b.share_ore, r.counted_ore, b.exemption,
    exists (select from claim_credit_results c where c.bill_id = b.id and c.approved)
from claim_bills b join claim_results r on r.bill_id = b.id and r.approved join doctors d on d.doctor_id = b.doctor_id
where b.person_id = %(person)s and b."on" >= make_date(%(year)s, 1, 1) and b."on" < make_date(%(year)s + 1, 1, 1)
order by b."on" desc, b."time" desc, b.id desc limit %(most)s
"""
_SUM: LiteralString = """
select coalesce(sum(r.counted_ore), 0)::bigint
from claim_bills b join claim_results r on r.bill_id = b.id and r.approved
where b.person_id = %(person)s and b."on" >= make_date(%(year)s, 1, 1) and b."on" < make_date(%(year)s + 1, 1, 1)
    and not exists (select from claim_credit_results c where c.bill_id = b.id and c.approved)
"""
_CARD: LiteralString = """
select from_on, from_time, issued_on from free_cards where person_id = %(person)s and year = %(year)s
order by from_on, from_time limit 1
"""
_OVER: LiteralString = """
select coalesce(sum(change_ore), 0)::bigint from share_differences where person_id = %(person)s and year = %(year)s
"""
_YEARS: LiteralString = """
select distinct extract(year from b."on")::int
from claim_bills b join claim_results r on r.bill_id = b.id and r.approved
where b.person_id = %(person)s order by 1 desc
"""


@dataclass(frozen=True)
class PaidShare:
    """The share of one visit. `counted_ore` is what of it counts towards the ceiling; a credited one counts nothing."""

    on: date
    time: time
    doctor: str
    share_ore: int
    counted_ore: int
    exemption: str
    credited: bool


@dataclass(frozen=True)
class Card:
    """The free card: from when, and when it was issued."""

    from_on: date
    from_time: time
    issued_on: date


@dataclass(frozen=True)
class ShareYear:
    """One person's shares in a calendar year; no ceiling for a year for which none has been set.

    `rows` are the latest first; `is_whole` says that none is left out. `years` are those that have any, and this one.
    """

    year: int
    ceiling_ore: int | None
    paid_ore: int
    over_ore: int
    card: Card | None
    rows: list[PaidShare]
    is_whole: bool
    years: list[int]

    @property
    def left_ore(self) -> int | None:
        """What is left until the ceiling."""
        return None if self.ceiling_ore is None else max(0, self.ceiling_ore - self.paid_ore)


def shares_of(viewer: Viewer, person_id: int, *, year: int, on: date, book: Rulebook) -> ShareYear:
    """The shares of one person whom the viewer chooses for; others are refused, and a look at another is logged."""
    may_act_for(viewer, person_id, on=on)
    values = {"person": person_id, "year": year, "most": _MOST}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, values)
        rows = [PaidShare(*row) for row in cursor.fetchall()]
        cursor.execute(_SUM, values)
        (paid,) = cursor.fetchone() or (0,)
        cursor.execute(_CARD, values)
        card = cursor.fetchone()
        cursor.execute(_OVER, values)
        (over,) = cursor.fetchone() or (0,)
        cursor.execute(_YEARS, values)
        years = [number for (number,) in cursor.fetchall()]
    return ShareYear(
        year=year,
        ceiling_ore=ceiling_of(year, book),
        paid_ore=paid,
        over_ore=over,
        card=None if card is None else Card(*card),
        rows=rows,
        is_whole=len(rows) < _MOST,
        years=sorted({*years, on.year}, reverse=True),
    )

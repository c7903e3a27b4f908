"""How persons stand towards the ceiling after some bills were approved or taken back: one statement for all of them.

The same as `fastlege.rules.shares.one_person`, over the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, LiteralString

from django.db import connection

from fastlege.messages.actions import queueing
from fastlege.messages.kinds import MessageKind
from fastlege.rules.parameters import Rulebook
from fastlege.rules.shares.counting import ceiling_of

_YEARS: LiteralString = """
select distinct extract(year from b."on")::int from claim_bills b where b.id = any(%s)
"""

# `touched`: the persons and years of the bills. `counted`: what counts of their bills, in order of service, with the
# sum until each. A card is given for the first bill that brings the sum to the ceiling, unless there is one from that
# moment or before. What was paid above the ceiling is written as the difference from what was written before.
_STANDINGS: LiteralString = """
create temporary table share_standings on commit drop as
with touched as (
    select distinct b.person_id, c.year, c.ceiling
    from claim_bills b join unnest(%(years)s::int[], %(ceilings)s::bigint[]) c (year, ceiling)
        on c.year = extract(year from b."on")
    where b.id = any(%(bills)s)),
counted as (
    select t.person_id, t.year, b.id, b."on", b."time", r.counted_ore, t.ceiling,
        sum(r.counted_ore) over (partition by t.person_id, t.year order by b."on", b."time", b.id) as total
    from touched t
    join claim_bills b on b.person_id = t.person_id
        and b."on" >= make_date(t.year, 1, 1) and b."on" < make_date(t.year + 1, 1, 1)
    join claim_results r on r.bill_id = b.id and r.approved and r.counted_ore > 0
    where not exists (select from claim_credit_results c where c.bill_id = b.id and c.approved)),
reached as (
    select distinct on (person_id, year) person_id, year, id, "on", "time" from counted where total >= ceiling
    order by person_id, year, "on", "time", id),
paid as (select person_id, year, sum(counted_ore) as paid from counted group by person_id, year)
select t.person_id, t.year, t.ceiling, coalesce(p.paid, 0)::bigint as paid, r.id as bill_id, r."on", r."time"
from touched t left join paid p using (person_id, year) left join reached r using (person_id, year)
"""

_CARDS: LiteralString = """
insert into free_cards (person_id, year, from_on, from_time, bill_id, ceiling_ore, issued_on)
select s.person_id, s.year, s."on", s."time", s.bill_id, s.ceiling, %(on)s
from share_standings s
where s.bill_id is not null and not exists (
    select from free_cards f where f.person_id = s.person_id and f.year = s.year
        and (f.from_on, f.from_time) <= (s."on", s."time"))
order by s.person_id, s.year
"""

_DIFFERENCES: LiteralString = """
insert into share_differences (person_id, year, change_ore, paid_ore, ceiling_ore, "on")
select s.person_id, s.year, greatest(0, s.paid - s.ceiling) - w.before, s.paid, s.ceiling, %(on)s
from share_standings s cross join lateral (
    select coalesce(sum(d.change_ore), 0)::bigint as before from share_differences d
    where d.person_id = s.person_id and d.year = s.year) w
where greatest(0, s.paid - s.ceiling) <> w.before
order by s.person_id, s.year
"""

# One message a year: a card that is moved to an earlier moment is the same card.
_TOLD: LiteralString = queueing(f"""
select format('free card %%s %%s', f.person_id, f.year) as key, '{MessageKind.FREE_CARD_ISSUED.value}' as kind,
    f.person_id, null::bigint as office_id, null::bigint as concerns_id,
    jsonb_build_object('year', f.year::text, 'from_day', f.from_on, 'ceiling', f.ceiling_ore / 100) as facts,
    f.issued_on as "on"
from share_standings s join free_cards f using (person_id, year) where s.bill_id = f.bill_id
""")


def recalculate(bills: Sequence[int], *, on: date, book: Rulebook) -> None:
    """Bring free cards and differences in line for the persons and years of some bills, and tell who got a card.

    A card once given stays, also when a credit note brings the sum below the ceiling: the holder has relied on it. A
    year without a known ceiling has no card.
    """
    if not bills:
        return
    with connection.cursor() as cursor:
        cursor.execute(_YEARS, [list(bills)])
        ceilings = {year: ceiling_of(year, book) for (year,) in cursor.fetchall()}
        known = {year: ceiling for year, ceiling in ceilings.items() if ceiling is not None}
        values: dict[str, Any] = {
            "bills": list(bills),
            "years": list(known),
            "ceilings": list(known.values()),
            "on": on,
        }
        cursor.execute("drop table if exists share_standings")
        for statement in (_STANDINGS, "analyze share_standings", _CARDS, _DIFFERENCES, _TOLD):
            cursor.execute(statement, values)

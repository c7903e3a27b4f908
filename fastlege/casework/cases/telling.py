"""Who is told what of a case: those drawn, those who move or lose their place, and the offices."""

from __future__ import annotations

from datetime import date
from typing import LiteralString

from fastlege.kernel.periods import years_before
from fastlege.registry.actions.telling import readers_of
from fastlege.rules.parameters import Rulebook

DRAWN: LiteralString = f"""
select %(key)s || ':' || r.concerned || ':' || r.reader as key, 'reduction_drawn' as kind, r.reader as person_id,
       null::bigint as office_id, nullif(r.concerned, r.reader) as concerns_id,
       jsonb_build_object('list_id', l.list_id, 'list_name', l.called, 'from_day', %(effective)s::date,
                          'draw', %(case)s::bigint) as facts,
       %(on)s::date as "on"
from ({readers_of("moving")}) r join lists_called(%(on)s) l on l.list_id = %(list)s
"""

# For those without a new list the old one is the only one that the words name. The day before, it still had its GP.
DISPLACED: LiteralString = f"""
select %(key)s || ':' || r.concerned || ':' || r.reader as key,
       case when %(kind)s = 'takeover' then 'taken_over'
            else %(kind)s || case when v.to_list is null then '_first_in_line' else '_placed' end end as kind,
       r.reader as person_id, null::bigint as office_id, nullif(r.concerned, r.reader) as concerns_id,
       jsonb_strip_nulls(jsonb_build_object('list_id', l.list_id, 'list_name', l.called, 'from_list_id', o.list_id,
           'from_list_name', o.called, 'from_day', %(on)s::date, 'case', %(case)s::bigint)) as facts,
       %(on)s::date as "on"
from ({readers_of("moving")}) r join moving v on v.person_id = r.concerned
join lists_called((%(on)s::date - 1)) o on o.list_id = v.from_list
left join lists_called(%(on)s) l on l.list_id = v.to_list
"""

ENDED: LiteralString = """
select %(key)s || ':ends:' || l.list_id as key, 'list_ends' as kind, null::bigint as person_id, o.office_id,
       null::bigint as concerns_id,
       jsonb_build_object('list_id', l.list_id, 'list_name', l.called, 'from_day', %(on)s::date,
           'departures', (select count(*) from moving v where v.from_list = l.list_id)) as facts,
       %(on)s::date as "on"
from lists o join lists_called((%(on)s::date - 1)) l using (list_id) where o.list_id = any(%(lists)s)
"""

# Those who queued for a list that is no more.
QUEUED: LiteralString = f"""
select %(key)s || ':queue:' || l.list_id || ':' || r.concerned || ':' || r.reader as key, 'queue_ended' as kind,
       r.reader as person_id, null::bigint as office_id, nullif(r.concerned, r.reader) as concerns_id,
       jsonb_build_object('list_id', l.list_id, 'list_name', l.called) as facts, %(on)s::date as "on"
from ({readers_of("queueing")}) r
join queue q on q.person_id = r.concerned and q.list_id = any(%(lists)s)
join lists_called((%(on)s::date - 1)) l on l.list_id = q.list_id
"""


def grown_before(on: date, book: Rulebook) -> date:
    """Who was born after this day is told through those who choose for them."""
    return years_before(on, book.whole("child.decides_alone_from_age", on=on))

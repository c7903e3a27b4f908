"""Who is told what when a round is applied: everybody who moves, and the offices that they leave and come to."""

from __future__ import annotations

from typing import LiteralString

from fastlege.registry.actions.telling import readers_of

MOVERS: LiteralString = f"""
select %(key)s || ':' || r.concerned || ':' || r.reader as key,
       case v.reason when 'chosen_direct' then 'switched' when 'allocated' then 'place_given'
            when 'child_of_member' then 'place_by_right' when 'returned_within_3_years' then 'place_by_right'
            when 'cycle' then 'place_by_exchange' when 'swap' then 'place_by_exchange'
            else 'place_from_queue' end as kind,
       r.reader as person_id, null::bigint as office_id, nullif(r.concerned, r.reader) as concerns_id,
       jsonb_build_object('list_id', l.list_id, 'list_name', l.called, 'from_day', %(on)s::date) as facts,
       %(on)s::date as "on"
from ({readers_of("moving")}) r join moving v on v.person_id = r.concerned
join lists_called(%(on)s) l on l.list_id = v.to_list
"""

# Who was to get a place that has gone meanwhile, by no doing of their own, is told that the queue place is kept.
NOT_MOVED: LiteralString = f"""
select 'dropped:' || %(round)s || ':' || r.concerned || ':' || r.reader as key, 'move_dropped' as kind,
       r.reader as person_id, null::bigint as office_id, nullif(r.concerned, r.reader) as concerns_id,
       jsonb_build_object('list_id', l.list_id, 'list_name', l.called, 'from_day', %(on)s::date) as facts,
       %(on)s::date as "on"
from ({readers_of("moving")}) r join moving v on v.person_id = r.concerned
join lists_called(%(on)s) l on l.list_id = v.to_list
where v.dropped in ('no_room', 'family', 'list_takes_none') and v.rank is not null
"""

OFFICES: LiteralString = """
select %(key)s || ':office:' || o.office_id as key, 'changes_of_month' as kind, null::bigint as person_id, o.office_id,
       null::bigint as concerns_id,
       jsonb_build_object('from_day', %(on)s::date, 'arrivals', sum(c.arrivals), 'departures', sum(c.departures),
           'lists', jsonb_agg(jsonb_build_object('list_id', l.list_id, 'list_name', l.called,
               'arrivals', c.arrivals, 'departures', c.departures) order by l.list_id)) as facts,
       %(on)s::date as "on"
from (select list_id, sum(came) as arrivals, sum(went) as departures from (
          select to_list as list_id, 1 as came, 0 as went from moving
          union all select from_list, 0, 1 from moving where from_list is not null) m group by list_id) c
join lists o using (list_id) join lists_called(%(on)s) l using (list_id)
group by o.office_id
"""

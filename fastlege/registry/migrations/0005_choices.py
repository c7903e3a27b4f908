# What a choice needs in few round trips: who may act for whom, locks and facts together, all writes of a switch together.
# No limit of the law stands here: ages come as arguments, and whether a choice is allowed is decided by the rules in
# Python, from the facts, while the rows are locked. Never edited once merged.

from django.db import migrations, models

# A viewer acts for themselves from the age at which one chooses alone; for children below it, with custody; and for
# wards of any age. Under a care order nobody at home chooses. A custodian who does not live with a child whose address
# is protected learns nothing of where it is.
ACTING = """
create function acting_for(viewer bigint, day date, alone_from int)
returns table (person_id bigint, capacity text) language sql stable as $$
    select v.person_id, 'self' from persons v
    where v.person_id = viewer and v.status <> 'dead'
      and v.birth_date <= (day - make_interval(years => alone_from))::date
    union all
    select c.child_id, case when bool_or(c.kind <> 'guardian') then 'custodian' else 'guardian' end
    from persons v
        join custody c on c.adult_id = v.person_id
        join persons p on p.person_id = c.child_id
    where v.person_id = viewer and v.status <> 'dead'
      and v.birth_date <= (day - make_interval(years => alone_from))::date
      and c.start <= day and (c."end" is null or c."end" > day)
      and (c.kind = 'guardian' or (
          p.birth_date > (day - make_interval(years => alone_from))::date
          and not exists (select from care_orders o where o.child_id = c.child_id
                          and o.start <= day and (o."end" is null or o."end" > day))
          and (p.household_id = v.household_id
               or not exists (select from protected_addresses a where a.person_id = c.child_id))))
    group by c.child_id
$$;
"""

# `to_list` may be null: then nothing is asked about entering a list.
FACTS = """
create function choice_facts(ids bigint[], to_list bigint, day date)
returns table (
    person_id bigint, birth_date date, status text, household_id bigint, municipality text,
    list_id bigint, member_since date, begin_reason text, last_list bigint, last_end date, last_end_reason text,
    gp_left_on date, switched_on date[], moved_on date, parents bigint[], parent_is_member boolean,
    left_list_on date, moved_back_on date, removed_by_gp boolean, places jsonb, offers jsonb,
    extra_switches bigint[], in_care boolean, custodians bigint[])
language sql stable as $$
    select p.person_id, p.birth_date, p.status, p.household_id, p.municipality,
        m.list_id, m.start, m.begin_reason, last.list_id, last."end", last.end_reason,
        (select max(d."end") from doctor_periods d where d.list_id = m.list_id and d.relationship = 'regular'
            and d."end" > m.start and d."end" <= day),
        array(select distinct s."on" from switches s where s.person_id = p.person_id and s.chosen order by 1),
        (select max(e."on") from events e where e.person_id = p.person_id and e.kind = 'moved' and e."on" <= day
            and not exists (select from events s where s.person_id = p.person_id and s.kind = 'switched'
                            and s.id > e.id)),
        array_remove(array[p.mother_id, p.father_id], null),
        exists (select from memberships o where o.list_id = to_list and o."end" is null
                and o.person_id in (p.mother_id, p.father_id)),
        (select o."end" from memberships o where o.person_id = p.person_id and o.list_id = to_list
            and o."end" is not null order by o.start desc limit 1),
        (select e."on" from events e join lists l on l.list_id = to_list
            where e.person_id = p.person_id and e.kind in ('moved', 'immigrated')
              and e.details ->> 'to' = l.municipality order by e."on" desc limit 1),
        exists (select from memberships o where o.person_id = p.person_id and o.list_id = to_list
                and o.end_reason = 'removed_for_violence'),
        (select coalesce(jsonb_agg(jsonb_build_object('list', q.list_id, 'rank', q.rank, 'family', q.family_id)
                                   order by q.rank), '[]')
            from queue q where q.person_id = p.person_id),
        (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'list', f.list_id)), '[]')
            from offers f where f.person_id = p.person_id and f.state = 'open'),
        array(select x.id from extra_switches x where x.person_id = p.person_id and x.used_on is null order by x.id),
        exists (select from care_orders o where o.child_id = p.person_id and o.start <= day
                and (o."end" is null or o."end" > day)),
        array(select c.adult_id from custody c left join persons v on v.person_id = c.adult_id
              where c.child_id = p.person_id and c.kind <> 'guardian'
              and c.start <= day and (c."end" is null or c."end" > day) and v.status is distinct from 'dead'
              and (v.household_id = p.household_id
                   or not exists (select from protected_addresses a where a.person_id = p.person_id)) order by 1)
    from persons p
        left join memberships m on m.person_id = p.person_id and m."end" is null
        left join lateral (select o.list_id, o."end", o.end_reason from memberships o
            where o.person_id = p.person_id and o."end" is not null order by o.start desc limit 1) last on true
    where p.person_id = any(ids)
$$;
"""

# One round trip before the rules decide: the day of the transaction is set; of the persons those that the viewer may
# act for are locked in the order of their ids, then the lists; and what the rules need is read behind the locks.
BEGIN = """
create function begin_choice(
    viewer bigint, ids bigint[], to_lists bigint[], day date, alone_from int, receipt uuid, out answer jsonb)
-- Plans are kept: making one anew takes many times what carrying it out takes.
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    allowed bigint[];
    concerned bigint[];
begin
    lock table changes in row exclusive mode;
    perform set_config('fastlege.on', day::text, true);
    if viewer is null then
        allowed := ids;
    else
        allowed := array(select a.person_id from acting_for(viewer, day, alone_from) a where a.person_id = any(ids));
    end if;
    allowed := array(select l.person_id from (select p.person_id from persons p where p.person_id = any(allowed)
                     order by p.person_id for no key update) l);
    concerned := array(select l.list_id from (select l.list_id from lists l
        where l.list_id = any(to_lists || array(select m.list_id from memberships m
            where m.person_id = any(allowed) and m."end" is null))
        order by l.list_id for no key update) l);
    answer := jsonb_build_object(
        'begins', (select begins from register_state),
        'receipt', (select jsonb_build_object('viewer', r.viewer_id, 'kind', r.kind, 'on', r."on", 'facts', r.facts)
            from receipts r where r.key = receipt),
        'lists', (select coalesce(jsonb_agg(jsonb_build_object(
                'id', l.list_id, 'name', l.name, 'cap', l.cap, 'length', l.member_count, 'status', l.status,
                'end', l."end", 'office', l.office_id, 'office_name', o.name, 'reserved',
                (select count(*) from offers f where f.list_id = l.list_id and f.state = 'open'))), '[]')
            from lists l join offices o using (office_id) where l.list_id = any(concerned)),
        'persons', (select coalesce(jsonb_agg(to_jsonb(f) || jsonb_build_object('capacity', a.capacity)), '[]')
            from choice_facts(allowed, to_lists[1], day) f
                left join acting_for(viewer, day, alone_from) a using (person_id)));
end $$;
"""

# All writes of a switch of one or several persons to one list. `moves` says for each person what the rules came to;
# `lengths` the new length and status of each list; the lists and persons are locked by `begin_choice`.
WRITE = """
create function write_switches(
    moves jsonb, to_list bigint, starts date, day date, done_by text, lengths jsonb, receipt jsonb) returns void
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    one record;
begin
    for one in select * from jsonb_to_recordset(moves) as m (
        person_id bigint, from_list bigint, reason text, chosen boolean, extra_switch bigint, details jsonb)
    loop
        if one.from_list is not null then
            -- A place that had not begun is taken back; the one before it then ends no later than the new one starts.
            delete from memberships m where m.person_id = one.person_id and m."end" is null and m.start >= starts;
            update memberships m set "end" = starts, end_reason = one.reason, end_known_on = null
                where m.person_id = one.person_id and (m."end" is null or m."end" > starts);
        end if;
        insert into memberships (person_id, list_id, start, begin_reason, previous_end)
            select one.person_id, to_list, starts, one.reason, max(m."end") from memberships m
            where m.person_id = one.person_id;
        if one.from_list is null then
            delete from unplaced u where u.person_id = one.person_id;
        end if;
        update offers f set state = case when f.list_id = to_list then 'accepted' else 'lapsed' end, answered_on = day
            where f.person_id = one.person_id and f.state = 'open';
        perform leave_queue(array[one.person_id], to_list);
        if one.extra_switch is not null then
            update extra_switches x set used_on = day where x.id = one.extra_switch;
        end if;
        insert into switches (person_id, from_list_id, to_list_id, "on", reason, chosen)
            values (one.person_id, one.from_list, to_list, starts, one.reason, one.chosen)
            on conflict (person_id, "on", to_list_id) do nothing;
        insert into events ("on", kind, by, person_id, from_list_id, to_list_id, reason, details)
            values (day, 'switched', done_by, one.person_id, one.from_list, to_list, one.reason, one.details);
    end loop;
    perform set_lengths(lengths, day, done_by);
    if receipt is not null then
        insert into receipts (key, viewer_id, "on", kind, facts)
            values ((receipt ->> 'key')::uuid, (receipt ->> 'viewer')::bigint, day, receipt ->> 'kind',
                    receipt -> 'facts');
    end if;
end $$;

create function leave_queue(ids bigint[], from_list bigint) returns int
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    given_up int;
begin
    if not exists (select from queue q where q.person_id = any(ids) and q.list_id = from_list) then
        return 0;
    end if;
    with gone as (delete from queue q where q.person_id = any(ids) and q.list_id = from_list
                  returning q.person_id, q.rank),
    moved as (update queue q set rank = q.rank - 1 from gone
              where q.person_id = gone.person_id and q.list_id <> from_list and q.rank > gone.rank)
    select count(*) into given_up from gone;
    -- One who leaves a queue that the rest of the family stays in waits alone from now on.
    update queue q set family_id = null where q.person_id = any(ids) and q.family_id is not null
        and exists (select from queue o where o.family_id = q.family_id and o.list_id = from_list
                    and o.person_id <> all(ids));
    return given_up;
end $$;

create function set_lengths(lengths jsonb, day date, done_by text) returns void
language plpgsql set plan_cache_mode = force_generic_plan as $$
begin
    with wanted as (select * from jsonb_to_recordset(lengths) as w (list_id bigint, change int, status text)),
    before as (select l.list_id, l.status from lists l join wanted using (list_id)),
    written as (
        update lists l set member_count = l.member_count + w.change, status = w.status from wanted w
        where l.list_id = w.list_id)
    insert into events ("on", kind, by, to_list_id)
        select day, case w.status when 'open' then 'list_opened' else 'list_closed' end, done_by, w.list_id
        from wanted w join before b using (list_id) where b.status <> w.status and w.status <> 'locked';
end $$;
"""

# Whoever takes a place out of a queue, a round too, takes the offer with it.
LAPSE = """
create function lapse_offers() returns trigger language plpgsql as $$
begin
    update offers f set state = 'lapsed', answered_on = recording_day() from old_rows o
        where f.person_id = o.person_id and f.list_id = o.list_id and f.state = 'open';
    return null;
end $$;
create trigger queue_delete_offers after delete on queue referencing old table as old_rows
    for each statement execute function lapse_offers();
"""

UNDO = """
drop function lapse_offers() cascade;
drop function write_switches(jsonb, bigint, date, date, text, jsonb, jsonb);
drop function set_lengths(jsonb, date, text);
drop function leave_queue(bigint[], bigint);
drop function begin_choice(bigint, bigint[], bigint[], date, int, uuid);
drop function choice_facts(bigint[], bigint, date);
drop function acting_for(bigint, date, int);
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_resident_guards")]

    operations = [
        migrations.RemoveConstraint(model_name="offer", name="offers_one_a_round"),
        migrations.RemoveField(model_name="offer", name="round_digest"),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(fields=("person_id", "made_on"), name="offers_one_a_day"),
        ),
        migrations.RunSQL("".join([ACTING, FACTS, BEGIN, WRITE, LAPSE]), UNDO),
    ]

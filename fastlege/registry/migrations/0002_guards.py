# What the database itself refuses, and what it writes down. Never edited once merged.

from django.db import migrations

# Linked history: each membership names the end of the one before it (decision 0032).
LINKED = """
alter table memberships add constraint memberships_linked
    foreign key (person_id, previous_end) references memberships (person_id, "end") on update cascade
"""

ONLY_ADDED = """
create trigger events_only_added before update or delete or truncate on events
    for each statement execute function refuse_change();
create trigger changes_only_added before update or delete or truncate on changes
    for each statement execute function refuse_change();
create trigger history_only_added before update or delete or truncate on history
    for each statement execute function refuse_change();
create trigger switches_only_added before update or delete or truncate on switches
    for each statement execute function refuse_change();
"""

# What these tables hold ends; it does not vanish.
KEPT = "".join(
    f"""
create trigger {table}_kept before delete on {table} for each statement execute function refuse_change();
create trigger {table}_not_emptied before truncate on {table} for each statement execute function refuse_change();
"""
    for table in ["persons", "offices", "doctors", "lists", "doctor_periods"]
) + "".join(
    f"""
create trigger {table}_not_emptied before truncate on {table} for each statement execute function refuse_change();
"""
    for table in ["memberships", "queue", "unplaced"]
)

# One row a transaction says that the register changed. The setting is undone with its savepoint or transaction.
CHANGED = """
create function note_change() returns trigger language plpgsql as $$
begin
    if coalesce(current_setting('fastlege.changed', true), '') = '' then
        insert into changes (at) values (now());
        perform set_config('fastlege.changed', 'on', true);
    end if;
    return null;
end $$;
""" + "".join(
    f"""
create trigger {table}_changed after insert or update or delete on {table}
    for each statement execute function note_change();
"""
    for table in [
        *("municipalities", "basic_units", "persons", "offices", "doctors", "lists", "doctor_periods"),
        *("memberships", "queue", "unplaced", "switches"),
    ]
)

# Reverse deltas: what a row was before it was changed or removed. A length kept by addition is no change, for it
# follows from the memberships. A day before a change already written down would make the past ambiguous.
HISTORY = """
create function refuse_late_change(name text) returns void language plpgsql as $$
begin
    raise exception 'a later change of this row of % is already recorded', name
        using errcode = 'FL003', hint = 'Record changes of one row in the order of their days.';
end $$;

create function keep_old(name text, row_key text[], row_before jsonb) returns void language plpgsql as $$
begin
    if exists (select from history h where h.table_name = name and h.key = row_key and h."on" > recording_day()) then
        perform refuse_late_change(name);
    end if;
    insert into history ("on", table_name, key, old) values (recording_day(), name, row_key, row_before);
end $$;

create function keep_history() returns trigger language plpgsql as $$
declare
    key_of_old text;
    same_key text;
    gone text;
    late boolean;
begin
    select format('array[%s]', string_agg(format('o.%I::text', c), ', ')),
           string_agg(format('n.%1$I = o.%1$I', c), ' and ')
        into key_of_old, same_key from unnest(tg_argv) c;
    gone := format('select %s as key, to_jsonb(o) as old from old_rows o', key_of_old);
    if tg_op = 'UPDATE' then
        gone := gone || format(
            ' left join new_rows n on %s
              where to_jsonb(o) - ''member_count'' is distinct from to_jsonb(n) - ''member_count''', same_key);
    end if;
    execute format(
        'select exists (select from (%s) g join history h on h.table_name = %L and h.key = g.key and h."on" > %L)',
        gone, tg_table_name, recording_day()) into late;
    if late then
        perform refuse_late_change(tg_table_name);
    end if;
    execute format('insert into history ("on", table_name, key, old) select %L, %L, g.key, g.old from (%s) g',
                   recording_day(), tg_table_name, gone);
    return null;
end $$;
""" + "".join(
    f"""
create trigger {table}_update_history after update on {table} referencing old table as old_rows new table as new_rows
    for each statement execute function keep_history({key});
"""
    for table, key in [
        ("persons", "'person_id'"),
        ("offices", "'office_id'"),
        ("doctors", "'doctor_id'"),
        ("lists", "'list_id'"),
        ("doctor_periods", "'id'"),
        ("queue", "'person_id', 'list_id'"),
        ("unplaced", "'person_id'"),
    ]
) + "".join(
    f"""
create trigger {table}_delete_history after delete on {table} referencing old table as old_rows
    for each statement execute function keep_history({key});
"""
    for table, key in [("queue", "'person_id', 'list_id'"), ("unplaced", "'person_id'")]
)

# A membership may be given an end. Any other change of its facts is refused; a changed end is written down; and only
# a row that has not begun by the recording day may be taken back.
MEMBERSHIPS = """
create function refuse_rewriting() returns trigger language plpgsql as $$
begin
    raise exception 'a membership may only be given another end' using errcode = 'FL004';
end $$;
create trigger memberships_not_rewritten before update on memberships for each row
    when (old.person_id <> new.person_id or old.list_id <> new.list_id or old.start <> new.start
          or old.begin_reason <> new.begin_reason)
    execute function refuse_rewriting();

create function keep_corrected_end() returns trigger language plpgsql as $$
begin
    perform keep_old('memberships', array[old.person_id::text, old.start::text], to_jsonb(old));
    return null;
end $$;
create trigger memberships_corrected after update on memberships for each row
    when (old."end" is not null and old."end" is distinct from new."end")
    execute function keep_corrected_end();

create function take_back_membership() returns trigger language plpgsql as $$
begin
    if old.start <= recording_day() then
        raise exception 'a membership that has begun is not removed: it ends' using errcode = 'FL004';
    end if;
    perform keep_old('memberships', array[old.person_id::text, old.start::text], to_jsonb(old));
    return old;
end $$;
create trigger memberships_taken_back before delete on memberships for each row
    execute function take_back_membership();
"""

UNDO = """
alter table memberships drop constraint memberships_linked;
drop function note_change() cascade;
drop function keep_history() cascade;
drop function take_back_membership() cascade;
drop function keep_corrected_end() cascade;
drop function refuse_rewriting() cascade;
drop function keep_old(text, text[], jsonb) cascade;
drop function refuse_late_change(text);
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_first"), ("access", "0001_first")]

    operations = [
        migrations.RunSQL("".join([LINKED, ";", ONLY_ADDED, KEPT, CHANGED, HISTORY, MEMBERSHIPS]), UNDO),
    ]

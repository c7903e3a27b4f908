# The logins of one who has died end in the same transaction, whoever records the death. Never edited once merged.

from django.db import migrations

END = """
create function end_logins_of_dead() returns trigger language plpgsql as $$
begin
    update access_session s set ended_at = now(), end_reason = 'the person has died'
        where s.person_id = new.person_id and s.ended_at is null;
    return null;
end $$;
create trigger persons_dead_log_out after update of status on persons
    for each row when (new.status = 'dead' and old.status <> 'dead') execute function end_logins_of_dead();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_list_starts"), ("access", "0003_sessions_of_person")]

    operations = [migrations.RunSQL(END, "drop function end_logins_of_dead() cascade")]

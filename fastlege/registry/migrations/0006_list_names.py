# What people know a list by, for what they are told: the name of its regular GP, or that it has none. Never edited once
# merged.

from importlib import import_module

from django.db import migrations

# A list without a regular GP is marked, since each language has its own words for that.
CALLED = """
create function lists_called(day date) returns table (list_id bigint, called jsonb) language sql stable as $$
    select l.list_id, case when d.name is null then jsonb_build_object('vacant', l.name) else to_jsonb(d.name) end
    from lists l
        left join doctor_periods r on r.list_id = l.list_id and r.relationship = 'regular'
            and r.start <= day and (r."end" is null or r."end" > day)
        left join doctors d on d.doctor_id = r.doctor_id
$$;
"""

BEFORE = import_module("fastlege.registry.migrations.0005_choices").BEGIN
DROP = "drop function begin_choice(bigint, bigint[], bigint[], date, int, uuid);\n"
_NAME, _FROM = "'name', l.name,", "from lists l join offices o using (office_id) where l.list_id = any(concerned)"
BEGIN = BEFORE.replace(_NAME, "'called', c.called,").replace(
    _FROM,
    "from lists l join offices o using (office_id) join lists_called(day) c using (list_id)"
    " where l.list_id = any(concerned)",
)


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_choices")]

    operations = [migrations.RunSQL(CALLED + DROP + BEGIN, DROP + BEFORE + "drop function lists_called(date);\n")]

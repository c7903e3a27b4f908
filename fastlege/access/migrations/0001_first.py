# The look-up log. Never edited once merged.

import django.db.models.functions.datetime
from django.db import migrations, models


# Rows are added, never changed or removed: not even by the owner of the table.
ONLY_ADDED = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'TRUNCATE' and current_setting('fastlege.emptying', true) = 'on' then
        return null;
    end if;
    raise exception '% of % is refused: rows are only added', lower(tg_op), tg_table_name using errcode = 'FL002';
end $$;
create trigger access_lookup_only_added before update or delete or truncate on access_lookup
    for each statement execute function refuse_change();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Lookup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('viewer', models.TextField()),
                ('role', models.TextField()),
                ('purpose', models.TextField()),
                ('person_id', models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.RunSQL(ONLY_ADDED, 'drop function refuse_change() cascade'),
    ]

# Logins, and the numbers that name people. Never edited once merged.

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models


# A number names one person for ever: only its end may be written, and once.
NUMBERS_KEPT = """
create function refuse_renaming() returns trigger language plpgsql as $$
begin
    if (new.number, new.person_id, new.since) is distinct from (old.number, old.person_id, old.since)
        or old.until is not null then
        raise exception 'a number that has named a person is not changed' using errcode = 'FL002';
    end if;
    return new;
end $$;
create trigger access_identitynumber_not_renamed before update on access_identitynumber
    for each row execute function refuse_renaming();
create trigger access_identitynumber_kept before delete or truncate on access_identitynumber
    for each statement execute function refuse_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='LoginAttempt',
            fields=[
                ('state_digest', models.TextField(primary_key=True, serialize=False)),
                ('browser_digest', models.TextField()),
                ('provider', models.TextField()),
                ('nonce', models.TextField()),
                ('code_verifier', models.TextField()),
                ('return_to', models.TextField()),
                ('started_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='UsedToken',
            fields=[
                ('token_id', models.TextField(primary_key=True, serialize=False)),
                ('used_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name='lookup',
            name='viewer_person_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='IdentityNumber',
            fields=[
                ('number', models.TextField(primary_key=True, serialize=False)),
                ('person_id', models.BigIntegerField()),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('until', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('number__regex', '^[0-9]{11}$')), name='identity_number_eleven_digits'), models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('person_id',), name='identity_number_one_current')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('key_digest', models.TextField(primary_key=True, serialize=False)),
                ('role', models.TextField()),
                ('viewer', models.TextField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('doctor_id', models.BigIntegerField(null=True)),
                ('office_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('level', models.TextField()),
                ('provider', models.TextField()),
                ('provider_session', models.TextField(null=True)),
                ('provider_subject', models.TextField()),
                ('logout_address', models.TextField(null=True)),
                ('started_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('seen_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('ends_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.TextField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['provider', 'provider_session'], name='sessions_of_provider'), models.Index(fields=['provider', 'provider_subject'], name='sessions_of_subject')],
            },
        ),
        migrations.RunSQL(NUMBERS_KEPT, 'drop function refuse_renaming() cascade'),
    ]

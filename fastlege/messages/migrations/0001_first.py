# Messages, notices and contacts, and what the database refuses of them. Never edited once merged.

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# A message stays as it was queued; that it was read is noted once.
KEPT = """
create trigger messages_kept before delete or truncate on messages for each statement execute function refuse_change();
create trigger messages_not_rewritten before update on messages for each row
    when (old.read_at is not null or to_jsonb(old) - 'read_at' <> to_jsonb(new) - 'read_at')
    execute function refuse_change();
create trigger notices_kept before delete or truncate on notices for each statement execute function refuse_change();
create trigger notices_settled before update on notices for each row
    when (old.state = 'sent')
    execute function refuse_change();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.TextField()),
                ('kind', models.TextField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('office_id', models.BigIntegerField(null=True)),
                ('concerns_id', models.BigIntegerField(null=True)),
                ('facts', models.JSONField()),
                ('on', models.DateField()),
                ('queued_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('read_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'messages',
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_id', models.BigIntegerField(null=True, unique=True)),
                ('office_id', models.BigIntegerField(null=True, unique=True)),
                ('email', models.EmailField(max_length=254)),
                ('wants_notice', models.BooleanField()),
                ('language', models.TextField()),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'contacts',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('office_id__isnull', True), ('person_id__isnull', False)), models.Q(('office_id__isnull', False), ('person_id__isnull', True)), _connector='OR'), name='contacts_one_reader'), models.CheckConstraint(condition=models.Q(('language__in', ['nb', 'nn', 'en'])), name='contacts_language_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='outbox.message')),
                ('state', models.TextField(db_default='waiting')),
                ('attempts', models.IntegerField(db_default=0)),
                ('next_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('worker', models.IntegerField(null=True)),
                ('answer', models.TextField(null=True)),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'notices',
            },
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('person_id__isnull', False)), fields=['person_id', '-id'], name='messages_of_person'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('office_id__isnull', False)), fields=['office_id', '-id'], name='messages_of_office'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('office_id__isnull', True), ('person_id__isnull', False)), models.Q(('office_id__isnull', False), ('person_id__isnull', True)), _connector='OR'), name='messages_one_reader'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('key',), name='messages_told_once'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at'], name='notices_waiting'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('worker__isnull', False)), fields=['worker'], name='notices_claimed'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'claimed', 'handing_over', 'sent', 'refused', 'unknown', 'not_wanted'])), name='notices_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['claimed', 'handing_over']), ('worker__isnull', False)), models.Q(models.Q(('state__in', ['claimed', 'handing_over']), _negated=True), ('worker__isnull', True)), _connector='OR'), name='notices_claimed_by_a_worker'),
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
    ]

# Early notices, given in rounds. Never edited once merged.

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

_TABLES = ("claim_notice_rounds", "claim_notices")

ONLY_ADDED = "".join(
    f"""
create trigger {table}_only_added before update or delete or truncate on {table}
    for each statement execute function refuse_change();
"""
    for table in _TABLES
)
UNDO = "".join(f"drop trigger {table}_only_added on {table};" for table in _TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('claims', '0002_guards'),
        ('registry', '0005_choices'),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.TextField(unique=True)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('rules_of', models.DateField(null=True)),
                ('given_on', models.DateField()),
                ('given_by', models.TextField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'claim_notice_rounds',
                'constraints': [models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='claim_notice_rounds_last_after_first')],
            },
        ),
        migrations.CreateModel(
            name='EarlyNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('facts', models.JSONField()),
                ('doctor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.doctor')),
                ('round', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='claims.noticeround')),
            ],
            options={
                'db_table': 'claim_notices',
                'indexes': [models.Index(fields=['doctor', 'round'], name='claim_notices_of_doctor')],
            },
        ),
        migrations.RunSQL(ONLY_ADDED, UNDO),
    ]

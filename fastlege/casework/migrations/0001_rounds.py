# Rounds, and what the database refuses of them. Never edited once merged.

import django.db.models.functions.datetime
from django.db import migrations, models

KEPT = """
create trigger rounds_kept before delete or truncate on rounds for each statement execute function refuse_change();
create trigger rounds_settled before update on rounds for each row
    when (old.applied_at is not null) execute function refuse_change();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.TextField()),
                ('register_loaded_at', models.DateTimeField()),
                ('on', models.DateField()),
                ('input_digest', models.TextField()),
                ('rule_digest', models.TextField()),
                ('header', models.JSONField()),
                ('signed_by', models.TextField()),
                ('signed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('applied_by', models.TextField(null=True)),
                ('applied_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'rounds',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('applied_at__isnull', True), ('applied_by__isnull', True)), models.Q(('applied_at__isnull', False), ('applied_by__isnull', False)), _connector='OR'), name='rounds_applied_by_someone'), models.CheckConstraint(condition=models.Q(('applied_at__isnull', True), ('applied_at__gte', models.F('signed_at')), _connector='OR'), name='rounds_applied_after_signed'), models.UniqueConstraint(fields=('digest', 'register_loaded_at'), name='rounds_one_a_plan'), models.UniqueConstraint(condition=models.Q(('applied_at__isnull', False)), fields=('input_digest', 'register_loaded_at'), name='rounds_one_applied_a_snapshot')],
            },
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
    ]

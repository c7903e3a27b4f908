# Payment runs and their lines. Never edited once merged.

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


ONLY_ADDED = "".join(
    f"""
create trigger {table}_only_added before update or delete or truncate on {table}
    for each statement execute function refuse_change();
"""
    for table in ["payment_runs", "payment_lines"]
)

REMOVE = "".join(f"drop trigger {table}_only_added on {table};" for table in ["payment_runs", "payment_lines"])


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_first'),
        ('registry', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='PaymentRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.TextField(unique=True)),
                ('month', models.DateField(unique=True)),
                ('register_day', models.DateField()),
                ('snapshot_digest', models.TextField()),
                ('rules_digest', models.TextField()),
                ('software', models.TextField()),
                ('amount_ore', models.BigIntegerField()),
                ('header', models.JSONField()),
                ('recorded_by', models.TextField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'payment_runs',
                'constraints': [models.CheckConstraint(condition=models.Q(('month__day', 1)), name='payment_runs_month_is_a_first'), models.CheckConstraint(condition=models.Q(('register_day', models.F('month'))), name='payment_runs_register_day')],
            },
        ),
        migrations.CreateModel(
            name='PaymentLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('municipality', models.TextField()),
                ('month', models.DateField()),
                ('kind', models.TextField()),
                ('persons', models.IntegerField()),
                ('paid_persons', models.TextField()),
                ('rate', models.TextField()),
                ('amount_ore', models.BigIntegerField()),
                ('payee', models.TextField()),
                ('rule', models.TextField()),
                ('source', models.TextField()),
                ('trace', models.JSONField()),
                ('cells', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None)),
                ('cell_persons', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None)),
                ('list', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.gpcontract')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='settlement.paymentrun')),
            ],
            options={
                'db_table': 'payment_lines',
                'indexes': [models.Index(fields=['month', 'municipality'], name='payment_lines_of_municipality')],
                'constraints': [models.UniqueConstraint(fields=('list', 'month', 'kind'), name='payment_lines_paid_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['capitation', 'base_grant', 'equalisation_grant'])), name='payment_lines_kind'), models.CheckConstraint(condition=models.Q(('payee__in', ['gp', 'municipality'])), name='payment_lines_payee'), models.CheckConstraint(condition=models.Q(('amount_ore__gte', 0)), name='payment_lines_not_negative'), models.CheckConstraint(condition=models.Q(('persons__gte', 0)), name='payment_lines_persons_not_negative')],
            },
        ),
        migrations.RunSQL(ONLY_ADDED, REMOVE),
    ]

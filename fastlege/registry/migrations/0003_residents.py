# Who chooses for whom, protected addresses, offers, permits and receipts. Never edited once merged.

import django.db.models.deletion
import django.db.models.functions.datetime
import fastlege.registry.models.columns
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('viewer_id', models.BigIntegerField(db_index=True)),
                ('on', models.DateField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('kind', models.TextField()),
                ('facts', models.JSONField()),
            ],
            options={
                'db_table': 'receipts',
            },
        ),
        migrations.AddField(
            model_name='queueplace',
            name='accept_in_advance',
            field=models.BooleanField(db_default=True),
        ),
        migrations.CreateModel(
            name='ExtraSwitch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_id', models.BigIntegerField()),
                ('granted_on', models.DateField()),
                ('granted_by', models.TextField()),
                ('reason', models.TextField()),
                ('used_on', models.DateField(null=True)),
                ('known_on', models.DateField(db_default=fastlege.registry.models.columns.RecordingDay(), null=True)),
            ],
            options={
                'db_table': 'extra_switches',
                'indexes': [models.Index(condition=models.Q(('used_on', None)), fields=['person_id'], name='extra_switches_left')],
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_id', models.BigIntegerField()),
                ('list_id', models.BigIntegerField()),
                ('round_digest', models.TextField()),
                ('made_on', models.DateField()),
                ('answer_by', models.DateField()),
                ('state', models.TextField(db_default='open')),
                ('answered_on', models.DateField(null=True)),
            ],
            options={
                'db_table': 'offers',
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['list_id'], name='offers_open_of_list')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'declined', 'expired', 'lapsed'])), name='offers_state_is_known'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('person_id',), name='offers_one_open_a_person'), models.UniqueConstraint(fields=('person_id', 'round_digest'), name='offers_one_a_round'), models.CheckConstraint(condition=models.Q(models.Q(('answered_on__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('answered_on__isnull', False)), _connector='OR'), name='offers_answered_on_a_day')],
            },
        ),
        migrations.CreateModel(
            name='ProtectedAddress',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='registry.person')),
                ('grade', models.TextField()),
                ('since', models.DateField()),
                ('known_on', models.DateField(db_default=fastlege.registry.models.columns.RecordingDay(), null=True)),
            ],
            options={
                'db_table': 'protected_addresses',
                'constraints': [models.CheckConstraint(condition=models.Q(('grade__in', ['confidential', 'strictly_confidential'])), name='protected_addresses_grade_is_known')],
            },
        ),
        migrations.CreateModel(
            name='CareOrder',
            fields=[
                ('pk', models.CompositePrimaryKey('child_id', 'start', blank=True, editable=False, primary_key=True, serialize=False)),
                ('start', models.DateField()),
                ('end', models.DateField(null=True)),
                ('known_on', models.DateField(db_default=fastlege.registry.models.columns.RecordingDay(), null=True)),
                ('child', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.person')),
            ],
            options={
                'db_table': 'care_orders',
                'constraints': [models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gt', models.F('start')), _connector='OR'), name='care_orders_end_after_start')],
            },
        ),
        migrations.CreateModel(
            name='Custody',
            fields=[
                ('pk', models.CompositePrimaryKey('child_id', 'adult_id', 'start', blank=True, editable=False, primary_key=True, serialize=False)),
                ('adult_id', models.BigIntegerField(db_index=True)),
                ('kind', models.TextField()),
                ('start', models.DateField()),
                ('end', models.DateField(null=True)),
                ('known_on', models.DateField(db_default=fastlege.registry.models.columns.RecordingDay(), null=True)),
                ('child', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.person')),
            ],
            options={
                'db_table': 'custody',
                'constraints': [models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gt', models.F('start')), _connector='OR'), name='custody_end_after_start'), models.CheckConstraint(condition=models.Q(('kind__in', ['joint', 'sole', 'guardian'])), name='custody_kind_is_known'), models.CheckConstraint(condition=models.Q(('child', models.F('adult_id')), _negated=True), name='custody_of_another'), models.UniqueConstraint(condition=models.Q(('end', None)), fields=('child', 'adult_id'), name='custody_one_open_row')],
            },
        ),
    ]

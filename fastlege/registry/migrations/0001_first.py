# The tables. Never edited once merged.

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
import fastlege.registry.models.columns
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


# The day that a write is recorded on is set for the transaction by `journal.on_day`; without one nothing is written.
RECORDING_DAY = """
create function recording_day() returns date language plpgsql stable as $$
begin
    if coalesce(current_setting('fastlege.on', true), '') = '' then
        raise exception 'no day is set for this change of the register'
            using errcode = 'FL001', hint = 'Write within journal.on_day(day).';
    end if;
    return current_setting('fastlege.on')::date;
end $$
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(RECORDING_DAY, 'drop function recording_day()'),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('on', models.DateField(db_default=fastlege.registry.models.columns.RecordingDay())),
            ],
            options={
                'db_table': 'changes',
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('person_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('birth_date', models.DateField()),
                ('sex', models.SmallIntegerField()),
                ('household_id', models.BigIntegerField(db_index=True)),
                ('mother_id', models.BigIntegerField(null=True)),
                ('father_id', models.BigIntegerField(null=True)),
                ('status', models.TextField()),
                ('gp_use', models.SmallIntegerField()),
                ('known_on', models.DateField(db_default=fastlege.registry.models.columns.RecordingDay(), null=True)),
            ],
            options={
                'db_table': 'persons',
            },
        ),
        migrations.CreateModel(
            name='Doctor',
            fields=[
                ('doctor_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('hpr', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('birth_date', models.DateField()),
                ('sex', models.SmallIntegerField()),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('specialist_since', models.DateField(null=True)),
                ('training_since', models.DateField(null=True)),
                ('known_on', models.DateField(db_default=fastlege.registry.models.columns.RecordingDay(), null=True)),
            ],
            options={
                'db_table': 'doctors',
                'constraints': [models.CheckConstraint(condition=models.Q(('sex__in', [1, 2])), name='doctors_sex_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('on', models.DateField()),
                ('kind', models.TextField()),
                ('by', models.TextField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('from_list_id', models.BigIntegerField(null=True)),
                ('to_list_id', models.BigIntegerField(null=True)),
                ('reason', models.TextField(null=True)),
                ('details', models.JSONField(null=True)),
            ],
            options={
                'db_table': 'events',
                'indexes': [models.Index(condition=models.Q(('person_id__isnull', False)), fields=['person_id'], name='events_of_person')],
            },
        ),
        migrations.CreateModel(
            name='History',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('table_name', models.TextField()),
                ('key', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('old', models.JSONField()),
            ],
            options={
                'db_table': 'history',
                'indexes': [models.Index(fields=['table_name', 'key', 'on'], name='history_of_row')],
            },
        ),
        migrations.CreateModel(
            name='Municipality',
            fields=[
                ('municipality', models.TextField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('county', models.TextField()),
                ('county_name', models.TextField()),
                ('size_group', models.TextField()),
                ('centrality', models.SmallIntegerField()),
                ('population', models.IntegerField()),
                ('latitude', models.FloatField()),
                ('longitude', models.FloatField()),
            ],
            options={
                'db_table': 'municipalities',
                'constraints': [models.CheckConstraint(condition=models.Q(('size_group__in', ['under_2000', '2000_4999', '5000_9999', '10000_49999', '50000_plus'])), name='municipalities_size_group_is_known')],
            },
        ),
        migrations.CreateModel(
            name='BasicUnit',
            fields=[
                ('basic_unit', models.TextField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('population', models.IntegerField()),
                ('latitude', models.FloatField()),
                ('longitude', models.FloatField()),
                ('municipality', models.ForeignKey(db_column='municipality', on_delete=django.db.models.deletion.PROTECT, to='registry.municipality')),
            ],
            options={
                'db_table': 'basic_units',
            },
        ),
        migrations.CreateModel(
            name='Office',
            fields=[
                ('office_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('organisation_number', models.TextField()),
                ('latitude', models.FloatField()),
                ('longitude', models.FloatField()),
                ('services', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('known_on', models.DateField(db_default=fastlege.registry.models.columns.RecordingDay(), null=True)),
                ('municipality', models.ForeignKey(db_column='municipality', on_delete=django.db.models.deletion.PROTECT, to='registry.municipality')),
            ],
            options={
                'db_table': 'offices',
            },
        ),
        migrations.CreateModel(
            name='GPContract',
            fields=[
                ('list_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('cap', models.IntegerField()),
                ('status', models.TextField()),
                ('salaried', models.BooleanField()),
                ('shared_group', models.BigIntegerField(null=True)),
                ('agreement_date', models.DateField()),
                ('start', models.DateField()),
                ('end', models.DateField(null=True)),
                ('end_reason', models.TextField(null=True)),
                ('known_on', models.DateField(db_default=fastlege.registry.models.columns.RecordingDay(), null=True)),
                ('member_count', models.IntegerField(db_default=0)),
                ('municipality', models.ForeignKey(db_column='municipality', on_delete=django.db.models.deletion.PROTECT, to='registry.municipality')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.office')),
            ],
            options={
                'db_table': 'lists',
            },
        ),
        migrations.CreateModel(
            name='Unplaced',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='registry.person')),
                ('since', models.DateField()),
                ('known_on', models.DateField(db_default=fastlege.registry.models.columns.RecordingDay(), null=True)),
            ],
            options={
                'db_table': 'unplaced',
            },
        ),
        migrations.AddField(
            model_name='person',
            name='basic_unit',
            field=models.ForeignKey(db_column='basic_unit', db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.basicunit'),
        ),
        migrations.AddField(
            model_name='person',
            name='municipality',
            field=models.ForeignKey(db_column='municipality', db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.municipality'),
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('pk', models.CompositePrimaryKey('person_id', 'start', blank=True, editable=False, primary_key=True, serialize=False)),
                ('start', models.DateField()),
                ('end', models.DateField(null=True)),
                ('begin_reason', models.TextField()),
                ('end_reason', models.TextField(null=True)),
                ('previous_end', models.DateField(null=True)),
                ('known_on', models.DateField(null=True)),
                ('end_known_on', models.DateField(null=True)),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.gpcontract')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.person')),
            ],
            options={
                'db_table': 'memberships',
            },
        ),
        migrations.CreateModel(
            name='QueuePlace',
            fields=[
                ('pk', models.CompositePrimaryKey('person_id', 'list_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('rank', models.SmallIntegerField()),
                ('requested_at', models.DateTimeField()),
                ('family_id', models.BigIntegerField(null=True)),
                ('known_on', models.DateField(db_default=fastlege.registry.models.columns.RecordingDay(), null=True)),
                ('list', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.gpcontract')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.person')),
            ],
            options={
                'db_table': 'queue',
            },
        ),
        migrations.CreateModel(
            name='RegisterState',
            fields=[
                ('id', models.SmallIntegerField(db_default=1, primary_key=True, serialize=False)),
                ('begins', models.DateField()),
                ('loaded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('meta', models.JSONField()),
            ],
            options={
                'db_table': 'register_state',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='register_state_one_row')],
            },
        ),
        migrations.CreateModel(
            name='SnapshotRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.TextField()),
                ('on', models.DateField()),
                ('change', models.BigIntegerField()),
                ('made', models.TextField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'snapshot_records',
                'indexes': [models.Index(fields=['digest'], name='snapshot_records_by_digest')],
            },
        ),
        migrations.CreateModel(
            name='Switch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('reason', models.TextField()),
                ('chosen', models.BooleanField()),
                ('queued_since', models.DateField(null=True)),
                ('known_on', models.DateField(db_default=fastlege.registry.models.columns.RecordingDay(), null=True)),
                ('from_list', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.gpcontract')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.person')),
                ('to_list', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.gpcontract')),
            ],
            options={
                'db_table': 'switches',
            },
        ),
        migrations.CreateModel(
            name='DoctorPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('relationship', models.TextField()),
                ('working_percentage', models.SmallIntegerField()),
                ('start', models.DateField()),
                ('end', models.DateField(null=True)),
                ('end_reason', models.TextField(null=True)),
                ('known_on', models.DateField(db_default=fastlege.registry.models.columns.RecordingDay(), null=True)),
                ('doctor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.doctor')),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.gpcontract')),
            ],
            options={
                'db_table': 'doctor_periods',
                'constraints': [models.CheckConstraint(condition=models.Q(('relationship__in', ['regular', 'substitute', 'part_list', 'introduction', 'lis1'])), name='doctor_periods_relationship_is_known'), models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gt', models.F('start')), _connector='OR'), name='doctor_periods_end_after_start'), models.CheckConstraint(condition=models.Q(('working_percentage__gte', 0), ('working_percentage__lte', 100)), name='doctor_periods_percentage'), models.UniqueConstraint(fields=('list', 'doctor', 'relationship', 'start'), name='doctor_periods_starts_once'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('relationship', 'regular')), expressions=[('list', '='), (models.Func(models.F('start'), models.F('end'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='doctor_periods_one_regular_gp')],
            },
        ),
        migrations.AddConstraint(
            model_name='gpcontract',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'closed', 'locked'])), name='lists_status_is_known'),
        ),
        migrations.AddConstraint(
            model_name='gpcontract',
            constraint=models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gt', models.F('start')), _connector='OR'), name='lists_end_after_start'),
        ),
        migrations.AddConstraint(
            model_name='gpcontract',
            constraint=models.CheckConstraint(condition=models.Q(('cap__gte', 0)), name='lists_cap_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='gpcontract',
            constraint=models.CheckConstraint(condition=models.Q(('member_count__gte', 0)), name='lists_member_count_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('sex__in', [1, 2])), name='persons_sex_is_known'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['resident', 'emigrated', 'dead', 'opted_out'])), name='persons_status_is_known'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gt', models.F('start')), _connector='OR'), name='memberships_end_after_start'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('begin_reason__in', ['birth', 'immigration', 'chosen_direct', 'chosen_queue', 'swap', 'cycle', 'child_of_member', 'returned_within_3_years', 'list_reduction', 'practice_closed', 'takeover', 'allocated', 'case_worker', 'opted_out', 'opted_in', 'emigration', 'death', 'removed_for_violence'])), name='memberships_begin_reason_is_known'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('previous_end__isnull', True), ('previous_end__lte', models.F('start')), _connector='OR'), name='memberships_after_the_previous'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('person', 'end'), name='memberships_one_open_row', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('person', 'previous_end'), name='memberships_one_successor', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='queueplace',
            index=models.Index(fields=['list', 'requested_at'], name='queue_in_order'),
        ),
        migrations.AddConstraint(
            model_name='queueplace',
            constraint=models.CheckConstraint(condition=models.Q(('rank__gte', 1)), name='queue_rank_from_one'),
        ),
        migrations.AddConstraint(
            model_name='queueplace',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('person', 'rank'), name='queue_one_list_a_rank'),
        ),
        migrations.AddConstraint(
            model_name='switch',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['birth', 'immigration', 'chosen_direct', 'chosen_queue', 'swap', 'cycle', 'child_of_member', 'returned_within_3_years', 'list_reduction', 'practice_closed', 'takeover', 'allocated', 'case_worker', 'opted_out', 'opted_in', 'emigration', 'death', 'removed_for_violence'])), name='switches_reason_is_known'),
        ),
        migrations.AddConstraint(
            model_name='switch',
            constraint=models.UniqueConstraint(fields=('person', 'on', 'to_list'), name='switches_once_a_day', nulls_distinct=False),
        ),
    ]

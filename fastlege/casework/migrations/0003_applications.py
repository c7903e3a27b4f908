# Applications for a further switch, and requests for records. Never edited once merged.

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

GUARDS = """
create trigger applications_kept before delete or truncate on applications
    for each statement execute function refuse_change();
create trigger applications_stay_answered before update on applications for each row
    when (old.answered_on is not null) execute function refuse_change();
create trigger attachments_only_added before update or delete or truncate on attachments
    for each statement execute function refuse_change();
create trigger records_requests_only_added before update or delete or truncate on records_requests
    for each statement execute function refuse_change();
"""
UNDO = """
drop trigger applications_kept on applications;
drop trigger applications_stay_answered on applications;
drop trigger attachments_only_added on attachments;
drop trigger records_requests_only_added on records_requests;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0002_cases'),
        ('registry', '0005_choices'),
        ('access', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_by', models.TextField()),
                ('on', models.DateField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('reasons', models.TextField()),
                ('wanted_list', models.BigIntegerField(null=True)),
                ('state', models.TextField(db_default='submitted')),
                ('answered_by', models.TextField(null=True)),
                ('answered_on', models.DateField(null=True)),
                ('answer', models.TextField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.person')),
            ],
            options={
                'db_table': 'applications',
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('kind', models.TextField()),
                ('digest', models.TextField()),
                ('content', models.BinaryField()),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='casework.application')),
            ],
            options={
                'db_table': 'attachments',
            },
        ),
        migrations.CreateModel(
            name='RecordsRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_list', models.BigIntegerField()),
                ('on', models.DateField()),
                ('consented_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('consented_by', models.TextField()),
                ('capacity', models.TextField()),
                ('child_agrees', models.BooleanField()),
                ('from_office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.office')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.person')),
                ('to_office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.office')),
            ],
            options={
                'db_table': 'records_requests',
            },
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['submitted', 'granted', 'refused', 'withdrawn', 'lapsed'])), name='applications_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_by__isnull', True), ('answered_on__isnull', True), ('state', 'submitted')), models.Q(models.Q(('state', 'submitted'), _negated=True), ('answered_by__isnull', False), ('answered_on__isnull', False)), _connector='OR'), name='applications_answered_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'submitted')), fields=('person',), name='applications_one_open_a_person'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('application', 'digest'), name='attachments_once_an_application'),
        ),
        migrations.AddConstraint(
            model_name='recordsrequest',
            constraint=models.UniqueConstraint(fields=('person', 'from_office', 'to_office'), name='records_requests_once'),
        ),
        migrations.AddConstraint(
            model_name='recordsrequest',
            constraint=models.CheckConstraint(condition=models.Q(('from_office', models.F('to_office')), _negated=True), name='records_requests_to_another'),
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]

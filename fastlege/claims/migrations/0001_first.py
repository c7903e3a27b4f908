# Messages, bills, what was decided about them, payments and free cards. Never edited once merged.

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_first'),
        ('registry', '0005_choices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.TextField(unique=True)),
                ('status', models.TextField()),
                ('message_id', models.TextField(db_index=True, null=True)),
                ('practitioner', models.TextField(null=True)),
                ('practice_id', models.TextField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('received_on', models.DateField()),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('received_by', models.TextField()),
                ('errors', models.JSONField()),
            ],
            options={
                'db_table': 'claim_messages',
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['received', 'refused'])), name='claim_messages_status_is_known'), models.UniqueConstraint(condition=models.Q(('status', 'received')), fields=('message_id',), name='claim_messages_received_once'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'refused'), models.Q(('errors', []), _negated=True)), models.Q(('errors', []), ('message_id__isnull', False), ('practice_id__isnull', False), ('practitioner__isnull', False), ('sent_at__isnull', False), ('status', 'received')), _connector='OR'), name='claim_messages_received_or_wrong')],
            },
        ),
        migrations.CreateModel(
            name='Credit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('practitioner', models.TextField()),
                ('credit_number', models.TextField()),
                ('bill_number', models.TextField()),
                ('amount_ore', models.BigIntegerField()),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='claims.message')),
            ],
            options={
                'db_table': 'claim_credits',
            },
        ),
        migrations.CreateModel(
            name='Bill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('practitioner', models.TextField()),
                ('bill_number', models.TextField()),
                ('content', models.TextField()),
                ('payee', models.TextField()),
                ('on', models.DateField()),
                ('time', models.TimeField()),
                ('setting', models.TextField()),
                ('place', models.TextField()),
                ('performed_by', models.TextField(null=True)),
                ('diagnoses', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('minutes', models.SmallIntegerField(null=True)),
                ('exemption', models.TextField()),
                ('circumstances', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('group_size', models.SmallIntegerField(null=True)),
                ('distance_km', models.TextField(null=True)),
                ('line_count', models.SmallIntegerField()),
                ('amount_ore', models.BigIntegerField()),
                ('share_ore', models.BigIntegerField()),
                ('doctor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='registry.doctor')),
                ('list', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='registry.gpcontract')),
                ('payee_municipality', models.ForeignKey(db_column='payee_municipality', db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='registry.municipality')),
                ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='registry.person')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='claims.message')),
            ],
            options={
                'db_table': 'claim_bills',
            },
        ),
        migrations.CreateModel(
            name='Payout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.TextField(unique=True)),
                ('state', models.TextField(db_default='sent')),
                ('sent_on', models.DateField()),
                ('sent_by', models.TextField()),
                ('settled_on', models.DateField(null=True)),
                ('settled_by', models.TextField(null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'claim_payouts',
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['sent', 'paid', 'withdrawn'])), name='claim_payouts_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('settled_by__isnull', True), ('settled_on__isnull', True), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('settled_by__isnull', False), ('settled_on__isnull', False)), _connector='OR'), name='claim_payouts_settled_by_someone')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.TextField()),
                ('amount_ore', models.BigIntegerField()),
                ('withdrawn', models.BooleanField(db_default=False)),
                ('bill', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='claims.bill')),
                ('payout', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='claims.payout')),
            ],
            options={
                'db_table': 'claim_payments',
            },
        ),
        migrations.CreateModel(
            name='ShareDifference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.SmallIntegerField()),
                ('change_ore', models.BigIntegerField()),
                ('paid_ore', models.BigIntegerField()),
                ('ceiling_ore', models.BigIntegerField()),
                ('on', models.DateField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.person')),
            ],
            options={
                'db_table': 'share_differences',
            },
        ),
        migrations.CreateModel(
            name='BillResult',
            fields=[
                ('bill', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='result', serialize=False, to='claims.bill')),
                ('approved', models.BooleanField()),
                ('on', models.DateField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('counted_ore', models.BigIntegerField()),
                ('breaches', models.JSONField()),
                ('not_checked', models.JSONField()),
                ('rules_digest', models.TextField()),
            ],
            options={
                'db_table': 'claim_results',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('approved', True), ('breaches', [])), models.Q(('approved', False), ('counted_ore', 0), models.Q(('breaches', []), _negated=True)), _connector='OR'), name='claim_results_refused_with_reason'), models.CheckConstraint(condition=models.Q(('counted_ore__gte', 0)), name='claim_results_counted_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='CreditResult',
            fields=[
                ('credit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='result', serialize=False, to='claims.credit')),
                ('approved', models.BooleanField()),
                ('on', models.DateField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('breaches', models.JSONField()),
                ('bill', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='claims.bill')),
            ],
            options={
                'db_table': 'claim_credit_results',
            },
        ),
        migrations.CreateModel(
            name='FreeCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.SmallIntegerField()),
                ('from_on', models.DateField()),
                ('from_time', models.TimeField()),
                ('ceiling_ore', models.BigIntegerField()),
                ('issued_on', models.DateField()),
                ('issued_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='claims.bill')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.person')),
            ],
            options={
                'db_table': 'free_cards',
                'constraints': [models.UniqueConstraint(fields=('person', 'year', 'from_on', 'from_time'), name='free_cards_once'), models.CheckConstraint(condition=models.Q(('from_on__year', models.F('year'))), name='free_cards_within_the_year'), models.CheckConstraint(condition=models.Q(('ceiling_ore__gt', 0)), name='free_cards_ceiling')],
            },
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('pk', models.CompositePrimaryKey('bill_id', 'line', blank=True, editable=False, primary_key=True, serialize=False)),
                ('line', models.SmallIntegerField()),
                ('code', models.TextField()),
                ('count', models.SmallIntegerField()),
                ('amount_ore', models.BigIntegerField()),
                ('share_ore', models.BigIntegerField()),
                ('bill', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='claims.bill')),
            ],
            options={
                'db_table': 'claim_lines',
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_ore__gte', 0), ('share_ore__gte', 0)), name='claim_lines_not_negative')],
            },
        ),
        migrations.AddConstraint(
            model_name='credit',
            constraint=models.UniqueConstraint(fields=('practitioner', 'credit_number'), name='claim_credits_number_once'),
        ),
        migrations.AddConstraint(
            model_name='credit',
            constraint=models.UniqueConstraint(fields=('message', 'position'), name='claim_credits_place_in_message'),
        ),
        migrations.AddConstraint(
            model_name='credit',
            constraint=models.CheckConstraint(condition=models.Q(('amount_ore__gte', 0)), name='claim_credits_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='credit',
            constraint=models.CheckConstraint(condition=models.Q(('credit_number', models.F('bill_number')), _negated=True), name='claim_credits_own_number'),
        ),
        migrations.AddIndex(
            model_name='bill',
            index=models.Index(condition=models.Q(('person__isnull', False)), fields=['person', 'on'], name='claim_bills_of_person'),
        ),
        migrations.AddIndex(
            model_name='bill',
            index=models.Index(condition=models.Q(('list__isnull', False)), fields=['list', 'on', 'time'], name='claim_bills_of_list'),
        ),
        migrations.AddIndex(
            model_name='bill',
            index=models.Index(fields=['content'], name='claim_bills_content'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.UniqueConstraint(fields=('practitioner', 'bill_number'), name='claim_bills_number_once'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.UniqueConstraint(fields=('message', 'position'), name='claim_bills_place_in_message'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.CheckConstraint(condition=models.Q(('setting__in', ['gp', 'out_of_hours_service', 'municipal_web_doctor'])), name='claim_bills_setting_is_known'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('payee', 'gp'), ('payee_municipality__isnull', True)), models.Q(('payee', 'municipality'), ('payee_municipality__isnull', False)), _connector='OR'), name='claim_bills_payee'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.CheckConstraint(condition=models.Q(('amount_ore__gte', 0), ('line_count__gte', 0), ('share_ore__gte', 0)), name='claim_bills_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('part__in', ['bill', 'credit'])), name='claim_payments_part_is_known'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn', False)), fields=('bill', 'part'), name='claim_payments_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_ore__gt', 0), ('part', 'bill')), models.Q(('amount_ore__lt', 0), ('part', 'credit')), _connector='OR'), name='claim_payments_sign'),
        ),
        migrations.AddIndex(
            model_name='sharedifference',
            index=models.Index(fields=['person', 'year', '-id'], name='share_differences_of_person'),
        ),
        migrations.AddConstraint(
            model_name='sharedifference',
            constraint=models.CheckConstraint(condition=models.Q(('change_ore', 0), _negated=True), name='share_differences_differ'),
        ),
        migrations.AddConstraint(
            model_name='sharedifference',
            constraint=models.CheckConstraint(condition=models.Q(('paid_ore__gte', 0)), name='share_differences_paid_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='creditresult',
            constraint=models.UniqueConstraint(condition=models.Q(('approved', True)), fields=('bill',), name='claim_credits_bill_once'),
        ),
        migrations.AddConstraint(
            model_name='creditresult',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved', True), ('bill__isnull', False), ('breaches', [])), models.Q(('approved', False), models.Q(('breaches', []), _negated=True)), _connector='OR'), name='claim_credit_results_reason'),
        ),
    ]

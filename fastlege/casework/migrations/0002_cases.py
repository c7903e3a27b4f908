# What rounds gave and left, and lists that shrink, end or are taken over. Never edited once merged.

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

ONLY_ADDED = "".join(
    f"""
create trigger {table}_only_added before update or delete or truncate on {table}
    for each statement execute function refuse_change();
"""
    for table in ["round_moves", "place_standings", "list_standings"]
)

# A case ends; it does not vanish. Who must move is planned anew until it has been done.
KEPT = """
create trigger list_cases_kept before delete or truncate on list_cases
    for each statement execute function refuse_change();
create trigger list_cases_settled before update on list_cases for each row
    when (old.applied_at is not null or old.withdrawn_at is not null) execute function refuse_change();
create trigger displacements_not_emptied before truncate on displacements
    for each statement execute function refuse_change();
create trigger displacements_settled before update or delete on displacements for each row
    when (old.outcome is not null) execute function refuse_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0001_rounds'),
    ]

    operations = [
        migrations.AddField(
            model_name='round',
            name='audit',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='round',
            name='recorded_on',
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name='ListCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('register_loaded_at', models.DateTimeField()),
                ('list_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('successor_id', models.BigIntegerField(null=True)),
                ('cap', models.IntegerField(null=True)),
                ('on', models.DateField()),
                ('notice', models.DateField()),
                ('agreed', models.BooleanField()),
                ('grounds', models.TextField()),
                ('tag', models.TextField()),
                ('commitment', models.TextField()),
                ('recorded_by', models.TextField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('draw', models.JSONField(null=True)),
                ('drawn_by', models.TextField(null=True)),
                ('drawn_at', models.DateTimeField(null=True)),
                ('input_digest', models.TextField(null=True)),
                ('rule_digest', models.TextField(null=True)),
                ('planned_by', models.TextField(null=True)),
                ('planned_at', models.DateTimeField(null=True)),
                ('signed_by', models.TextField(null=True)),
                ('signed_at', models.DateTimeField(null=True)),
                ('applied_by', models.TextField(null=True)),
                ('applied_at', models.DateTimeField(null=True)),
                ('withdrawn_by', models.TextField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'list_cases',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('cap__isnull', False), ('kind', 'reduction'), ('successor_id__isnull', True)), models.Q(('cap__isnull', True), ('kind', 'closure'), ('successor_id__isnull', True)), models.Q(('cap__isnull', True), ('kind', 'takeover'), ('successor_id__isnull', False)), _connector='OR'), name='list_cases_fit_their_kind'), models.CheckConstraint(condition=models.Q(('drawn_at__isnull', True), models.Q(('draw__isnull', False), ('kind', 'reduction')), _connector='OR'), name='list_cases_drawn_for_reductions'), models.CheckConstraint(condition=models.Q(('applied_at__isnull', True), models.Q(('signed_at__isnull', False), ('withdrawn_at__isnull', True)), _connector='OR'), name='list_cases_applied_when_signed'), models.CheckConstraint(condition=models.Q(('signed_at__isnull', True), ('planned_at__isnull', False), _connector='OR'), name='list_cases_signed_when_planned')],
            },
        ),
        migrations.CreateModel(
            name='ListStanding',
            fields=[
                ('pk', models.CompositePrimaryKey('round_id', 'list_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('list_id', models.BigIntegerField()),
                ('municipality', models.TextField()),
                ('cap', models.IntegerField()),
                ('status_before', models.TextField()),
                ('status_after', models.TextField()),
                ('length_before', models.IntegerField()),
                ('length_after', models.IntegerField()),
                ('came_assigned', models.IntegerField()),
                ('came_by_queue', models.IntegerField()),
                ('came_by_exchange', models.IntegerField()),
                ('came_by_right', models.IntegerField()),
                ('left', models.IntegerField()),
                ('in_line', models.IntegerField()),
                ('price', models.BigIntegerField()),
                ('wait_low', models.IntegerField(null=True)),
                ('wait_median', models.IntegerField(null=True)),
                ('wait_high', models.IntegerField(null=True)),
                ('wait_basis', models.TextField(null=True)),
                ('round', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='casework.round')),
            ],
            options={
                'db_table': 'list_standings',
            },
        ),
        migrations.CreateModel(
            name='PlaceStanding',
            fields=[
                ('pk', models.CompositePrimaryKey('round_id', 'person_id', 'list_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('person_id', models.BigIntegerField()),
                ('list_id', models.BigIntegerField()),
                ('rank', models.SmallIntegerField()),
                ('requested_at', models.DateTimeField()),
                ('outcome', models.TextField()),
                ('position', models.IntegerField(null=True)),
                ('ahead_persons', models.IntegerField(null=True)),
                ('exchange', models.TextField(null=True)),
                ('own_points_days', models.IntegerField(null=True)),
                ('threshold_days', models.IntegerField(null=True)),
                ('passed_by_exchange', models.IntegerField(null=True)),
                ('wait_low', models.IntegerField(null=True)),
                ('wait_median', models.IntegerField(null=True)),
                ('wait_high', models.IntegerField(null=True)),
                ('wait_basis', models.TextField(null=True)),
                ('round', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='casework.round')),
            ],
            options={
                'db_table': 'place_standings',
            },
        ),
        migrations.CreateModel(
            name='Displacement',
            fields=[
                ('pk', models.CompositePrimaryKey('case_id', 'person_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('person_id', models.BigIntegerField()),
                ('from_list_id', models.BigIntegerField()),
                ('to_list_id', models.BigIntegerField(null=True)),
                ('reason', models.TextField()),
                ('chosen', models.BooleanField()),
                ('rule', models.TextField()),
                ('explanation_key', models.TextField()),
                ('queued_since', models.DateField(null=True)),
                ('rank', models.SmallIntegerField(null=True)),
                ('metres', models.BigIntegerField(null=True)),
                ('outcome', models.TextField(null=True)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='casework.listcase')),
            ],
            options={
                'db_table': 'displacements',
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__isnull', True), ('outcome__in', ['moved', 'first_in_line', 'left_before']), _connector='OR'), name='displacements_outcome_is_known')],
            },
        ),
        migrations.CreateModel(
            name='RoundMove',
            fields=[
                ('pk', models.CompositePrimaryKey('person_id', 'round_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('person_id', models.BigIntegerField()),
                ('from_list_id', models.BigIntegerField(null=True)),
                ('to_list_id', models.BigIntegerField()),
                ('reason', models.TextField()),
                ('rule', models.TextField()),
                ('explanation_key', models.TextField()),
                ('cycle_id', models.BigIntegerField(null=True)),
                ('exchanged_from_id', models.BigIntegerField(null=True)),
                ('queued_since', models.DateField(null=True)),
                ('rank', models.SmallIntegerField(null=True)),
                ('dropped', models.TextField(null=True)),
                ('round', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='casework.round')),
            ],
            options={
                'db_table': 'round_moves',
                'indexes': [models.Index(condition=models.Q(('cycle_id', None), _negated=True), fields=['round', 'cycle_id'], name='round_moves_in_ring')],
                'constraints': [models.CheckConstraint(condition=models.Q(('dropped__isnull', True), ('dropped__in', ['gone', 'elsewhere', 'withdrawn', 'list_takes_none', 'family', 'no_room']), _connector='OR'), name='round_moves_dropped_is_known')],
            },
        ),
        migrations.RunSQL(ONLY_ADDED + KEPT, migrations.RunSQL.noop),
    ]

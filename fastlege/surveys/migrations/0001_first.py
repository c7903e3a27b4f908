# Surveys of municipalities, and what the database refuses of them. Never edited once merged.
import django.db.models.deletion
import django.db.models.functions.datetime
import fastlege.surveys.levels
from django.db import migrations, models

# An answer that was sent in, and what was published, stay as they are. A letter that is sent is not sent again.
KEPT = """
create trigger survey_answers_kept before delete or truncate on survey_answers
    for each statement execute function refuse_change();
create trigger survey_answers_sent_stand before update on survey_answers for each row
    when (old.sent_at is not null) execute function refuse_change();
create trigger survey_publications_only_added before update or delete or truncate on survey_publications
    for each statement execute function refuse_change();
create trigger survey_letters_kept before delete or truncate on survey_letters
    for each statement execute function refuse_change();
create trigger survey_letters_settled before update on survey_letters for each row
    when (old.state = 'sent') execute function refuse_change();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Address',
            fields=[
                ('municipality', models.TextField(primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('language', models.TextField()),
            ],
            options={
                'db_table': 'survey_addresses',
                'constraints': [models.CheckConstraint(condition=models.Q(('language__in', ['nb', 'nn', 'en'])), name='survey_addresses_language')],
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.TextField(unique=True)),
                ('previous', models.TextField()),
                ('opened_on', models.DateField()),
                ('answer_by', models.DateField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('opened_by', models.TextField()),
            ],
            options={
                'db_table': 'surveys',
                'constraints': [models.CheckConstraint(condition=models.Q(('answer_by__gte', models.F('opened_on'))), name='surveys_end_after_start'), models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z0-9-]{1,40}$')), name='surveys_key_is_short')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('municipality', models.TextField()),
                ('salt', models.TextField()),
                ('invited_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='surveys.survey')),
            ],
            options={
                'db_table': 'survey_invitations',
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.SmallIntegerField()),
                ('level', models.TextField(null=True)),
                ('vacant_posts', models.IntegerField(null=True)),
                ('without_applicants', models.IntegerField(null=True)),
                ('comment', models.TextField(db_default='')),
                ('saved_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('sent_at', models.DateTimeField(null=True)),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='surveys.invitation')),
            ],
            options={
                'db_table': 'survey_answers',
                'constraints': [models.UniqueConstraint(fields=('invitation', 'version'), name='survey_answers_versions'), models.UniqueConstraint(condition=models.Q(('sent_at__isnull', True)), fields=('invitation',), name='survey_answers_one_draft'), models.CheckConstraint(condition=models.Q(('level__isnull', True), ('level__in', [fastlege.surveys.levels.Level['GREEN'], fastlege.surveys.levels.Level['YELLOW'], fastlege.surveys.levels.Level['ORANGE'], fastlege.surveys.levels.Level['RED']]), _connector='OR'), name='survey_answers_level_is_known'), models.CheckConstraint(condition=models.Q(('sent_at__isnull', True), ('level__isnull', False), _connector='OR'), name='survey_answers_sent_have_a_level'), models.CheckConstraint(condition=models.Q(('vacant_posts__isnull', True), ('vacant_posts__gte', 0), _connector='OR'), name='survey_answers_vacant_posts'), models.CheckConstraint(condition=models.Q(('without_applicants__isnull', True), models.Q(('without_applicants__gte', 0), ('without_applicants__lte', models.F('vacant_posts'))), _connector='OR'), name='survey_answers_without_applicants')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.SmallIntegerField()),
                ('state', models.TextField(db_default='waiting')),
                ('attempts', models.SmallIntegerField(db_default=0)),
                ('next_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('answer', models.TextField(db_default='')),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='surveys.invitation')),
            ],
            options={
                'db_table': 'survey_letters',
                'constraints': [models.UniqueConstraint(fields=('invitation', 'number'), name='survey_letters_written_once'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'handing_over', 'sent', 'refused', 'unknown'])), name='survey_letters_state_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.SmallIntegerField()),
                ('note', models.TextField()),
                ('rows', models.JSONField()),
                ('published_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('published_by', models.TextField()),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='surveys.survey')),
            ],
            options={
                'db_table': 'survey_publications',
                'constraints': [models.UniqueConstraint(fields=('survey', 'version'), name='survey_publications_versions'), models.CheckConstraint(condition=models.Q(('version', 1), models.Q(('note', ''), _negated=True), _connector='OR'), name='survey_publications_corrections_have_a_note')],
            },
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(fields=('survey', 'municipality'), name='survey_invitations_asked_once'),
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
    ]

# States of runs, corrections, accounts, orders to the bank and readers. Never edited once merged.

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models


# Lines that were recorded before payees were named: the GP who held the list on the first of the month.
NAME_DOCTORS = """
alter table payment_lines disable trigger payment_lines_only_added;
update payment_lines l set doctor_id = p.doctor_id from doctor_periods p
where l.payee = 'gp' and p.list_id = l.list_id and p.relationship = 'regular'
    and p.start <= l.month and (p."end" is null or p."end" > l.month);
set constraints all immediate;
set constraints all deferred;
alter table payment_lines enable trigger payment_lines_only_added;
"""

# A line counts itself as its run does.
SAME_COUNT = """
alter table payment_runs add constraint payment_runs_counted_key unique (id, month, sequence, attempt);
alter table payment_lines add constraint payment_lines_counted_as_run
    foreign key (run_id, month, sequence, attempt) references payment_runs (id, month, sequence, attempt);
"""

# An account has a check digit, and belongs to a doctor or office whom the register knows.
ACCOUNTS = """
alter table bank_accounts
    add constraint bank_accounts_check_digit check ((
        5 * substr(account, 1, 1)::int + 4 * substr(account, 2, 1)::int + 3 * substr(account, 3, 1)::int
        + 2 * substr(account, 4, 1)::int + 7 * substr(account, 5, 1)::int + 6 * substr(account, 6, 1)::int
        + 5 * substr(account, 7, 1)::int + 4 * substr(account, 8, 1)::int + 3 * substr(account, 9, 1)::int
        + 2 * substr(account, 10, 1)::int + substr(account, 11, 1)::int) % 11 = 0),
    add column doctor_id bigint generated always as (case when party = 'doctor' then party_id end) stored
        constraint bank_accounts_of_doctor references doctors,
    add column office_id bigint generated always as (case when party = 'office' then party_id end) stored
        constraint bank_accounts_of_office references offices;
"""

ONLY_ADDED = "".join(
    f"""
create trigger {table}_only_added before update or delete or truncate on {table}
    for each statement execute function refuse_change();
"""
    for table in ["payment_steps", "payment_claims_lines", "payment_orders", "payment_transfers", "bank_accounts"]
)

# What has been withdrawn is prepared anew as another attempt; only what has been approved is corrected.
RUNS = """
create function refuse_run() returns trigger language plpgsql as $$
begin
    if new.attempt > 1 and not exists (
        select from payment_runs r join payment_steps s on s.run_id = r.id and s.step = 'withdrawn'
        where r.stream = new.stream and r.month = new.month and r.sequence = new.sequence
            and r.attempt = new.attempt - 1) then
        raise exception 'the attempt before has not been withdrawn' using errcode = 'FL005';
    end if;
    if new.stream = 'capitation' and new.sequence > 0 and not exists (
        select from payment_runs r join payment_steps s on s.run_id = r.id and s.step = 'approved'
        where r.stream = new.stream and r.month = new.month and r.sequence = new.sequence - 1) then
        raise exception 'only an approved run is corrected' using errcode = 'FL005';
    end if;
    return new;
end $$;
create trigger payment_runs_in_order before insert on payment_runs for each row execute function refuse_run();
"""

# The steps in their order, by two different people. The run's row is locked, so that two steps do not pass each other.
STEPS = """
create function refuse_step() returns trigger language plpgsql as $$
declare
    run payment_runs;
    taken text[];
begin
    select * into run from payment_runs where id = new.run_id for update;
    select coalesce(array_agg(step), '{}') into taken from payment_steps where run_id = new.run_id;
    if 'withdrawn' = any(taken) then
        raise exception 'the run has been withdrawn' using errcode = 'FL006';
    end if;
    if (new.step = 'approved' and not 'reviewed' = any(taken))
        or (new.step = 'paid' and not 'approved' = any(taken))
        or (new.step in ('reviewed', 'withdrawn') and 'approved' = any(taken)) then
        raise exception 'the step % comes out of order', new.step using errcode = 'FL006';
    end if;
    if new.step = 'approved' and (lower(btrim(new."by")) = lower(btrim(run.recorded_by)) or exists (
        select from payment_steps s where s.run_id = new.run_id and lower(btrim(s."by")) = lower(btrim(new."by")))) then
        raise exception 'the one who approves has prepared or reviewed the run' using errcode = 'FL007';
    end if;
    if new.step = 'paid' and not exists (
        select from payment_orders o where o.run_id = new.run_id and (
            select coalesce(sum(t.run_ore), 0) from payment_transfers t where t.order_id = o.id) = (
            select coalesce(sum(l.amount_ore), 0) from payment_lines l where l.run_id = o.run_id and l.payee = 'gp') + (
            select coalesce(sum(l.amount_ore), 0) from payment_claims_lines l where l.run_id = o.run_id)
    ) then
        raise exception 'the bank has not been told of the whole run' using errcode = 'FL006';
    end if;
    return new;
end $$;
create trigger payment_steps_in_order before insert on payment_steps for each row execute function refuse_step();
"""

# A correction is the difference to what the runs before it give: the same difference cannot come in twice.
CORRECTIONS = """
create function refuse_wrong_difference() returns trigger language plpgsql as $$
begin
    if exists (
        select from new_lines n where n.sequence > 0 and n.before_ore <> (
            select coalesce(sum(e.amount_ore), 0) from payment_lines e
            where e.list_id = n.list_id and e.month = n.month and e.kind = n.kind and e.payee = n.payee
                and e.doctor_id is not distinct from n.doctor_id and e.sequence < n.sequence
                and not exists (select from payment_steps s where s.run_id = e.run_id and s.step = 'withdrawn'))
    ) then
        raise exception 'a correction does not start from what was given before' using errcode = 'FL008';
    end if;
    if exists (
        select from new_lines n join payment_lines e on e.id = n.corrects_id
        where (e.list_id, e.month, e.kind, e.payee) <> (n.list_id, n.month, n.kind, n.payee)
            or e.doctor_id is distinct from n.doctor_id or e.sequence >= n.sequence
    ) then
        raise exception 'a correction names a line of something else' using errcode = 'FL008';
    end if;
    return null;
end $$;
create trigger payment_lines_differences after insert on payment_lines referencing new table as new_lines
    for each statement execute function refuse_wrong_difference();
"""

# The bank is told of approved runs only, and each transfer begins where the last between the two ended.
ORDERS = """
create function refuse_order() returns trigger language plpgsql as $$
begin
    if not exists (select from payment_steps s where s.run_id = new.run_id and s.step = 'approved') then
        raise exception 'the run has not been approved' using errcode = 'FL006';
    end if;
    return new;
end $$;
create trigger payment_orders_of_approved before insert on payment_orders
    for each row execute function refuse_order();

create function refuse_transfer() returns trigger language plpgsql as $$
begin
    if exists (
        select from new_transfers n left join payment_transfers e
            on (e.payer, e.payer_id, e.payee, e.payee_id, e.turn)
                = (n.payer, n.payer_id, n.payee, n.payee_id, n.turn - 1)
        where n.turn < 1 or (n.turn > 1 and e.id is null) or n.brought_ore <> coalesce(e.carried_ore, 0)
    ) then
        raise exception 'a transfer does not begin where the one before ended' using errcode = 'FL008';
    end if;
    return null;
end $$;
create trigger payment_transfers_in_turn after insert on payment_transfers referencing new table as new_transfers
    for each statement execute function refuse_transfer();
"""

REMOVE = """
drop function refuse_run() cascade;
drop function refuse_step() cascade;
drop function refuse_wrong_difference() cascade;
drop function refuse_order() cascade;
drop function refuse_transfer() cascade;
alter table payment_lines drop constraint payment_lines_counted_as_run;
alter table payment_runs drop constraint payment_runs_counted_key;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0005_choices'),
        ('settlement', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.TextField()),
                ('party_id', models.BigIntegerField()),
                ('account', models.TextField()),
                ('since', models.DateField()),
                ('recorded_by', models.TextField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'bank_accounts',
            },
        ),
        migrations.CreateModel(
            name='PaymentOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.TextField(unique=True)),
                ('execution_day', models.DateField()),
                ('amount_ore', models.BigIntegerField()),
                ('made_by', models.TextField()),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'payment_orders',
            },
        ),
        migrations.CreateModel(
            name='PaymentStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.TextField()),
                ('by', models.TextField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('note', models.TextField(db_default='')),
            ],
            options={
                'db_table': 'payment_steps',
            },
        ),
        migrations.CreateModel(
            name='PaymentTransfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payer', models.TextField()),
                ('payer_id', models.BigIntegerField()),
                ('payer_name', models.TextField()),
                ('payer_account', models.TextField()),
                ('payee', models.TextField()),
                ('payee_id', models.BigIntegerField()),
                ('payee_name', models.TextField()),
                ('payee_account', models.TextField()),
                ('turn', models.IntegerField()),
                ('brought_ore', models.BigIntegerField()),
                ('run_ore', models.BigIntegerField()),
                ('amount_ore', models.BigIntegerField()),
                ('carried_ore', models.BigIntegerField()),
            ],
            options={
                'db_table': 'payment_transfers',
            },
        ),
        migrations.CreateModel(
            name='StatementReader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('viewer', models.TextField()),
                ('municipality', models.TextField()),
                ('given_by', models.TextField()),
                ('given_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('ended_by', models.TextField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'statement_readers',
            },
        ),
        migrations.RemoveConstraint(
            model_name='paymentline',
            name='payment_lines_paid_once',
        ),
        migrations.RemoveConstraint(
            model_name='paymentline',
            name='payment_lines_not_negative',
        ),
        migrations.RemoveConstraint(
            model_name='paymentrun',
            name='payment_runs_register_day',
        ),
        migrations.AddField(
            model_name='paymentline',
            name='attempt',
            field=models.SmallIntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name='paymentline',
            name='before_ore',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='paymentline',
            name='corrects',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='settlement.paymentline'),
        ),
        migrations.AddField(
            model_name='paymentline',
            name='doctor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='registry.doctor'),
        ),
        migrations.AddField(
            model_name='paymentline',
            name='sequence',
            field=models.SmallIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='paymentrun',
            name='attempt',
            field=models.SmallIntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name='paymentrun',
            name='register_change',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='paymentrun',
            name='sequence',
            field=models.SmallIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='paymentrun',
            name='stream',
            field=models.TextField(db_default='capitation'),
        ),
        migrations.AlterField(
            model_name='paymentrun',
            name='digest',
            field=models.TextField(db_index=True),
        ),
        migrations.AlterField(
            model_name='paymentrun',
            name='month',
            field=models.DateField(),
        ),
        migrations.RunSQL(NAME_DOCTORS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.UniqueConstraint(fields=('list', 'month', 'kind', 'payee', 'doctor', 'sequence', 'attempt'), name='payment_lines_paid_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('doctor__isnull', False), ('payee', 'gp')), models.Q(('doctor__isnull', True), ('payee', 'municipality')), _connector='OR'), name='payment_lines_gp_is_named'),
        ),
        migrations.AddConstraint(
            model_name='paymentline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_ore__gte', 0), ('before_ore', 0), ('corrects__isnull', True)), ('sequence__gt', 0), _connector='OR'), name='payment_lines_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='paymentrun',
            constraint=models.UniqueConstraint(fields=('stream', 'month', 'sequence', 'attempt'), name='payment_runs_once'),
        ),
        migrations.AddConstraint(
            model_name='paymentrun',
            constraint=models.CheckConstraint(condition=models.Q(('stream__in', ['capitation', 'claims'])), name='payment_runs_of'),
        ),
        migrations.AddConstraint(
            model_name='paymentrun',
            constraint=models.CheckConstraint(condition=models.Q(('attempt__gte', 1), ('sequence__gte', 0)), name='payment_runs_counted'),
        ),
        migrations.AddConstraint(
            model_name='paymentrun',
            constraint=models.CheckConstraint(condition=models.Q(('register_day', models.F('month')), models.Q(('stream', 'capitation'), _negated=True), _connector='OR'), name='payment_runs_register_day'),
        ),
        migrations.AddIndex(
            model_name='bankaccount',
            index=models.Index(fields=['party', 'party_id', 'since'], name='bank_accounts_of_party'),
        ),
        migrations.AddConstraint(
            model_name='bankaccount',
            constraint=models.CheckConstraint(condition=models.Q(('party__in', ['doctor', 'office', 'municipality', 'state'])), name='bank_accounts_party'),
        ),
        migrations.AddConstraint(
            model_name='bankaccount',
            constraint=models.CheckConstraint(condition=models.Q(('account__regex', '^[0-9]{11}$')), name='bank_accounts_eleven_digits'),
        ),
        migrations.AddField(
            model_name='paymentorder',
            name='run',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='order', to='settlement.paymentrun'),
        ),
        migrations.AddField(
            model_name='paymentstep',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='settlement.paymentrun'),
        ),
        migrations.AddField(
            model_name='paymenttransfer',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='settlement.paymentorder'),
        ),
        migrations.AddConstraint(
            model_name='statementreader',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('viewer', 'municipality'), name='statement_readers_once'),
        ),
        migrations.AddConstraint(
            model_name='statementreader',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='statement_readers_ended_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='paymentorder',
            constraint=models.CheckConstraint(condition=models.Q(('amount_ore__gte', 0)), name='payment_orders_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='paymentstep',
            constraint=models.UniqueConstraint(fields=('run', 'step'), name='payment_steps_once'),
        ),
        migrations.AddConstraint(
            model_name='paymentstep',
            constraint=models.CheckConstraint(condition=models.Q(('step__in', ['reviewed', 'approved', 'paid', 'withdrawn'])), name='payment_steps_step'),
        ),
        migrations.AddConstraint(
            model_name='paymentstep',
            constraint=models.CheckConstraint(condition=models.Q(('by', ''), _negated=True), name='payment_steps_signed'),
        ),
        migrations.AddConstraint(
            model_name='paymenttransfer',
            constraint=models.UniqueConstraint(fields=('order', 'payer', 'payer_id', 'payee', 'payee_id'), name='transfers_once'),
        ),
        migrations.AddConstraint(
            model_name='paymenttransfer',
            constraint=models.UniqueConstraint(fields=('payer', 'payer_id', 'payee', 'payee_id', 'turn'), name='transfers_one_a_turn'),
        ),
        migrations.AddConstraint(
            model_name='paymenttransfer',
            constraint=models.CheckConstraint(condition=models.Q(('payee__in', ['doctor', 'office', 'municipality', 'state']), ('payer__in', ['doctor', 'office', 'municipality', 'state'])), name='transfers_parties'),
        ),
        migrations.AddConstraint(
            model_name='paymenttransfer',
            constraint=models.CheckConstraint(condition=models.Q(('amount_ore', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('brought_ore'), '+', models.F('run_ore')), '-', models.F('carried_ore')))), name='transfers_add_up'),
        ),
        migrations.AddConstraint(
            model_name='paymenttransfer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_ore__gte', 0), ('carried_ore', 0)), models.Q(('amount_ore', 0), ('carried_ore__lt', 0)), _connector='OR'), name='transfers_nothing_back'),
        ),
        migrations.AddField(
            model_name='paymentline',
            name='parts',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='paymentline',
            name='share',
            field=models.TextField(db_default='1'),
        ),
        migrations.CreateModel(
            name='ClaimsLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payee', models.TextField()),
                ('municipality', models.TextField(null=True)),
                ('bills', models.IntegerField()),
                ('credits', models.IntegerField()),
                ('amount_ore', models.BigIntegerField()),
                ('doctor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='registry.doctor')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims_lines', to='settlement.paymentrun')),
            ],
            options={
                'db_table': 'payment_claims_lines',
                'constraints': [models.UniqueConstraint(fields=('run', 'payee', 'doctor', 'municipality'), name='claims_lines_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('doctor__isnull', False), ('municipality__isnull', True), ('payee', 'gp')), models.Q(('doctor__isnull', True), ('municipality__isnull', False), ('payee', 'municipality')), _connector='OR'), name='claims_lines_payee'), models.CheckConstraint(condition=models.Q(('amount_ore__gte', 0), ('bills__gte', 0), ('credits__gte', 0)), name='claims_lines_not_negative')],
            },
        ),
        migrations.RunSQL(
            "".join([SAME_COUNT, ACCOUNTS, ONLY_ADDED, RUNS, STEPS, CORRECTIONS, ORDERS]), REMOVE
        ),
    ]

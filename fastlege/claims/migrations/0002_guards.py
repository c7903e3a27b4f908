# What the database itself refuses of claims. Never edited once merged.

from django.db import migrations

_TABLES = [
    *("claim_messages", "claim_bills", "claim_lines", "claim_credits", "claim_results", "claim_credit_results"),
    *("free_cards", "share_differences"),
]

ONLY_ADDED = "".join(
    f"""
create trigger {table}_only_added before update or delete or truncate on {table}
    for each statement execute function refuse_change();
"""
    for table in _TABLES
)

# Lines come before their bills, in one transaction: then a bill can be held against them when it comes, and no line can
# be added to one that is there.
LINES = """
create function check_bill_lines() returns trigger language plpgsql as $$
begin
    if exists (
        select from new_rows b left join lateral (
            select count(*) as lines, coalesce(sum(l.amount_ore), 0) as amount, coalesce(sum(l.share_ore), 0) as share
            from claim_lines l where l.bill_id = b.id
        ) s on true
        where (s.lines, s.amount, s.share) <> (b.line_count, b.amount_ore, b.share_ore)
    ) then
        raise exception 'the lines of a bill do not add up to the bill' using errcode = 'FL020';
    end if;
    return null;
end $$;
create trigger claim_bills_add_up after insert on claim_bills referencing new table as new_rows
    for each statement execute function check_bill_lines();

create function refuse_late_lines() returns trigger language plpgsql as $$
begin
    if exists (select from new_rows l join claim_bills b on b.id = l.bill_id) then
        raise exception 'a bill that is there gets no more lines' using errcode = 'FL020';
    end if;
    return null;
end $$;
create trigger claim_lines_before_bills after insert on claim_lines referencing new table as new_rows
    for each statement execute function refuse_late_lines();
"""

# Of bills that say the same under different numbers, one is approved, unless it has been credited.
RESULTS = """
create function check_results() returns trigger language plpgsql as $$
begin
    if exists (
        select from new_rows r join claim_bills b on b.id = r.bill_id
        where r.counted_ore > b.share_ore or r.approved and (b.doctor_id is null or b.person_id is null)
    ) then
        raise exception 'an approved bill has a known doctor and patient, and counts at most its share'
            using errcode = 'FL021';
    end if;
    if exists (
        select from new_rows r join claim_bills b on b.id = r.bill_id
        join claim_bills o on o.content = b.content and o.id <> b.id
        join claim_results a on a.bill_id = o.id and a.approved
        where r.approved
          and not exists (select from claim_credit_results c where c.bill_id = o.id and c.approved)
    ) then
        raise exception 'the same work is approved once' using errcode = 'FL021';
    end if;
    return null;
end $$;
create trigger claim_results_checked after insert on claim_results referencing new table as new_rows
    for each statement execute function check_results();

create function check_credit_results() returns trigger language plpgsql as $$
begin
    if exists (
        select from new_rows r join claim_credits c on c.id = r.credit_id join claim_bills b on b.id = r.bill_id
        left join claim_results a on a.bill_id = b.id
        where r.approved and (a.approved is not true
            or (c.practitioner, c.bill_number, c.amount_ore) <> (b.practitioner, b.bill_number, b.amount_ore))
    ) then
        raise exception 'a credit note takes back one whole approved bill of its sender' using errcode = 'FL022';
    end if;
    return null;
end $$;
create trigger claim_credit_results_checked after insert on claim_credit_results referencing new table as new_rows
    for each statement execute function check_credit_results();
"""

# A bill is paid when it is approved and not credited; taken back when it was paid and is credited; each once.
PAYMENTS = """
create trigger claim_payouts_kept before delete or truncate on claim_payouts
    for each statement execute function refuse_change();
create trigger claim_payouts_settled before update on claim_payouts for each row
    when (old.state <> 'sent' or (old.run, old.sent_on, old.sent_by, old.at)
        is distinct from (new.run, new.sent_on, new.sent_by, new.at))
    execute function refuse_change();

create trigger claim_payments_kept before delete or truncate on claim_payments
    for each statement execute function refuse_change();

create function refuse_repayment() returns trigger language plpgsql as $$
begin
    if (old.id, old.bill_id, old.part, old.payout_id, old.amount_ore, true)
            is distinct from (new.id, new.bill_id, new.part, new.payout_id, new.amount_ore, new.withdrawn)
        or old.withdrawn
        or not exists (select from claim_payouts p where p.id = new.payout_id and p.state = 'withdrawn')
    then
        raise exception 'a payment is only withdrawn, with its payout' using errcode = 'FL023';
    end if;
    return new;
end $$;
create trigger claim_payments_only_withdrawn before update on claim_payments
    for each row execute function refuse_repayment();

create function check_payments() returns trigger language plpgsql as $$
begin
    if exists (
        select from new_rows n join claim_bills b on b.id = n.bill_id
        join claim_payouts p on p.id = n.payout_id
        left join claim_results r on r.bill_id = b.id
        left join claim_credit_results c on c.bill_id = b.id and c.approved
        left join claim_payments paid on n.part = 'credit' and paid.bill_id = b.id and paid.part = 'bill'
            and not paid.withdrawn
        left join claim_payouts before on before.id = paid.payout_id
        where n.withdrawn or p.state <> 'sent' or r.approved is not true
            or abs(n.amount_ore) <> b.amount_ore - b.share_ore
            or n.part = 'bill' and c.credit_id is not null
            or n.part = 'credit' and (c.credit_id is null or before.state is distinct from 'paid')
    ) then
        raise exception 'only what is approved is paid, and only what was paid and credited is taken back'
            using errcode = 'FL023';
    end if;
    return null;
end $$;
create trigger claim_payments_checked after insert on claim_payments referencing new table as new_rows
    for each statement execute function check_payments();
"""

UNDO = """
drop function check_payments() cascade;
drop function refuse_repayment() cascade;
drop function check_credit_results() cascade;
drop function check_results() cascade;
drop function refuse_late_lines() cascade;
drop function check_bill_lines() cascade;
drop trigger claim_payments_kept on claim_payments;
drop trigger claim_payouts_settled on claim_payouts;
drop trigger claim_payouts_kept on claim_payouts;
""" + "".join(f"drop trigger {table}_only_added on {table};" for table in _TABLES)


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_first"), ("access", "0001_first")]

    operations = [migrations.RunSQL("".join([ONLY_ADDED, LINES, RESULTS, PAYMENTS]), UNDO)]

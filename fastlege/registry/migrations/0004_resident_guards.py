# What the database refuses and writes down in the tables of 0003. Never edited once merged.

from django.db import migrations

# `history` knows the rows of these tables by these columns.
KEYS = {
    "custody": "'child_id', 'adult_id', 'start'",
    "care_orders": "'child_id', 'start'",
    "protected_addresses": "'person_id'",
}

CHANGED = "".join(
    f"""
create trigger {table}_changed after insert or update or delete on {table}
    for each statement execute function note_change();
create trigger {table}_not_emptied before truncate on {table} for each statement execute function refuse_change();
create trigger {table}_update_history after update on {table} referencing old table as old_rows new table as new_rows
    for each statement execute function keep_history({key});
"""
    for table, key in KEYS.items()
)

# Custody and care orders end; they do not vanish. Protection may be taken off an address.
KEPT = "".join(
    f"""
create trigger {table}_kept before delete on {table} for each statement execute function refuse_change();
"""
    for table in ["custody", "care_orders", "offers", "extra_switches"]
) + """
create trigger protected_addresses_delete_history after delete on protected_addresses
    referencing old table as old_rows
    for each statement execute function keep_history('person_id');
create trigger receipts_only_added before update or delete or truncate on receipts
    for each statement execute function refuse_change();
"""

UNDO = "".join(
    f"""
drop trigger {table}_changed on {table};
drop trigger {table}_not_emptied on {table};
drop trigger {table}_update_history on {table};
"""
    for table in KEYS
) + "".join(
    f"""
drop trigger {table}_kept on {table};
"""
    for table in ["custody", "care_orders", "offers", "extra_switches"]
) + """
drop trigger protected_addresses_delete_history on protected_addresses;
drop trigger receipts_only_added on receipts;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_residents"), ("access", "0001_first")]

    operations = [migrations.RunSQL(CHANGED + KEPT, UNDO)]

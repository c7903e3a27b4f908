# From when a list is there, told with the rest that a choice locks and reads: a switch then asks the register once less.
# Never edited once merged.

from importlib import import_module

from django.db import migrations

BEFORE = import_module("fastlege.registry.migrations.0006_list_names").BEGIN
DROP = "drop function begin_choice(bigint, bigint[], bigint[], date, int, uuid);\n"
_END = "'end', l.\"end\","
BEGIN = BEFORE.replace(_END, f"'start', l.start, {_END}")


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_list_names")]

    operations = [migrations.RunSQL(DROP + BEGIN, DROP + BEFORE)]

# An employee is named by their number in this register: another register would make somebody else of them. So whoever was
# let in rests on the register, which is then not replaced. Never edited once merged.

from django.db import migrations

ADD = """
alter table statement_readers add constraint statement_readers_of_municipality
    foreign key (municipality) references municipalities (municipality);
"""
REMOVE = "alter table statement_readers drop constraint statement_readers_of_municipality;"


class Migration(migrations.Migration):
    dependencies = [("settlement", "0002_states")]

    operations = [migrations.RunSQL(ADD, REMOVE)]

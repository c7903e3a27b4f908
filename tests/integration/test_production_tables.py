"""In production no command changes the tables by the way, and none takes away what they hold."""

import os
import subprocess
import sys

SETTINGS = {
    "FASTLEGE_ENV": "production",
    "FASTLEGE_SECRET_KEY": "kT7-vX2_pQ9.zL4:wB8;nC3,mD6+hF1=jG5*yR0?uE8!sA2#iO7",
    "FASTLEGE_ALLOWED_HOSTS": "fastlege.example",
    "FASTLEGE_SMTP_URL": "smtps://site:hemmelig@mail.example",
    "FASTLEGE_MAIL_FROM": "no-reply@fastlege.example",
    "FASTLEGE_SITE_URL": "https://fastlege.example",
}
PROGRAM = """
from fastlege.database.ready import bring_up_to_date, open_database, start_afresh
from fastlege.kernel.errors import DataError

def told(step):
    try:
        step()
        print("done")
    except DataError as error:
        print(error)

told(open_database)
from django.db import connection
print(len(connection.introspection.table_names()), "tables")
print(len(bring_up_to_date()) > 10)
with connection.cursor() as cursor:
    for table in connection.introspection.django_table_names():
        cursor.execute(f"select '{table}' from {table}")
        assert cursor.fetchall() == [], "starting afresh empties the tables, and would lose what they begin with"
told(open_database)
told(start_afresh)
print(len(connection.introspection.table_names()) > 10)
"""


def test_tables_are_made_only_when_asked_for_and_never_taken_away(server):
    server.ensure_database("in_production")
    environ = {**os.environ, **SETTINGS, "FASTLEGE_DATABASE_URL": server.url("in_production")}
    for name in ("FASTLEGE_DEMO_LOGIN", "FASTLEGE_DEBUG", "FASTLEGE_RATE_FACTOR"):
        environ.pop(name, None)
    answer = subprocess.run([sys.executable, "-c", PROGRAM], env=environ, capture_output=True, text=True, check=True)
    behind, tables, made, opened, kept, still = answer.stdout.splitlines()
    assert "changes of its tables behind: " in behind
    assert "run `fastlege database migrate`" in behind
    assert (tables, made, opened, still) == ("0 tables", "True", "done", "True")
    assert "the tables of a production database are not emptied" in kept

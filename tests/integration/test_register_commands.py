"""`fastlege register`, `fastlege database` and `fastlege doctor`, as one types them."""

import json

import pytest
from django.db import connection
from typer.testing import CliRunner

from fastlege.cli.main import app
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.registry.journal import on_day

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fastlege(server, monkeypatch):
    """Run a command on the test database."""
    monkeypatch.setenv("FASTLEGE_DATABASE_URL", server.url(connection.settings_dict["NAME"]))

    def run(*words):
        return CliRunner().invoke(app, list(map(str, words)))

    return run


def test_load_export_and_check(fastlege, small_snapshot, tmp_path):
    loaded = json.loads(fastlege("register", "load", small_snapshot, "--json").stdout)
    assert loaded["rows"]["persons"] == Snapshot(small_snapshot).rows("persons")
    exported = json.loads(fastlege("register", "export", tmp_path / "out", "--on", loaded["as_of"], "--json").stdout)
    assert exported["digest"] == loaded["digest"] == Snapshot(tmp_path / "out").digest()
    checked = fastlege("register", "check", "--json")
    assert (checked.exit_code, json.loads(checked.stdout)["ok"]) == (0, True)
    assert "0 broken" in fastlege("register", "check").stdout
    again = fastlege("register", "load", small_snapshot)
    assert isinstance(again.exception, DataError)
    assert "Loaded the scheme as of 2023-10-01" in fastlege("register", "load", small_snapshot, "--replace").stdout


def test_check_says_what_is_broken_and_fails(fastlege, small_snapshot):
    fastlege("register", "load", small_snapshot)
    day = Snapshot(small_snapshot).as_of
    with on_day(day), connection.cursor() as cursor:
        cursor.execute("update lists set member_count = member_count + 1")
        cursor.execute("update persons set status = 'dead' where person_id = (select min(person_id) from memberships)")
    answer = fastlege("register", "check")
    assert answer.exit_code == 1
    assert "the length of a list is the number of its members: 12 rows" in answer.stdout
    assert "a person who is dead, abroad or has opted out stands on no list: 1 rows" in answer.stdout


def test_an_impossible_day_is_misuse(fastlege, tmp_path):
    assert fastlege("register", "export", tmp_path / "out", "--on", "2023-02-30").exit_code == 2


def test_doctor_tells_what_is_in_order(fastlege):
    answer = fastlege("doctor", "--json")
    told = {part["part"]: part["ok"] for part in json.loads(answer.stdout)["parts"]}
    assert answer.exit_code == 0
    assert told == dict.fromkeys(["Python", "PostgreSQL", "tables", "register", "texts", "rules", "login"], True)


def test_doctor_says_once_that_the_database_does_not_answer(fastlege, monkeypatch):
    monkeypatch.setenv("FASTLEGE_DATABASE_URL", "postgresql://postgres@/x?host=/nowhere")
    answer = fastlege("doctor")
    assert answer.exit_code == 1
    assert answer.stdout.count("does not answer") == 1
    assert "NOT WELL  tables: not looked at before PostgreSQL is in order." in answer.stdout
    assert "NOT WELL  register: not looked at before tables is in order." in answer.stdout


def test_migrate_says_that_the_tables_are_of_this_version(fastlege):
    assert fastlege("database", "migrate").stdout == "The tables are of this version.\n"

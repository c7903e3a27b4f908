"""Snapshots in and out of the register: the same tables, whole or not at all, any day since its history began."""

import os
import signal
import subprocess
import sys
import time
from datetime import date

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from django.db import DatabaseError, connection
from logging_in import session_for

from fastlege.access.actions import register_number, touch_session
from fastlege.access.models import IdentityNumber
from fastlege.access.viewers import Role, Viewer, resident
from fastlege.kernel.errors import DataError
from fastlege.kernel.identifiers import synthetic_person_number
from fastlege.kernel.snapshot import Snapshot, new_snapshot
from fastlege.kernel.snapshot_tables import ALL_TABLES, TABLES
from fastlege.kernel.vocabulary import Sex
from fastlege.registry import actions, state
from fastlege.registry.check import check_register
from fastlege.registry.export import export_snapshot
from fastlege.registry.journal import on_day
from fastlege.registry.load import load_snapshot
from fastlege.registry.models import GPContract, Membership, Person, QueuePlace, RegisterState

pytestmark = pytest.mark.django_db(transaction=True)
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="test case")
LATER = date(2023, 10, 20)
LATEST = date(2023, 11, 20)


@pytest.fixture
def snapshot(small_snapshot):
    return Snapshot(small_snapshot)


@pytest.fixture
def loaded(snapshot):
    load_snapshot(snapshot, by="test")
    return snapshot


def changed(snapshot, folder, table, change):
    """A copy of a snapshot in which one table is another."""
    with new_snapshot(folder) as writer:
        for name in ALL_TABLES.keys() - {"meta"}:
            rows = snapshot.table(name)
            writer.write(name, change(rows) if name == table else rows)
        writer.write_meta(snapshot.as_of, {})
    return Snapshot(folder)


def test_loading_and_exporting_gives_the_same_files(loaded, tmp_path):
    digest = export_snapshot(tmp_path / "out", on=loaded.as_of)
    assert digest == loaded.digest()
    for name in TABLES.keys() | {"custody", "protected_addresses"}:
        assert (tmp_path / "out" / f"{name}.parquet").read_bytes() == loaded.path(name).read_bytes(), name
    assert state.is_current(digest)


def test_who_wants_to_be_asked_comes_back_out_on_any_day(snapshot, tmp_path):
    asked = snapshot.table("queue", ["person_id", "list_id"]).slice(0, 3).sort_by([("person_id", "ascending")])
    of = changed(snapshot, tmp_path / "in", "asked_first", lambda rows: asked)
    load_snapshot(of, by="test")
    assert export_snapshot(tmp_path / "out", on=of.as_of) == of.digest()
    with on_day(LATEST):
        QueuePlace.objects.update(accept_in_advance=True)
    export_snapshot(tmp_path / "later", on=LATEST)
    assert Snapshot(tmp_path / "later").rows("asked_first") == 0
    assert export_snapshot(tmp_path / "past", on=of.as_of) == of.digest()


def test_after_loading_every_invariant_holds(loaded):
    assert [finding for finding in check_register() if finding.rows] == []


def test_the_guards_are_the_same_after_a_load(snapshot):
    def guards():
        with connection.cursor() as cursor:
            cursor.execute(
                "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
                " where connamespace = 'public'::regnamespace union all"
                " select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal"
                " union all select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'"
                " order by 1, 2, 3"
            )
            return cursor.fetchall()

    before = guards()
    load_snapshot(snapshot, by="test")
    assert guards() == before


def test_lengths_are_counted_while_loading(loaded):
    members = loaded.table("memberships").filter(pc.field("end").is_null())
    expected = {row["values"]: row["counts"] for row in members["list_id"].value_counts().to_pylist()}
    assert {row.pk: row.member_count for row in GPContract.objects.all() if row.member_count} == expected


def test_new_rows_get_new_numbers(loaded):
    newcomer = actions.register_immigration(
        birth_date=date(1990, 1, 1),
        sex=Sex.MALE,
        home=actions.Home(Person.objects.first().basic_unit_id, 1),
        on=LATER,
        by=CLERK,
    )
    assert newcomer == max(loaded.table("persons")["person_id"].to_pylist()) + 1


def test_a_register_that_holds_something_is_not_loaded_over(loaded, snapshot):
    with pytest.raises(DataError, match=r"not empty.*--replace"):
        load_snapshot(snapshot, by="test")


def test_replacing_gives_up_what_was_there(loaded, snapshot):
    person = Membership.objects.filter(end__isnull=True).first().person_id
    actions.register_death(person, died_on=LATER, on=LATER, by=CLERK)
    load_snapshot(snapshot, by="test", replace=True)
    assert Person.objects.get(pk=person).status == "resident"
    assert state.is_current(snapshot.digest())


def test_replacing_ends_every_login_and_forgets_the_numbers_of_those_who_were_there(loaded, snapshot):
    person = Person.objects.first().person_id
    key = session_for(resident(person))
    register_number(person, synthetic_person_number(LATER, 7, d_number=True), exists=lambda _: True)
    load_snapshot(snapshot, by="test", replace=True)
    assert touch_session(key) is None
    assert not IdentityNumber.objects.exists()
    # What was taken off the table for the load is back on it.
    register_number(person, synthetic_person_number(LATER, 7, d_number=True), exists=lambda _: True)
    with pytest.raises(DatabaseError):
        IdentityNumber.objects.all().delete()


class TestThePast:
    def act(self, day):
        """Some of everything, on one day."""
        people = list(Membership.objects.filter(end__isnull=True).order_by("person_id")[:400])
        roomy = GPContract.objects.filter(status="open").order_by("pk").first()
        roomy_people = [row.person_id for row in people if row.list_id != roomy.pk][:3]
        with_parent = Person.objects.filter(mother_id__isnull=False).order_by("-pk").first()
        for person in roomy_people:
            actions.switch_gp(person, to=roomy.pk, on=day, by=CLERK)
        actions.register_death(people[-1].person_id, died_on=day, on=day, by=CLERK)
        actions.opt_out(people[-2].person_id, on=day, by=CLERK)
        actions.register_birth(
            mother_id=people[-3].person_id, father_id=None, sex=Sex.FEMALE, born_on=day, on=day, by=CLERK
        )
        actions.move_residence(
            with_parent.pk, home=actions.Home(with_parent.basic_unit_id, 10**9 + day.month), on=day, by=CLERK
        )
        place = QueuePlace.objects.order_by("person_id").first()
        actions.withdraw_from_queue(place.person_id, from_list=place.list_id, on=day, by=CLERK)

    def test_every_day_is_answered_as_it_was(self, loaded, tmp_path):
        digests = {}
        for day in (LATER, LATEST):
            self.act(day)
            digests[day] = export_snapshot(tmp_path / f"{day}", on=day)
        assert len({loaded.digest(), *digests.values()}) == 3
        assert export_snapshot(tmp_path / "first", on=loaded.as_of) == loaded.digest()
        assert export_snapshot(tmp_path / "between", on=date(2023, 10, 19)) == loaded.digest()
        assert export_snapshot(tmp_path / "then", on=LATER) == digests[LATER]
        assert [finding for finding in check_register() if finding.rows] == []

    def test_only_the_present_is_current(self, loaded, tmp_path):
        self.act(LATER)
        past = export_snapshot(tmp_path / "past", on=date(2023, 10, 10))
        present = export_snapshot(tmp_path / "present", on=LATER)
        assert (state.is_current(past), state.is_current(present)) == (False, True)

    def test_what_is_agreed_shows_when_it_comes(self, loaded, tmp_path):
        person = Membership.objects.filter(end__isnull=True).first()
        roomy = GPContract.objects.filter(status="open").exclude(pk=person.list_id).first()
        actions.switch_gp(person.person_id, to=roomy.pk, on=LATER, by=CLERK)

        def lists_on(day):
            export_snapshot(tmp_path / "out", on=day)
            rows = Snapshot(tmp_path / "out").table("memberships").filter(pc.field("person_id") == person.person_id)
            return [(row["list_id"], row["end"]) for row in rows.to_pylist()][-2:]

        assert lists_on(date(2023, 10, 31))[-1] == (person.list_id, None)
        assert lists_on(date(2023, 11, 1)) == [(person.list_id, date(2023, 11, 1)), (roomy.pk, None)]

    def test_before_its_history_the_register_does_not_guess(self, loaded, tmp_path):
        with pytest.raises(DataError, match="history begins on 2023-10-01"):
            export_snapshot(tmp_path / "out", on=date(2023, 9, 30))
        assert not (tmp_path / "out").exists()

    def test_an_empty_register_has_nothing_to_tell(self, tmp_path):
        with pytest.raises(DataError, match="the register is empty"):
            export_snapshot(tmp_path / "out", on=LATER)

    def test_an_export_in_the_future_of_a_loaded_end_shows_it(self, snapshot, tmp_path):
        def end_soon(rows):
            ends = pa.array([date(2023, 12, 1), *rows["end"].to_pylist()[1:]], pa.date32())
            reasons = pa.array(["death", *rows["end_reason"].to_pylist()[1:]])
            rows = rows.set_column(rows.schema.get_field_index("end"), "end", ends)
            return rows.set_column(rows.schema.get_field_index("end_reason"), "end_reason", reasons)

        coming = changed(snapshot, tmp_path / "coming", "memberships", end_soon)
        load_snapshot(coming, by="test")
        assert export_snapshot(tmp_path / "out", on=snapshot.as_of) == coming.digest()


class TestBadSnapshots:
    def assert_refused(self, snapshot, match):
        with pytest.raises(DataError, match=match):
            load_snapshot(snapshot, by="test")
        assert not RegisterState.objects.exists()
        assert not Person.objects.exists()

    def test_overlapping_memberships(self, snapshot, tmp_path):
        def twice(rows):
            first = {**rows.slice(0, 1).to_pylist()[0], "start": date(1900, 1, 1)}
            return pa.concat_tables([pa.Table.from_pylist([first], rows.schema), rows])

        wrong = changed(snapshot, tmp_path / "wrong", "memberships", twice)
        self.assert_refused(wrong, "memberships_one_(open_row|successor)")

    def test_a_membership_of_an_unknown_person(self, snapshot, tmp_path):
        wrong = changed(snapshot, tmp_path / "wrong", "persons", lambda rows: rows.slice(1))
        self.assert_refused(wrong, "fk_persons")

    def test_unsorted_memberships(self, snapshot, tmp_path):
        wrong = changed(
            snapshot,
            tmp_path / "wrong",
            "memberships",
            lambda rows: pa.concat_tables([rows.slice(9), rows.slice(0, 9)]),
        )
        self.assert_refused(wrong, "not sorted by person")

    def test_a_damaged_file(self, snapshot, tmp_path):
        copy = changed(snapshot, tmp_path / "copy", "", None)
        path = copy.path("queue")
        content = bytearray(path.read_bytes())
        content[8 : len(content) // 2] = b"\0" * (len(content) // 2 - 8)
        path.write_bytes(bytes(content))
        self.assert_refused(copy, "is damaged")


_LOAD = """
import sys
from pathlib import Path
from fastlege.database.ready import open_database
open_database()
from fastlege.kernel.snapshot import Snapshot
from fastlege.registry.check import check_register
from fastlege.registry.load import load_snapshot
load_snapshot(Snapshot(Path(sys.argv[1])), by="test")
sys.exit(any(finding.rows for finding in check_register()))
"""


def start_load(snapshot, url):
    """A load in a process of its own; it ends with 0 when every invariant holds afterwards."""
    environment = {**os.environ, "FASTLEGE_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "fastlege.config.settings"}
    return subprocess.Popen([sys.executable, "-c", _LOAD, str(snapshot)], env=environment)


def test_kill_9_in_the_middle_of_a_load_leaves_the_register_as_it_was(small_snapshot, fresh_database):
    with psycopg.connect(fresh_database) as gate:
        # Held until the end: the load waits for this sequence when all rows and guards are in place.
        gate.execute("alter sequence persons_person_id_seq cache 1")
        process = start_load(small_snapshot, fresh_database)
        with psycopg.connect(fresh_database, autocommit=True) as watcher:
            waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%setval%'"
            deadline = time.monotonic() + 60
            while watcher.execute(waiting).fetchone() == (0,):
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.02)
            process.send_signal(signal.SIGKILL)
            process.wait()
    with psycopg.connect(fresh_database) as after:
        assert after.execute("select count(*) from persons").fetchone() == (0,)
        guard = "select count(*) from pg_constraint where conname = 'memberships_linked'"
        assert after.execute(guard).fetchone() == (1,)
    assert start_load(small_snapshot, fresh_database).wait() == 0

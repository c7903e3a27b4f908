"""What must never be in the register, the database itself refuses, whoever writes."""

from datetime import date

import pytest
import register_scene as scene
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection
from register_scene import CHILD, FULL, LOCKED, MOTHER, ROOMY, UNPLACED

from fastlege.access.privacy import unsorted_fields
from fastlege.registry.journal import on_day

DAY = date(2026, 7, 1)


@pytest.fixture
def register(db):
    scene.make_register()


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else None


def write(statement, *values):
    with on_day(DAY):
        run(statement, *values)
        run("set constraints all immediate")


def refused(statement, *values, by):
    """The statement is refused by the rule, and nothing of it is written."""
    with pytest.raises(DatabaseError, match=by):
        write(statement, *values)


def row(person, gp_list, start, end=None, previous_end=None):
    run(
        'insert into memberships (person_id, list_id, start, "end", begin_reason, previous_end)'
        " values (%s, %s, %s, %s, 'chosen_direct', %s)",
        person, gp_list, start, end, previous_end,
    )  # fmt: skip


INSERT = (
    'insert into memberships (person_id, list_id, start, "end", begin_reason, previous_end)'
    " values (%s, %s, %s, %s, 'chosen_direct', %s)"
)


class TestMemberships:
    @pytest.fixture(autouse=True)
    def history(self, register):
        """The man stood on ROOMY in January and February, nowhere in March, and stands on FULL from April."""
        with on_day(DAY):
            scene.add_person(20)
            row(20, ROOMY, "2026-01-01", "2026-03-01")
            row(20, FULL, "2026-04-01", None, "2026-03-01")

    def test_a_second_open_row_is_refused(self):
        refused(INSERT, 20, ROOMY, "2026-08-01", None, "2026-04-01", by="memberships_one_open_row")

    def test_a_second_first_row_is_refused(self):
        refused(INSERT, 20, ROOMY, "2025-01-01", "2025-06-01", None, by="memberships_one_successor")

    def test_a_fork_is_refused(self):
        refused(INSERT, 20, ROOMY, "2026-03-01", "2026-03-15", "2026-03-01", by="memberships_one_successor")

    def test_a_link_to_an_end_that_is_not_there_is_refused(self):
        refused(INSERT, 20, ROOMY, "2026-03-10", "2026-03-15", "2026-03-05", by="memberships_linked")

    def test_a_row_that_begins_before_the_one_before_it_ends_is_refused(self):
        run("update memberships set \"end\" = '2026-08-01' where person_id = 20 and start = '2026-04-01'")
        refused(INSERT, 20, ROOMY, "2026-07-15", None, "2026-08-01", by="memberships_after_the_previous")

    def test_an_end_moved_past_the_next_start_is_refused(self):
        refused(
            "update memberships set \"end\" = '2026-05-01' where person_id = 20 and start = '2026-01-01'",
            by="memberships_after_the_previous",
        )

    def test_an_end_moved_within_the_gap_takes_the_link_along(self):
        with on_day(DAY):
            run("update memberships set \"end\" = '2026-03-10' where person_id = 20 and start = '2026-01-01'")
        assert run("select previous_end from memberships where person_id = 20 and start = '2026-04-01'") == [
            (date(2026, 3, 10),)
        ]

    def test_an_empty_or_backward_period_is_refused(self):
        refused(
            "update memberships set \"end\" = start where person_id = 20 and start = '2026-04-01'",
            by="memberships_end_after_start",
        )

    @pytest.mark.parametrize(
        "change", ["list_id = 3", "start = '2026-04-02'", "begin_reason = 'birth'", "person_id = 11"]
    )
    def test_the_facts_of_a_row_are_not_rewritten(self, change):
        refused(
            f"update memberships set {change} where person_id = 20 and start = '2026-04-01'",
            by="may only be given another end",
        )

    def test_a_row_that_has_begun_is_not_removed(self):
        refused("delete from memberships where person_id = 20 and start = '2026-04-01'", by="it ends")

    def test_a_row_that_has_not_begun_may_be_taken_back_and_is_kept_in_history(self):
        with on_day(DAY):
            run("update memberships set \"end\" = '2026-08-01' where person_id = 20 and start = '2026-04-01'")
            row(20, ROOMY, "2026-08-01", None, "2026-08-01")
            run("delete from memberships where person_id = 20 and start = '2026-08-01'")
        assert run("select table_name, key from history") == [("memberships", ["20", "2026-08-01"])]

    def test_an_unknown_reason_is_refused(self):
        refused(INSERT.replace("chosen_direct", "whim"), CHILD, FULL, DAY, None, None, by="begin_reason_is_known")

    def test_an_unknown_person_or_list_is_refused(self):
        refused(INSERT, 999, ROOMY, DAY, None, None, by="fk_persons")
        scene.add_person(21)
        refused(INSERT, 21, 999, DAY, None, None, by="fk_lists")


class TestDoctorPeriods:
    def test_two_regular_gps_on_one_day_are_refused(self, register):
        with pytest.raises(IntegrityError, match="doctor_periods_one_regular_gp"), on_day(DAY):
            scene.add_period(FULL, doctor=2, start=date(2026, 1, 1))

    def test_a_regular_gp_may_follow_another_on_the_same_day(self, register):
        with on_day(DAY):
            run("update doctor_periods set \"end\" = %s, end_reason = 'moved' where list_id = %s", DAY, FULL)
            scene.add_period(FULL, doctor=2, start=DAY)

    def test_a_substitute_may_stand_in_beside_the_regular_gp(self, register):
        with on_day(DAY):
            scene.add_period(FULL, doctor=2, start=DAY, relationship="substitute")

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ("relationship = 'friend'", "relationship_is_known"),
            ("working_percentage = 101", "doctor_periods_percentage"),
            ('"end" = start', "doctor_periods_end_after_start"),
        ],
    )
    def test_impossible_values_are_refused(self, register, change, rule):
        refused(f"update doctor_periods set {change} where list_id = 1", by=rule)

    def test_the_same_period_twice_is_refused(self, register):
        with on_day(DAY):
            scene.add_period(ROOMY, doctor=1, start=DAY, relationship="substitute")
        with pytest.raises(IntegrityError, match="doctor_periods_starts_once"), on_day(DAY):
            scene.add_period(ROOMY, doctor=1, start=DAY, relationship="substitute")


class TestQueue:
    @pytest.fixture(autouse=True)
    def waiting(self, register):
        with on_day(DAY):
            self.add(MOTHER, FULL, 1)

    def add(self, person, gp_list, rank):
        run(
            "insert into queue (person_id, list_id, rank, requested_at) values (%s, %s, %s, now())",
            person, gp_list, rank,
        )  # fmt: skip

    def test_one_place_for_each_list(self):
        with pytest.raises(IntegrityError, match="queue_pkey"), on_day(DAY):
            self.add(MOTHER, FULL, 2)

    def test_one_list_for_each_rank(self):
        refused(
            "insert into queue (person_id, list_id, rank, requested_at) values (11, 3, 1, now())",
            by="queue_one_list_a_rank",
        )

    def test_ranks_begin_with_one(self):
        with pytest.raises(IntegrityError, match="queue_rank_from_one"), on_day(DAY):
            self.add(MOTHER, LOCKED, 0)

    def test_all_ranks_may_move_up_in_one_statement(self):
        with on_day(DAY):
            self.add(MOTHER, LOCKED, 2)
            run("delete from queue where person_id = %s and rank = 1", MOTHER)
            run("update queue set rank = rank - 1 where person_id = %s", MOTHER)
            run("set constraints all immediate")
        assert run("select list_id, rank from queue") == [(LOCKED, 1)]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("update persons set sex = 3 where person_id = 11", "persons_sex_is_known"),
        ("update persons set status = 'asleep' where person_id = 11", "persons_status_is_known"),
        ("update persons set municipality = '0000' where person_id = 11", "fk_municipalities"),
        ("update persons set basic_unit = '00000000' where person_id = 11", "fk_basic_units"),
        ("update lists set status = 'ajar' where list_id = 1", "lists_status_is_known"),
        ("update lists set cap = -1 where list_id = 1", "lists_cap_not_negative"),
        ("update lists set member_count = -1 where list_id = 1", "lists_member_count_not_negative"),
        ('update lists set "end" = start where list_id = 1', "lists_end_after_start"),
        ("update doctors set hpr = '9000002' where doctor_id = 1", "doctors_hpr"),
        ("insert into unplaced (person_id, since) values (14, '2026-07-01')", "unplaced_pkey"),
        ("insert into register_state (begins, meta) values ('2026-07-01', '{}')", "register_state_pkey"),
        ("insert into register_state (id, begins, meta) values (2, '2026-07-01', '{}')", "register_state_one_row"),
        ("update municipalities set size_group = 'huge'", "municipalities_size_group_is_known"),
    ],
)
def test_impossible_rows_are_refused(register, change, rule):
    refused(change, by=rule)


@pytest.mark.parametrize("table", ["events", "changes", "history", "switches", "access_lookup"])
@pytest.mark.parametrize("verb", ["delete from {}", "update {} set id = id", "truncate {} cascade"])
def test_journals_are_only_added_to(register, table, verb):
    run("set local fastlege.emptying = 'off'")
    refused(verb.format(table), by="rows are only added")


@pytest.mark.parametrize("table", ["persons", "offices", "doctors", "lists", "doctor_periods"])
def test_what_ends_does_not_vanish(register, table):
    refused(f"delete from {table}", by="rows are only added")


@pytest.mark.parametrize("table", ["persons", "lists", "memberships", "queue", "unplaced"])
def test_no_table_is_emptied(register, table):
    run("set local fastlege.emptying = 'off'")
    refused(f"truncate {table} cascade", by="rows are only added")


@pytest.mark.parametrize(
    "statement",
    [
        "update lists set cap = 400 where list_id = 1",
        "insert into unplaced (person_id, since) values (13, '2026-07-01')",
        "delete from unplaced",
        "insert into memberships (person_id, list_id, start, begin_reason) values (14, 2, '2026-07-01', 'allocated')",
    ],
)
def test_nothing_changes_without_a_day(register, statement):
    run("select set_config('fastlege.changed', '', true)")
    with pytest.raises(DatabaseError, match="no day is set"):
        run(statement)


def test_a_change_before_one_already_recorded_is_refused(register):
    with on_day(date(2026, 9, 1)):
        run("update lists set cap = 400 where list_id = %s", ROOMY)
    refused("update lists set cap = 300 where list_id = %s", ROOMY, by="a later change of this row")


def test_a_length_kept_by_addition_leaves_no_history(register):
    with on_day(DAY):
        run("update lists set member_count = member_count + 1 where list_id = %s", ROOMY)
    assert run("select count(*) from history") == [(0,)]


def test_each_transaction_counts_as_one_change(register):
    before = run("select count(*) from changes")[0][0]
    with on_day(DAY):
        run("select set_config('fastlege.changed', '', true)")
        run("update lists set cap = 400 where list_id = %s", ROOMY)
        run("delete from unplaced where person_id = %s", UNPLACED)
    assert run("select count(*) from changes")[0][0] == before + 1


def test_every_field_of_the_register_is_sorted_by_privacy():
    ours = [model for model in apps.get_models() if model.__module__.startswith("fastlege.")]
    assert unsorted_fields(ours) == []


def test_a_field_left_out_is_found():
    from django.db import models

    from fastlege.access.privacy import Privacy

    class Note(models.Model):
        text = models.TextField()
        about = models.TextField()
        privacy = Privacy(plain=("id", "text", "text", "colour"))

        class Meta:
            app_label = "privacy_test"

    assert unsorted_fields([Note]) == ["Note.about", "Note.colour", "Note.text"]

"""Applying a round: all of it once, or nothing."""

from dataclasses import replace
from datetime import date

import pytest
from carried_plan import carry_out
from django.db import DatabaseError, connection, transaction
from planning_scenes import AWAY, ON, Scene

from fastlege.casework.actions import apply_round, sign_round
from fastlege.casework.models import Round
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.plan import sealed
from fastlege.planning.plan_file import read_plan, write_plan
from fastlege.planning.round import plan_round
from fastlege.registry.check import check_register
from fastlege.registry.export import export_snapshot
from fastlege.registry.load import load_snapshot
from fastlege.registry.models import Event, GPContract, Membership, QueuePlace
from fastlege.rules.parameters import load_rulebook

pytestmark = pytest.mark.django_db(transaction=True)
BOOK = load_rulebook()
TABLES = ("memberships", "queue", "unplaced", "lists", "switches", "persons", "doctors", "offices", "doctor_periods")


def busy_scene() -> Scene:
    """Every kind of move that a round makes, and lists that open and close."""
    scene = Scene()
    scene.list(1, cap=12, status="closed")
    scene.list(2, cap=3)
    scene.list(3, cap=2)
    scene.list(4, cap=2, status="closed", municipality=AWAY)
    scene.people(range(11, 14), on_list=1)
    scene.people(range(21, 23), on_list=2)
    scene.people(range(41, 43), on_list=4, municipality=AWAY)
    scene.person(51)
    scene.unplaced(51, date(2026, 6, 15))
    scene.person(52, mother_id=41, birth_date=date(2020, 5, 5), municipality=AWAY)
    scene.membership(52, 4, end=date(2024, 1, 1), end_reason="opted_out")
    scene.unplaced(52, date(2026, 7, 1))
    scene.queue(12, 4, date(2025, 1, 10), rank=1)
    scene.queue(12, 2, date(2026, 5, 1), rank=2)
    scene.queue(12, 3, date(2026, 5, 1), rank=3)
    scene.queue(21, 1, date(2026, 2, 1))
    scene.queue(22, 1, date(2024, 10, 1), family=7)
    scene.queue(11, 3, date(2026, 7, 1))
    scene.switch(13, 1, 3, ON)
    return scene


@pytest.fixture
def applied(tmp_path):
    """A loaded register, its snapshot and the plan made from it."""
    snapshot = busy_scene().write(tmp_path / "snapshot")
    load_snapshot(snapshot, by="loader")
    return snapshot, plan_round(snapshot, on=ON, seed=1, book=BOOK)


def exported(folder, on=ON) -> Snapshot:
    export_snapshot(folder, on=on)
    return Snapshot(folder)


def test_the_register_is_afterwards_exactly_what_was_planned(applied, tmp_path):
    snapshot, plan = applied
    assert set(plan.moves["explanation_key"].to_pylist()) == {
        *("switch_granted", "without_list_assigned", "without_list_with_parent", "queue")
    }
    assert apply_round(plan, by="worker", book=BOOK).now
    carry_out(snapshot, plan, tmp_path / "planned")
    planned, after = Snapshot(tmp_path / "planned"), exported(tmp_path / "after")
    for name in TABLES:
        assert after.table(name).equals(planned.table(name)), name
    assert [finding.check for finding in check_register() if finding.rows] == []


def test_a_synthetic_area_comes_out_as_planned_to_the_last_byte(small_snapshot, tmp_path):
    snapshot = Snapshot(small_snapshot)
    load_snapshot(snapshot, by="loader")
    plan = plan_round(snapshot, on=date(2023, 11, 1), seed=1, book=BOOK)
    assert plan.moves.num_rows > 0
    apply_round(plan, by="worker", book=BOOK)
    carry_out(snapshot, plan, tmp_path / "planned")
    export_snapshot(tmp_path / "after", on=date(2023, 11, 1))
    assert Snapshot(tmp_path / "after").digest() == Snapshot(tmp_path / "planned").digest()
    assert [finding.check for finding in check_register() if finding.rows] == []


def test_the_day_before_is_still_what_it_was(applied, tmp_path):
    snapshot, plan = applied
    apply_round(plan, by="worker", book=BOOK)
    before = exported(tmp_path / "before", on=snapshot.as_of)
    for name in ("queue", "unplaced", "lists"):
        assert before.table(name).equals(snapshot.table(name)), name


def test_lengths_and_statuses_of_lists_follow_the_moves(applied):
    apply_round(applied[1], by="worker", book=BOOK)
    lists = {row.list_id: (row.member_count, row.status) for row in GPContract.objects.all()}
    counts = {number: Membership.objects.filter(list_id=number, end__isnull=True).count() for number in lists}
    assert {number: count for number, (count, _) in lists.items()} == counts
    assert {number: status for number, (_, status) in lists.items()} == {
        1: "open",
        2: "open",
        3: "closed",
        4: "closed",
    }


def test_a_better_wish_stays_in_the_queue_with_its_time_and_the_others_go(applied):
    apply_round(applied[1], by="worker", book=BOOK)
    left = QueuePlace.objects.filter(person_id=12).values_list("list_id", "rank", "requested_at__date")
    assert list(left) == [(4, 1, date(2025, 1, 10))]


def test_every_move_is_an_event_and_so_is_every_list_that_opens_or_closes(applied):
    _, plan = applied
    apply_round(plan, by="worker", book=BOOK)
    kinds = dict.fromkeys(["switched", "placed", "list_opened", "list_closed", "round_applied"], 0)
    for event in Event.objects.exclude(kind="register_loaded"):
        assert event.by == "worker"
        kinds[event.kind] += 1
    placed = plan.moves["from_list"].null_count
    assert kinds == {
        "switched": plan.moves.num_rows - placed,
        "placed": placed,
        "list_opened": len(plan.header.lists_opened),
        "list_closed": len(plan.header.lists_closed),
        "round_applied": 1,
    }


def test_applying_twice_does_nothing_the_second_time(applied):
    _, plan = applied
    first = apply_round(plan, by="worker", book=BOOK)
    events = Event.objects.count()
    second = apply_round(plan, by="other", book=BOOK)
    assert (first.now, second.now, second.applied_by) == (True, False, "worker")
    assert Event.objects.count() == events


def test_a_plan_signed_by_another_keeps_that_signature(applied):
    _, plan = applied
    first, second = sign_round(plan, by="first"), sign_round(plan, by="second")
    assert (first.now, second.now, first.round) == (True, False, second.round)
    done = apply_round(plan, by="worker", book=BOOK)
    assert (done.signed_by, done.applied_by) == ("first", "worker")


def untouched() -> bool:
    return not Round.objects.exists() and not Membership.objects.filter(start=ON).exists()


def test_a_plan_is_refused_when_the_register_has_changed_since(applied):
    _, plan = applied
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('fastlege.on', '2026-08-15', true)")
        cursor.execute("update lists set cap = cap + 1 where list_id = 1")
    with pytest.raises(DataError, match="the register has changed"):
        apply_round(plan, by="worker", book=BOOK)
    assert untouched()


def test_a_plan_made_with_other_rules_is_refused(applied):
    _, plan = applied
    row = BOOK.row("list.reopen_free_places", on=ON)
    other = BOOK.with_rows([replace(row, value=5, valid_from=date(2026, 1, 1))])
    with pytest.raises(DataError, match="other rules"):
        apply_round(plan, by="worker", book=other)
    assert untouched()


def test_an_altered_plan_is_refused(applied):
    _, plan = applied
    moves = plan.moves.set_column(2, plan.moves.schema.field(2), [[1] * plan.moves.num_rows])
    with pytest.raises(DataError, match="altered"):
        apply_round(replace(plan, moves=moves), by="worker", book=BOOK)
    assert untouched()


def test_a_plan_file_that_was_altered_is_refused(applied, tmp_path):
    _, plan = applied
    write_plan(replace(plan, header=replace(plan.header, seed=2)), tmp_path / "plan")
    with pytest.raises(DataError, match="has been altered"):
        read_plan(tmp_path / "plan")


def test_a_sealed_plan_that_moves_somebody_from_the_wrong_list_writes_nothing(applied):
    _, plan = applied
    origins = [3 if row["person_id"] == 13 else row["from_list"] for row in plan.moves.to_pylist()]
    moves = plan.moves.set_column(1, plan.moves.schema.field(1), [origins])
    with pytest.raises(DataError, match="do not stand on the list"):
        apply_round(sealed(plan.header, moves), by="worker", book=BOOK)
    assert untouched()


def test_a_sealed_plan_that_fills_a_list_above_its_cap_writes_nothing(applied):
    _, plan = applied
    moves = plan.moves.set_column(2, plan.moves.schema.field(2), [[3] * plan.moves.num_rows])
    with pytest.raises(DataError, match="above their cap"):
        apply_round(sealed(plan.header, moves), by="worker", book=BOOK)
    assert untouched()


def test_a_plan_is_signed_by_someone(applied):
    with pytest.raises(DataError, match="nobody is named"):
        apply_round(applied[1], by=" ", book=BOOK)


def test_a_round_cannot_be_signed_for_an_empty_register(tmp_path):
    snapshot = busy_scene().write(tmp_path / "snapshot")
    plan = plan_round(snapshot, on=ON, seed=1, book=BOOK)
    with pytest.raises(DataError, match="the register is empty"):
        sign_round(plan, by="worker")


def test_the_same_plan_can_be_applied_again_after_the_register_is_loaded_anew(applied):
    snapshot, plan = applied
    apply_round(plan, by="worker", book=BOOK)
    load_snapshot(snapshot, by="loader", replace=True)
    assert apply_round(plan, by="worker", book=BOOK).now


@pytest.mark.parametrize("statement", ["delete from rounds", "update rounds set signed_by = 'x'"])
def test_the_database_keeps_rounds_that_were_applied(applied, statement):
    apply_round(applied[1], by="worker", book=BOOK)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_a_round_applied_by_nobody(applied):
    sign_round(applied[1], by="worker")
    with pytest.raises(DatabaseError, match="rounds_applied_by_someone"), transaction.atomic():
        Round.objects.update(applied_by="x")

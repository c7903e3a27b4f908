"""A round on a register that people use meanwhile: nothing is sold twice, and what still holds is carried out."""

from datetime import date

import pyarrow.parquet as pq
import pytest
from planning_scenes import ON, Scene
from pyarrow.compute import field as column
from same_moment import at_the_same_moment

from fastlege.access.viewers import Role, Viewer
from fastlege.casework.actions import IfChanged, apply_audited, apply_round
from fastlege.casework.check import CHECKS
from fastlege.casework.models import ListStanding, PlaceStanding, Round, RoundMove
from fastlege.kernel.errors import DataError, Refused
from fastlege.kernel.snapshot import Snapshot
from fastlege.messages.models import Message
from fastlege.planning.plan import sealed
from fastlege.planning.round import plan_round
from fastlege.registry import actions
from fastlege.registry.check import check_register
from fastlege.registry.export import export_snapshot
from fastlege.registry.journal import on_day
from fastlege.registry.load import load_snapshot
from fastlege.registry.models import GPContract, Membership, QueuePlace
from fastlege.rules.parameters import load_rulebook

pytestmark = pytest.mark.django_db(transaction=True)
BOOK = load_rulebook()
DAY = date(2026, 8, 20)
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="test case")
CHAIN, OPEN, ELSEWHERE = (1, 2), 3, 6
RING = (7, 8, 9)


def scene() -> Scene:
    """A chain of two full lists into a free place on OPEN, a ring of three, one without a list, and room ELSEWHERE.

    11 is to go to 2 when 21 goes on to OPEN; 71, 81 and 91 change places; 51 is placed on ELSEWHERE.
    """
    made = Scene()
    for number in (*CHAIN, *RING):
        made.list(number, cap=2, status="closed")
        made.people(range(number * 10 + 1, number * 10 + 3), on_list=number)
    made.list(OPEN, cap=1)
    made.list(ELSEWHERE, cap=50)
    made.queue(11, 2, date(2026, 1, 1))
    made.queue(21, OPEN, date(2026, 1, 1))
    for number, wanted in zip(RING, (8, 9, 7), strict=True):
        made.queue(number * 10 + 1, wanted, date(2026, 2, 1))
    made.person(51)
    made.unplaced(51, date(2026, 6, 1))
    return made


@pytest.fixture
def planned(tmp_path):
    """The snapshot that the register holds, and its plan."""
    snapshot = scene().write(tmp_path / "snapshot")
    load_snapshot(snapshot, by="loader")
    plan = plan_round(snapshot, on=ON, seed=1, book=BOOK)
    assert {(row["person_id"], row["to_list"]) for row in plan.moves.to_pylist()} == {
        *((11, 2), (21, OPEN), (71, 8), (81, 9), (91, 7), (51, ELSEWHERE)),
    }
    return snapshot, plan


def drop(plan, **options):
    return apply_round(plan, by="worker", book=BOOK, if_changed=IfChanged.DROP, **options)


def dropped():
    return dict(RoundMove.objects.exclude(dropped=None).values_list("person_id", "dropped"))


def standing_on(gp_list):
    return set(Membership.objects.filter(list_id=gp_list, end=None).values_list("person_id", flat=True))


def healthy():
    return [finding.check for finding in check_register(CHECKS) if finding.rows] == []


def switch(person, to, on=DAY):
    return actions.switch_gp(person, to=to, on=on, by=CLERK)


def test_a_register_that_has_changed_is_refused_unless_what_does_not_hold_is_to_be_dropped(planned):
    switch(12, ELSEWHERE)
    with pytest.raises(DataError, match="--if-changed drop"):
        apply_round(planned[1], by="worker", book=BOOK)
    assert not Round.objects.exists()
    done = drop(planned[1])
    assert (done.now, done.moves, done.dropped) == (True, 6, 0)
    assert healthy()


def test_a_snapshot_in_other_bytes_than_an_export_must_be_given_when_its_plan_is_applied(tmp_path):
    snapshot = scene().write(tmp_path / "snapshot")
    pq.write_table(snapshot.table("lists"), snapshot.path("lists"), compression="none")
    unsigned = snapshot.table("meta").filter(column("key") != "digest")
    pq.write_table(unsigned, snapshot.path("meta"))
    snapshot = Snapshot(snapshot.folder)
    load_snapshot(snapshot, by="loader")
    plan = plan_round(snapshot, on=ON, seed=1, book=BOOK)
    with pytest.raises(DataError, match="Give their folder with --snapshot"):
        apply_audited(plan, by="worker", book=BOOK)
    assert apply_audited(plan, by="worker", book=BOOK, folder=snapshot.folder).moves == 6


def test_without_changes_nothing_is_dropped(planned):
    assert drop(planned[1]).dropped == 0
    assert healthy()


def test_who_has_switched_by_themselves_stays_there_and_the_rest_goes_on(planned):
    switch(21, ELSEWHERE)
    assert drop(planned[1]).dropped == 1
    assert dropped() == {21: "elsewhere"}
    assert standing_on(2) == {11, 22}
    assert standing_on(OPEN) == set()
    assert {21, 51} <= standing_on(ELSEWHERE)
    assert healthy()


def test_who_has_given_up_the_wish_stays_and_so_does_the_one_who_was_to_follow(planned):
    actions.withdraw_from_queue(21, from_list=OPEN, on=DAY, by=CLERK)
    assert drop(planned[1]).dropped == 2
    assert dropped() == {11: "no_room", 21: "withdrawn"}
    assert dict(Message.objects.filter(kind="move_dropped").values_list("person_id", "facts__list_id")) == {11: 2}
    assert (standing_on(1), standing_on(2)) == ({11, 12}, {21, 22})
    assert QueuePlace.objects.filter(person_id=11, list_id=2).exists()
    assert healthy()


def test_a_ring_is_not_unwound_and_the_list_is_one_above_its_cap(planned):
    actions.withdraw_from_queue(71, from_list=8, on=DAY, by=CLERK)
    assert drop(planned[1]).dropped == 1
    assert standing_on(7) == {71, 72, 91}
    assert (standing_on(8), standing_on(9)) == ({82}, {81, 92})
    assert healthy()


def test_the_dead_leave_their_place_to_the_others(planned):
    actions.register_death(71, died_on=DAY, on=DAY, by=CLERK)
    drop(planned[1])
    assert dropped() == {71: "gone"}
    assert standing_on(7) == {72, 91}
    assert not Message.objects.filter(person_id=71).exists()
    assert healthy()


def test_a_list_that_has_been_locked_or_shortened_takes_nobody(planned):
    with on_day(DAY):
        GPContract.objects.filter(pk=OPEN).update(cap=0)
        GPContract.objects.filter(pk=ELSEWHERE).update(status="locked")
    drop(planned[1])
    assert dropped() == {11: "no_room", 21: "no_room", 51: "list_takes_none"}
    assert healthy()


def test_a_wish_that_was_ranked_anew_is_met_by_its_rank_of_today(planned):
    with on_day(DAY):
        QueuePlace.objects.filter(person_id=21).update(rank=2)
        QueuePlace.objects.create(person_id=21, list_id=9, rank=1, requested_at="2026-08-10T10:00:00Z")
    drop(planned[1])
    assert list(QueuePlace.objects.filter(person_id=21).values_list("list_id", "rank")) == [(9, 1)]
    assert healthy()


def test_of_two_at_the_last_place_at_the_same_moment_one_gets_it(planned):
    """The round gives the one free place on OPEN to 21, while four others ask for it on the web."""
    _, plan = planned
    tasks = [lambda: drop(plan), *(lambda person=person: switch(person, OPEN) for person in (12, 22, 82, 92))]
    answers = at_the_same_moment(*tasks)
    assert not [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, Refused)]
    assert len(standing_on(OPEN)) == 1
    assert GPContract.objects.values_list("member_count", "status").get(pk=OPEN) == (1, "closed")
    assert healthy()


def test_many_who_switch_while_the_round_is_applied_are_all_served_or_refused_and_nothing_is_sold_twice(planned):
    _, plan = planned
    people = [person for number in (*CHAIN, *RING) for person in (number * 10 + 1, number * 10 + 2)]
    with on_day(DAY):
        GPContract.objects.filter(pk=ELSEWHERE).update(cap=5)
    tasks = [lambda person=person: switch(person, ELSEWHERE) for person in people]
    answers = at_the_same_moment(lambda: drop(plan), *tasks)
    assert {type(answer) for answer in answers[1:]} <= {date, Refused}
    assert answers[0].now
    assert len(standing_on(ELSEWHERE)) <= 5
    for gp_list in GPContract.objects.all():
        assert gp_list.member_count <= gp_list.cap + (gp_list.pk in RING)
    assert healthy()


def test_everybody_who_moves_is_told_and_so_are_the_offices(planned):
    apply_round(planned[1], by="worker", book=BOOK)
    assert dict(Message.objects.exclude(person_id=None).values_list("person_id", "kind")) == {
        **dict.fromkeys((11, 21), "place_from_queue"),
        **dict.fromkeys((71, 81, 91), "place_by_exchange"),
        51: "place_given",
    }
    facts = dict(Message.objects.filter(kind="changes_of_month").values_list("office_id", "facts"))
    assert {office: (each["arrivals"], each["departures"]) for office, each in facts.items()} == {
        **{1: (0, 1), 2: (1, 1), OPEN: (1, 0), ELSEWHERE: (1, 0)},
        **dict.fromkeys(RING, (1, 1)),
    }


def test_what_the_plan_says_of_moves_places_and_lists_is_stored(planned):
    _, plan = planned
    apply_round(plan, by="worker", book=BOOK)
    for table, rows in ((PlaceStanding, plan.places), (ListStanding, plan.lists)):
        names = rows.schema.names
        stored = sorted(table.objects.values_list(*names), key=lambda row: row[:2])
        assert stored == sorted((tuple(row[name] for name in names) for row in rows.to_pylist()), key=lambda r: r[:2])
    assert set(RoundMove.objects.values_list("person_id", "cycle_id", "explanation_key", "dropped")) == {
        (row["person_id"], row["cycle_id"], row["explanation_key"], None) for row in plan.moves.to_pylist()
    }


def test_a_round_can_be_recorded_before_its_day_and_not_after(planned, tmp_path):
    _, plan = planned
    with pytest.raises(DataError, match="cannot be recorded on 2026-09-02"):
        apply_round(plan, by="worker", book=BOOK, on=date(2026, 9, 2))
    apply_round(plan, by="worker", book=BOOK, on=DAY)
    switch(12, ELSEWHERE, on=date(2026, 8, 21))
    export_snapshot(tmp_path / "day", on=DAY)
    assert (
        set(Snapshot(tmp_path / "day").table("memberships").filter(column("list_id") == OPEN)["person_id"].to_pylist())
        == set()
    )
    assert healthy()


def test_a_plan_from_before_another_round_is_refused(planned, tmp_path):
    snapshot, plan = planned
    other = plan_round(snapshot, on=date(2026, 10, 1), seed=2, book=BOOK)
    apply_round(plan, by="worker", book=BOOK)
    with pytest.raises(DataError, match="another round, for 2026-09-01, has been applied since"):
        drop(other)


def test_the_audit_is_kept_with_the_round_and_a_broken_promise_refuses_it(planned, tmp_path):
    _, plan = planned
    apply_audited(plan, by="worker", book=BOOK)
    audit = Round.objects.get().audit
    assert audit
    assert set(audit.values()) == {True}
    assert not apply_audited(plan, by="worker", book=BOOK).now


def test_a_plan_that_breaks_a_promise_is_not_applied(planned):
    snapshot, plan = planned
    moves = plan.moves.filter(column("person_id") != 21)
    broken = sealed(plan.header, moves, plan.places, plan.lists)
    with pytest.raises(DataError, match=r"breaks .* of the promises"):
        apply_audited(broken, by="worker", book=BOOK, folder=snapshot.folder)
    assert not Round.objects.exists()


def test_a_changed_register_needs_the_folder_to_be_audited(planned):
    snapshot, plan = planned
    switch(12, ELSEWHERE)
    with pytest.raises(DataError, match="--snapshot DIR"):
        apply_audited(plan, by="worker", book=BOOK, if_changed=IfChanged.DROP)
    done = apply_audited(plan, by="worker", book=BOOK, if_changed=IfChanged.DROP, folder=snapshot.folder)
    assert done.now

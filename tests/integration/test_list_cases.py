"""Reductions, closures and takeovers in the register: asked, drawn, placed, signed, applied once, and all told."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from planning_scenes import Scene

from fastlege.casework.cases import applying, planning, steps
from fastlege.casework.cases.steps import Asked
from fastlege.casework.check import CHECKS
from fastlege.casework.models import Displacement, ListCase
from fastlege.kernel.errors import DataError, Refused
from fastlege.kernel.snapshot import Snapshot
from fastlege.messages.models import Message
from fastlege.planning.displaced.draw_file import read_draw
from fastlege.planning.displaced.draw_record import differences
from fastlege.registry.check import check_register
from fastlege.registry.export import export_snapshot
from fastlege.registry.journal import on_day
from fastlege.registry.load import load_snapshot
from fastlege.registry.models import (
    CareOrder,
    Custody,
    DoctorPeriod,
    Event,
    GPContract,
    Membership,
    Person,
    ProtectedAddress,
    QueuePlace,
    Switch,
    Unplaced,
)
from fastlege.rules.parameters import load_rulebook

pytestmark = pytest.mark.django_db(transaction=True)
BOOK = load_rulebook()
NOTICE, ON = date(2026, 8, 1), date(2027, 3, 1)
ASKED = Asked(notice=NOTICE, on=ON, grounds="Shorter days")
LONG, NEAR, FULL, NEW = 1, 2, 3, 4
ALONE, COUPLE, FAMILY = range(101, 111), (201, 202), (301, 302, 303)


def scene() -> Scene:
    """A list of fifteen: ten who live alone, a couple, and parents with a child. One near list with room, one full."""
    made = Scene()
    made.list(LONG, cap=1000)
    made.list(NEAR, cap=12, latitude=60.01)
    made.list(FULL, cap=2, latitude=60.02, status="closed")
    made.list(NEW, cap=5)
    for number in (LONG, NEAR, FULL, NEW):
        made.rows["doctors"].append(
            {
                "doctor_id": number,
                "hpr": str(9000000 + number),
                "name": "Lege",
                "birth_date": date(1975, 1, 1),
                "sex": 1,
            }
            | {"languages": ["nb"], "specialist_since": None, "training_since": None}
        )
        made.gp(number) if number != NEW else None
    made.people(ALONE, on_list=LONG)
    for number in COUPLE:
        made.person(number, on_list=LONG, household_id=200)
    for number in FAMILY[:2]:
        made.person(number, on_list=LONG, household_id=300)
    made.person(303, on_list=LONG, household_id=300, mother_id=301, father_id=302, birth_date=date(2018, 5, 5))
    made.people(range(401, 403), on_list=FULL)
    made.queue(101, FULL, date(2026, 1, 5))
    made.queue(401, LONG, date(2026, 1, 5), rank=1)
    made.queue(401, NEAR, date(2026, 1, 6), rank=2)
    return made


@pytest.fixture
def register(tmp_path):
    load_snapshot(scene().write(tmp_path / "snapshot"), by="loader")
    with on_day(NOTICE):
        for adult in FAMILY[:2]:
            Custody.objects.create(child_id=FAMILY[2], adult_id=adult, kind="joint", start=date(2018, 5, 5))
    return Exports(tmp_path)


@pytest.fixture
def family_drawn(monkeypatch):
    """A tag with which the lots fall on the family."""
    monkeypatch.setattr(steps.secrets, "token_hex", lambda length: "tag 3")


class Exports:
    """Exports of the register, each in a folder of its own."""

    def __init__(self, folder):
        self.folder, self.number = folder, 0

    def now(self, on=NOTICE):
        self.number += 1
        path = self.folder / f"export{self.number}"
        export_snapshot(path, on=on)
        return Snapshot(path)


def reduction(cap=10, **changes):
    asked = replace(ASKED, agreed=True, **changes)
    return steps.record_reduction(LONG, cap=cap, asked=asked, by="anna", book=BOOK)


def to_signed(case, register):
    planning.plan_case(case.pk, register.now(), by="anna", book=BOOK)
    return steps.sign_case(case.pk, by="berit")


def apply(case, **options):
    return applying.apply_case(case.pk, by="anna", book=BOOK, **options)


def healthy():
    return [finding.check for finding in check_register(CHECKS) if finding.rows] == []


def kinds(**readers):
    return sorted(Message.objects.filter(**readers).values_list("kind", flat=True))


def refused(action, *codes):
    with pytest.raises(Refused) as error:
        action()
    assert [violation.rule for violation in error.value.violations] == list(codes)


def test_a_reduction_from_the_wish_to_the_day_it_takes_effect(register, tmp_path):
    case = reduction()
    assert kinds(office_id=LONG) == ["reduction_recorded"]
    planning.draw_case(case.pk, register.now(), by="anna", book=BOOK)
    drawn = Message.objects.filter(kind="reduction_drawn").values_list("concerns_id", "person_id")
    drawn = {concerned or reader for concerned, reader in drawn}
    to_signed(case, register)
    moves = {row.person_id: row.to_list_id for row in Displacement.objects.all()}
    assert len(moves) == 5
    assert set(moves) == drawn
    done = apply(case)
    assert (done.now, done.moved, done.first_in_line, done.left_before) == (True, 5, 0, 0)
    assert set(moves.values()) == {NEAR}
    assert GPContract.objects.values_list("cap", "member_count", "status").get(pk=LONG) == (10, 10, "closed")
    assert GPContract.objects.get(pk=NEAR).member_count == 5
    for person in moves:
        assert list(Membership.objects.filter(person_id=person, end=None).values_list("start", "begin_reason")) == [
            (ON, "list_reduction")
        ]
    assert not Switch.objects.filter(person_id__in=moves, chosen=True).exists()
    assert Event.objects.filter(kind="cap_changed", to_list_id=LONG).count() == 1
    assert "changes_of_month" in kinds(office_id=NEAR)
    assert not apply(case).now
    assert healthy()


def test_anyone_can_draw_again_from_what_is_made_known(register, tmp_path):
    case = reduction()
    assert steps.case_of(case.pk).commitment
    refused(lambda: planning.publish_draw(steps.case_of(case.pk), tmp_path / "draw"), "case.not_drawn")
    assert planning.shown(steps.case_of(case.pk))["tag"] is None
    planning.draw_case(case.pk, register.now(), by="anna", book=BOOK)
    planning.publish_draw(steps.case_of(case.pk), tmp_path / "draw")
    record = read_draw(tmp_path / "draw")
    assert (differences(record), record.tag_digest) == ([], case.commitment)


def test_children_are_told_through_those_who_have_custody(register, family_drawn):
    case = reduction()
    planning.draw_case(case.pk, register.now(), by="anna", book=BOOK)
    to_signed(case, register)
    apply(case)
    told = Message.objects.filter(concerns_id=303).values_list("person_id", "kind")
    assert sorted(told) == [
        *((301, "reduction_drawn"), (301, "reduction_placed"), (302, "reduction_drawn"), (302, "reduction_placed")),
    ]
    assert kinds(person_id=301, concerns_id=None) == ["reduction_drawn", "reduction_placed"]
    assert not Message.objects.filter(person_id=303).exists()


def test_a_parent_elsewhere_is_not_told_where_a_protected_child_goes(register, family_drawn):
    with on_day(NOTICE):
        Person.objects.filter(pk=302).update(household_id=302)
        ProtectedAddress.objects.create(person_id=303, grade="confidential", since=NOTICE)
    case = steps.record_closure([LONG], asked=ASKED, by="anna", book=BOOK)
    to_signed(case, register)
    apply(case)
    assert list(Message.objects.filter(concerns_id=303).values_list("person_id", flat=True)) == [301]


def test_where_the_child_welfare_service_decides_no_parent_is_told(register):
    with on_day(NOTICE):
        CareOrder.objects.create(child_id=303, start=NOTICE)
    case = steps.record_closure([LONG], asked=ASKED, by="anna", book=BOOK)
    to_signed(case, register)
    apply(case)
    assert not Message.objects.filter(concerns_id=303).exists()
    assert kinds(person_id=303) == ["closure_placed"] or kinds(person_id=303) == ["closure_first_in_line"]


def test_who_has_left_since_the_draw_is_let_be(register):
    case = reduction()
    planning.draw_case(case.pk, register.now(), by="anna", book=BOOK)
    to_signed(case, register)
    gone = Displacement.objects.exclude(person_id__in=(*COUPLE, *FAMILY)).first().person_id
    with on_day(date(2026, 9, 1)):
        move(gone, LONG, NEW, date(2026, 10, 1))
    done = apply(case)
    assert (done.moved, done.left_before) == (4, 1)
    assert Membership.objects.get(person_id=gone, end=None).list_id == NEW
    assert healthy()


def move(person, origin, to, on):
    """Somebody's own switch, in the writes that it comes to."""
    with connection.cursor() as cursor:
        cursor.execute(
            'update memberships set "end" = %s, end_reason = \'chosen_direct\' where person_id = %s and "end" is null',
            [on, person],
        )
        cursor.execute(
            "insert into memberships (person_id, list_id, start, begin_reason, previous_end)"
            " values (%s, %s, %s, 'chosen_direct', %s)",
            [person, to, on, on],
        )
        for gp_list, change in ((origin, -1), (to, 1)):
            cursor.execute("update lists set member_count = member_count + %s where list_id = %s", [change, gp_list])
        cursor.execute("delete from queue where person_id = %s", [person])


def test_a_place_taken_since_the_plan_is_not_given_twice(register):
    case = reduction()
    planning.draw_case(case.pk, register.now(), by="anna", book=BOOK)
    to_signed(case, register)
    with on_day(date(2026, 9, 1)):
        GPContract.objects.filter(pk=NEAR).update(cap=2)
    done = apply(case)
    assert (done.moved + done.first_in_line, done.moved <= 2) == (5, True)
    assert GPContract.objects.get(pk=NEAR).member_count == done.moved
    assert set(Unplaced.objects.values_list("person_id", "since")) == {
        (row.person_id, ON) for row in Displacement.objects.filter(outcome="first_in_line")
    }
    household = Displacement.objects.filter(person_id__in=FAMILY).values_list("outcome", flat=True)
    assert len(set(household)) <= 1
    assert "reduction_first_in_line" in kinds()
    assert healthy()


def test_a_list_that_has_become_short_enough_needs_no_draw(register):
    case = reduction(cap=14)
    refused(lambda: to_signed(case, register), "case.not_drawn")
    with on_day(date(2026, 9, 1)):
        move(101, LONG, NEW, date(2026, 10, 1))
    to_signed(case, register)
    assert apply(case).moved == 0
    assert GPContract.objects.values_list("cap", "member_count").get(pk=LONG) == (14, 14)


def test_a_practice_ends_and_its_residents_go_to_other_lists(register):
    case = steps.record_closure([LONG], asked=ASKED, by="anna", book=BOOK)
    assert GPContract.objects.get(pk=LONG).status == "locked"
    to_signed(case, register)
    done = apply(case)
    assert done.moved + done.first_in_line == 15
    assert done.first_in_line == 3
    assert GPContract.objects.values_list("end", "end_reason", "member_count").get(pk=LONG) == (
        *(ON, "practice_closed", 0),
    )
    assert GPContract.objects.values_list("member_count", "status").get(pk=NEAR) == (12, "closed")
    assert set(DoctorPeriod.objects.filter(list_id=LONG).values_list("end", flat=True)) == {ON}
    assert list(QueuePlace.objects.filter(person_id=401).values_list("list_id", "rank")) == [(NEAR, 1)]
    assert kinds(person_id=401) == ["queue_ended"]
    assert kinds(office_id=LONG) == ["changes_of_month", "list_ends"]
    assert set(kinds(person_id__in=ALONE)) <= {"closure_placed", "closure_first_in_line"}
    assert set(Membership.objects.filter(begin_reason="practice_closed").values_list("start", flat=True)) == {ON}
    assert healthy()


def test_a_successor_takes_over_everybody_also_who_came_after_the_plan(register):
    case = steps.record_takeover(LONG, successor=NEW, asked=ASKED, by="anna", book=BOOK)
    to_signed(case, register)
    with on_day(date(2026, 9, 1)):
        move(402, FULL, LONG, date(2026, 10, 1))
    done = apply(case)
    assert (done.moved, done.first_in_line) == (16, 0)
    assert GPContract.objects.get(pk=NEW).member_count == 16
    assert kinds(person_id=402) == ["taken_over"]
    assert healthy()


def test_a_list_that_is_to_end_takes_over_no_other_and_the_other_way_round(register):
    record = {"asked": ASKED, "by": "anna", "book": BOOK}
    ending = steps.record_closure([FULL], **record)
    refused(lambda: steps.record_takeover(LONG, successor=FULL, **record), "case.list_busy")
    assert GPContract.objects.get(pk=LONG).status != "locked"
    steps.withdraw_case(ending.pk, on=NOTICE, by="anna")
    steps.record_takeover(LONG, successor=FULL, **record)
    refused(lambda: steps.record_closure([FULL], **record), "case.list_busy")


def test_several_lists_end_together(register):
    case = steps.record_closure([FULL, LONG], asked=ASKED, by="anna", book=BOOK)
    to_signed(case, register)
    done = apply(case, on=date(2027, 2, 1))
    assert done.moved + done.first_in_line == 17
    assert GPContract.objects.filter(end=ON).count() == 2
    assert healthy()


def test_what_is_asked_for_is_checked_and_all_that_is_wrong_is_told(register):
    record = lambda **options: steps.record_reduction(LONG, by="anna", book=BOOK, **options)  # noqa: E731
    short = Asked(notice=NOTICE, on=date(2026, 9, 15), grounds="")
    refused(
        lambda: record(cap=2000, asked=short),
        *("case.day", "case.cap_not_lower", "list.reduction_notice"),
    )
    refused(lambda: record(cap=400, asked=ASKED), "list.cap_needs_agreement")
    refused(
        lambda: steps.record_closure([LONG], asked=replace(ASKED, on=date(2026, 10, 1)), by="anna", book=BOOK),
        "case.closure_notice",
    )
    reduction()
    refused(reduction, "case.list_busy")
    with pytest.raises(DataError, match="needs its grounds"):
        reduction(grounds=" ")
    with pytest.raises(DataError, match="no list 99"):
        steps.record_closure([99], asked=ASKED, by="anna", book=BOOK)
    with pytest.raises(DataError, match="name each list once"):
        steps.record_closure([LONG, LONG], asked=ASKED, by="anna", book=BOOK)
    with pytest.raises(DataError, match="take over itself"):
        steps.record_takeover(LONG, successor=LONG, asked=ASKED, by="anna", book=BOOK)
    with pytest.raises(DataError, match="nobody is named"):
        steps.record_closure([NEAR], asked=ASKED, by=" ", book=BOOK)
    assert ListCase.objects.count() == 1


def test_steps_out_of_turn_are_refused(register):
    before = register.now()
    case = reduction()
    refused(lambda: steps.sign_case(case.pk, by="berit"), "case.not_planned")
    refused(lambda: apply(case), "case.not_signed")
    with pytest.raises(DataError, match="after the case was recorded"):
        planning.draw_case(case.pk, before, by="anna", book=BOOK)
    now = register.now()
    planning.draw_case(case.pk, now, by="anna", book=BOOK)
    refused(lambda: planning.draw_case(case.pk, now, by="anna", book=BOOK), "case.drawn_already")
    to_signed(case, register)
    with pytest.raises(DataError, match="cannot be recorded on"):
        apply(case, on=date(2027, 3, 2))
    apply(case)
    refused(lambda: planning.plan_case(case.pk, now, by="anna", book=BOOK), "case.finished")
    with pytest.raises(DataError, match="no case"):
        steps.case_of(case.pk + 1)
    closing = steps.record_closure([NEAR], asked=replace(ASKED, notice=ON, on=date(2028, 1, 1)), by="a", book=BOOK)
    refused(lambda: planning.draw_case(closing.pk, now, by="anna", book=BOOK), "case.not_a_reduction")


def test_a_case_that_is_withdrawn_changes_nothing_and_stays_on_record(register):
    case = steps.record_closure([LONG], asked=ASKED, by="anna", book=BOOK)
    steps.withdraw_case(case.pk, on=date(2026, 9, 1), by="anna")
    assert GPContract.objects.values_list("status", "end").get(pk=LONG) == ("closed", None)
    refused(lambda: apply(case), "case.finished")
    reduction()
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from list_cases")


def test_planning_again_replaces_the_plan_and_asks_for_a_new_signature(register):
    case = steps.record_closure([LONG], asked=ASKED, by="anna", book=BOOK)
    to_signed(case, register)
    planning.plan_case(case.pk, register.now(), by="anna", book=BOOK)
    assert Displacement.objects.count() == 15
    refused(lambda: apply(case), "case.not_signed")

"""Two who act at the same moment: nothing is oversold, and nobody waits for somebody who waits for them."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import register_scene as scene
from django.db import transaction
from register_scene import FULL, MAN, ROOMY
from same_moment import at_the_same_moment

from fastlege.access.viewers import Role, Viewer, resident
from fastlege.kernel.errors import Refused
from fastlege.registry import actions, state
from fastlege.registry.actions import Form
from fastlege.registry.check import check_register
from fastlege.registry.journal import on_day
from fastlege.registry.models import Event, GPContract, Membership, Offer, Unplaced

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 7, 10)
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="test case")


@pytest.fixture(autouse=True)
def register():
    scene.make_register()


def test_of_many_who_want_the_last_place_one_gets_it():
    people = range(100, 108)
    with on_day(DAY):
        GPContract.objects.filter(pk=ROOMY).update(cap=3)
        for person in people:
            scene.add_person(person)
            Unplaced.objects.create(person_id=person, since=DAY)
    answers = at_the_same_moment(
        *[lambda person=person: actions.switch_gp(person, to=ROOMY, on=DAY, by=CLERK) for person in people]
    )
    assert sorted(map(str, map(type, answers))) == sorted([str(date)] + [str(Refused)] * 7)
    assert GPContract.objects.values_list("member_count", "status").get(pk=ROOMY) == (3, "closed")
    assert Membership.objects.filter(person_id__in=people).count() == 1
    assert [finding for finding in check_register() if finding.rows] == []


def test_those_who_change_places_do_not_wait_for_each_other():
    with on_day(DAY):
        scene.add_list(4)
        scene.add_list(5)
        for person in range(100, 120):
            scene.add_person(person)
            scene.add_membership(person, 4 + person % 2, start=date(2026, 6, 1))
        GPContract.objects.filter(pk__in=[4, 5]).update(member_count=10)
    answers = at_the_same_moment(
        *[lambda p=person: actions.switch_gp(p, to=5 - p % 2, on=DAY, by=CLERK) for person in range(100, 108)]
    )
    assert answers == [date(2026, 8, 1)] * 8
    assert [finding for finding in check_register() if finding.rows] == []


def test_one_person_asking_twice_gets_one_place():
    with on_day(DAY):
        scene.add_list(4)
    answers = at_the_same_moment(*[lambda: actions.switch_gp(MAN, to=4, on=DAY, by=CLERK)] * 2)
    assert sorted(map(str, map(type, answers))) == sorted([str(date), str(Refused)])
    assert Membership.objects.filter(person_id=MAN, end__isnull=True).count() == 1


def test_one_who_works_alone_sees_no_change_half_done():
    def alone():
        with on_day(DAY, alone=True):
            before = state.last_change()
            lengths = GPContract.objects.get(pk=FULL).member_count, Membership.objects.filter(person_id=MAN).count()
            assert lengths in {(1, 1), (0, 2)}
            return state.last_change() - before

    switch = lambda: actions.switch_gp(MAN, to=ROOMY, on=DAY, by=CLERK)  # noqa: E731
    assert at_the_same_moment(alone, switch, alone) == [0, date(2026, 8, 1), 0]


def test_a_change_makes_an_earlier_snapshot_outdated():
    with transaction.atomic():
        state.lock_register()
        state.note_snapshot("abc", on=DAY, change=state.last_change(), made="export")
    assert state.is_current("abc")
    assert not state.is_current("unknown")
    actions.switch_gp(MAN, to=ROOMY, on=DAY, by=CLERK)
    assert not state.is_current("abc")


def test_of_two_families_who_want_the_last_two_places_one_gets_both():
    families = [[100 + 10 * number, 101 + 10 * number] for number in range(4)]
    with on_day(DAY):
        scene.add_list(4, cap=2)
        for people in families:
            for person in people:
                scene.add_person(person, household_id=people[0])
                Unplaced.objects.create(person_id=person, since=DAY)
    answers = at_the_same_moment(
        *[lambda people=people: actions.switch_together(people, to=4, on=DAY, by=CLERK) for people in families]
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Receipt"] + ["Refused"] * 3
    assert GPContract.objects.values_list("member_count", "status").get(pk=4) == (2, "closed")
    got = set(Membership.objects.filter(list_id=4).values_list("person_id", flat=True))
    assert got in [set(people) for people in families]
    assert [finding for finding in check_register() if finding.rows] == []


def test_a_double_click_is_one_switch_and_two_receipts():
    with on_day(DAY):
        scene.add_list(4)
    form = Form(key=uuid4())
    click = lambda: actions.switch_together([MAN], to=4, on=DAY, by=resident(MAN), form=form)  # noqa: E731
    answers = at_the_same_moment(click, click, click)
    assert sorted(answer.already for answer in answers) == [False, True, True]
    assert Event.objects.filter(kind="switched").count() == 1


def test_a_place_that_is_offered_is_not_taken_by_anyone_else():
    moment = datetime(2026, 7, 10, 9, tzinfo=UTC)
    with on_day(DAY):
        scene.add_list(4, cap=0, status="closed")
    actions.queue_together([MAN], list_id=4, at=moment, by=resident(MAN), accept_in_advance=False)
    with on_day(DAY):
        GPContract.objects.filter(pk=4).update(cap=1, status="open")
        for person in range(100, 104):
            scene.add_person(person)
            Unplaced.objects.create(person_id=person, since=DAY)
    others = [lambda p=person: actions.switch_gp(p, to=4, on=DAY, by=CLERK) for person in range(100, 104)]
    offers, *answers = at_the_same_moment(lambda: actions.renew_offers(on=DAY, by=CLERK), *others)
    taken = sum(isinstance(answer, date) for answer in answers)
    assert (offers == (0, 1)) == (taken == 0)
    assert taken + Offer.objects.filter(state="open").count() == 1
    assert [finding for finding in check_register() if finding.rows] == []

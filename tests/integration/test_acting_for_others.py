"""Who chooses for whom: the database says so, everybody else is refused, and both parents are told."""

from datetime import UTC, date, datetime

import pytest
import register_scene as scene
from django.core.exceptions import PermissionDenied
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from register_scene import CHILD, FULL, MAN, MOTHER, ROOMY

from fastlege.access.viewers import Role, Viewer, resident
from fastlege.kernel.errors import DataError, Refused
from fastlege.kernel.periods import age_on
from fastlege.kernel.vocabulary import CustodyKind, ProtectionGrade
from fastlege.messages.models import Message
from fastlege.registry import actions, queries
from fastlege.registry.actions import Consent, Form
from fastlege.registry.check import findings
from fastlege.registry.journal import on_day
from fastlege.registry.models import CareOrder, Custody, Event, Membership, QueuePlace, Unplaced
from fastlege.registry.resident.people import people_of

DAY, FIRST = date(2026, 7, 10), date(2026, 8, 1)
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="test case")
FATHER, TEEN, WARD, GUARDIAN = 20, 21, 22, 23
NEW_LIST = 4


@pytest.fixture(autouse=True)
def family(db):
    """The child of the scene gets a father elsewhere and a sister of thirteen; a ward of forty has a guardian."""
    scene.make_register()
    with on_day(DAY):
        scene.add_list(NEW_LIST, cap=100)
        scene.add_person(FATHER, household_id=9)
        scene.add_person(TEEN, birth_date=date(2013, 1, 1), mother_id=MOTHER, father_id=FATHER)
        scene.add_person(WARD, birth_date=date(1986, 1, 1), household_id=7)
        scene.add_person(GUARDIAN, birth_date=date(1960, 1, 1), household_id=8)
        for person in (FATHER, TEEN, WARD, GUARDIAN):
            scene.add_membership(person, ROOMY, start=date(2020, 1, 1))
        connection.cursor().execute("update lists set member_count = member_count + 4 where list_id = 2")
        actions.register_custody(CHILD, adults=dict.fromkeys([MOTHER, FATHER], CustodyKind.JOINT), on=DAY, by=CLERK)
        scene.add_custody(TEEN, MOTHER)
        scene.add_custody(TEEN, FATHER)
        scene.add_custody(WARD, GUARDIAN, kind="guardian")


@pytest.fixture(autouse=True)
def whole(family):
    yield
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        assert [finding for finding in findings(cursor) if finding.rows] == []


def open_list(person):
    return Membership.objects.get(person_id=person, end__isnull=True).list_id


def told(kind):
    return sorted(Message.objects.filter(kind=kind).values_list("person_id", "concerns_id"))


def switch(person, by, consent=Consent()):  # noqa: B008 (frozen)
    return lambda: actions.switch_gp(person, to=NEW_LIST, on=DAY, by=resident(by), consent=consent)


class TestParents:
    def test_a_parent_with_custody_chooses_and_both_parents_are_told(self):
        switch(CHILD, FATHER)()
        assert open_list(CHILD) == NEW_LIST
        assert told("switched") == [(MOTHER, CHILD), (FATHER, CHILD)]

    def test_a_child_of_twelve_has_a_say_which_is_recorded(self):
        with pytest.raises(Refused, match=r"child\.needs_childs_say"):
            switch(TEEN, MOTHER)()
        switch(TEEN, MOTHER, Consent(child_agrees=True))()
        details = Event.objects.get(kind="switched", person_id=TEEN).details
        assert (details["capacity"], details["child_agrees"]) == ("custodian", True)

    def test_a_parent_whose_custody_has_ended_is_a_stranger_from_that_day(self):
        actions.register_custody(CHILD, adults={MOTHER: CustodyKind.SOLE}, on=date(2026, 7, 12), by=CLERK)
        assert [one.person_id for one in people_of(resident(FATHER), on=DAY)] == [FATHER, TEEN, CHILD]
        late = date(2026, 7, 12)
        assert [one.person_id for one in people_of(resident(FATHER), on=late)] == [FATHER, TEEN]
        with pytest.raises(PermissionDenied):
            actions.switch_gp(CHILD, to=NEW_LIST, on=late, by=resident(FATHER))
        actions.switch_gp(CHILD, to=NEW_LIST, on=late, by=resident(MOTHER))
        assert told("switched") == [(MOTHER, CHILD)]

    def test_a_registered_parent_without_custody_neither_sees_nor_chooses(self):
        with on_day(DAY):
            scene.add_person(30, birth_date=date(2020, 1, 1), mother_id=MOTHER, father_id=MAN)
            Unplaced.objects.create(person_id=30, since=DAY)
        for refused in (
            lambda: queries.person(resident(MAN), 30, on=DAY),
            lambda: actions.opt_out(30, on=DAY, by=resident(MAN)),
        ):
            with pytest.raises(PermissionDenied):
                refused()

    def test_nobody_chooses_for_a_child_under_a_care_order_but_a_case_worker(self):
        actions.register_care_order(CHILD, on=DAY, by=CLERK)
        assert [one.person_id for one in people_of(resident(MOTHER), on=DAY)] == [MOTHER, TEEN]
        with pytest.raises(PermissionDenied):
            switch(CHILD, MOTHER)()
        actions.switch_gp(CHILD, to=NEW_LIST, on=DAY, by=CLERK)
        actions.register_care_order(CHILD, on=date(2026, 9, 1), by=CLERK, ends=True)
        assert CHILD in [one.person_id for one in people_of(resident(MOTHER), on=date(2026, 9, 1))]
        assert CareOrder.objects.get().end == date(2026, 9, 1)
        with pytest.raises(DataError, match="no care order"):
            actions.register_care_order(CHILD, on=date(2026, 9, 2), by=CLERK, ends=True)


class TestOwnChoice:
    def test_from_sixteen_the_child_chooses_and_the_parents_do_not(self):
        birthday = date(2029, 1, 1)
        with pytest.raises(PermissionDenied):
            actions.switch_gp(TEEN, to=NEW_LIST, on=birthday, by=resident(MOTHER))
        actions.switch_gp(TEEN, to=NEW_LIST, on=birthday, by=resident(TEEN))
        assert told("switched") == [(TEEN, None)]

    def test_a_younger_child_has_no_login_and_gets_nothing(self):
        assert people_of(resident(TEEN), on=DAY) == []
        with pytest.raises(PermissionDenied):
            switch(TEEN, TEEN)()

    def test_a_guardian_by_appointment_chooses_for_a_ward_of_any_age_who_is_told(self):
        switch(WARD, GUARDIAN)()
        assert told("switched") == [(WARD, None), (GUARDIAN, WARD)]
        with pytest.raises(PermissionDenied):
            switch(GUARDIAN, WARD)()

    @pytest.mark.parametrize(
        "viewer",
        [
            Viewer("office", Role.OFFICE, purpose="curious", person_id=MAN),
            Viewer("anyone", Role.PUBLIC),
            Viewer("clerk", Role.CASE_WORKER),
            Viewer("admin", Role.ADMINISTRATOR, purpose="why not"),
        ],
    )
    def test_no_other_role_acts_for_anybody(self, viewer):
        for person in (MAN, 999):
            with pytest.raises(PermissionDenied):
                actions.switch_gp(person, to=NEW_LIST, on=DAY, by=viewer)

    def test_somebody_else_and_nobody_are_refused_alike(self):
        for person in (WARD, 999):
            with pytest.raises(PermissionDenied) as refused:
                switch(person, MOTHER)()
            assert str(refused.value) == ""


class TestProtectedAddresses:
    def test_a_parent_elsewhere_learns_nothing_of_a_child_whose_address_is_protected(self):
        actions.protect_address(CHILD, grade=ProtectionGrade.STRICTLY_CONFIDENTIAL, on=DAY, by=CLERK)
        for refused in (switch(CHILD, FATHER), lambda: queries.person(resident(FATHER), CHILD, on=DAY)):
            with pytest.raises(PermissionDenied):
                refused()
        switch(CHILD, MOTHER)()
        assert told("switched") == [(MOTHER, CHILD)]
        actions.protect_address(CHILD, grade=None, on=date(2026, 7, 20), by=CLERK)
        assert queries.person(resident(FATHER), CHILD, on=date(2026, 7, 20)).pk == CHILD


class TestTogether:
    def test_a_family_moves_whole(self):
        form = Form(consents={TEEN: Consent(child_agrees=True)})
        people = [MOTHER, CHILD, TEEN]
        receipt = actions.switch_together(people, to=NEW_LIST, on=DAY, by=resident(MOTHER), form=form)
        assert sorted(receipt.facts["people"]) == people
        assert [open_list(person) for person in people] == [NEW_LIST] * 3

    def test_a_family_that_does_not_fit_does_not_move_at_all(self):
        with on_day(DAY):
            connection.cursor().execute("update lists set cap = 2 where list_id = %s", [NEW_LIST])
            scene.add_person(40, birth_date=date(2000, 1, 1), household_id=1)
            scene.add_membership(40, ROOMY, start=date(2020, 1, 1))
            scene.add_custody(40, MOTHER, kind="guardian")
            connection.cursor().execute("update lists set member_count = member_count + 1 where list_id = 2")
        with pytest.raises(Refused, match=r"list\.full"):
            actions.switch_together([MOTHER, 40, WARD], to=NEW_LIST, on=DAY, by=CLERK)
        assert open_list(MOTHER) == ROOMY

    def test_children_follow_a_parent_who_takes_the_last_place(self):
        with on_day(DAY):
            connection.cursor().execute("update lists set cap = 1 where list_id = %s", [NEW_LIST])
        actions.switch_together([CHILD, MOTHER], to=NEW_LIST, on=DAY, by=resident(MOTHER))
        reasons = Membership.objects.filter(list_id=NEW_LIST).order_by("person_id")
        assert list(reasons.values_list("begin_reason", flat=True)) == ["chosen_direct", "child_of_member"]

    def test_a_family_waits_as_one(self):
        form, moment = Form(consents={TEEN: Consent(child_agrees=True)}), datetime(2026, 7, 10, 9, tzinfo=UTC)
        people = [MOTHER, CHILD, TEEN]
        actions.queue_together(people, list_id=FULL, at=moment, by=resident(MOTHER), form=form)
        assert set(QueuePlace.objects.values_list("family_id", "rank", "list_id")) == {(MOTHER, 1, FULL)}
        alone = lambda: actions.queue_together([CHILD], list_id=5, at=moment, by=resident(MOTHER))  # noqa: E731
        with on_day(DAY):
            scene.add_list(5, cap=0, status="closed")
        with pytest.raises(Refused, match=r"waiting\.family_or_alone"):
            alone()
        actions.withdraw_from_queue(CHILD, from_list=FULL, on=DAY, by=resident(MOTHER))
        assert set(QueuePlace.objects.values_list("person_id", "family_id")) == {(MOTHER, MOTHER), (TEEN, MOTHER)}
        alone()
        assert QueuePlace.objects.get(person_id=CHILD).family_id is None


class TestCustodyRecords:
    def test_custody_ends_and_does_not_vanish(self):
        actions.register_custody(TEEN, adults={FATHER: CustodyKind.SOLE}, on=date(2026, 8, 1), by=CLERK)
        rows = Custody.objects.filter(child_id=TEEN).order_by("start", "adult_id")
        assert [(row.adult_id, row.kind, row.end) for row in rows] == [
            (MOTHER, "joint", FIRST), (FATHER, "joint", FIRST), (FATHER, "sole", None),
        ]  # fmt: skip

    def test_custody_alone_is_not_shared(self):
        with pytest.raises(DataError, match="does not share it"):
            actions.register_custody(
                TEEN, adults={MOTHER: CustodyKind.SOLE, FATHER: CustodyKind.JOINT}, on=DAY, by=CLERK
            )

    def test_only_a_case_worker_with_a_purpose_registers_it(self):
        with pytest.raises(PermissionDenied):
            actions.register_custody(TEEN, adults={FATHER: CustodyKind.SOLE}, on=DAY, by=resident(FATHER))


class TestAgesInTheDatabase(TestCase):
    """The database's age and the rules' age are one."""

    @settings(max_examples=60, deadline=None)
    @given(birth=st.dates(date(2004, 1, 1), date(2016, 12, 31)), day=st.dates(date(2020, 1, 1), date(2032, 12, 31)))
    def test_own_choice_begins_on_the_same_day(self, birth, day):
        with connection.cursor() as cursor:
            cursor.execute("savepoint before")
            with on_day(date(2026, 7, 1)):
                scene.add_person(90, birth_date=birth)
            cursor.execute("select count(*) from acting_for(90, %s, 16)", [day])
            (found,) = cursor.fetchone()
            cursor.execute("rollback to savepoint before")
        assert found == (age_on(birth, day) >= 16)

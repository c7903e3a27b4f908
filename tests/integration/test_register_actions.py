"""Single cases in the register: what the rules allow is written whole, what they refuse leaves no trace."""

from datetime import UTC, date, datetime

import pytest
import register_scene as scene
from django.db import connection
from register_scene import FULL, LOCKED, MAN, MOTHER, ROOMY, UNPLACED

from fastlege.access.viewers import Role, Viewer
from fastlege.kernel.errors import DataError, Refused
from fastlege.kernel.vocabulary import Sex
from fastlege.registry import actions
from fastlege.registry.actions import Consent, Home
from fastlege.registry.check import findings
from fastlege.registry.journal import on_day
from fastlege.registry.models import Event, GPContract, Membership, Person, QueuePlace, Switch, Unplaced
from fastlege.rules.waiting import Wish

DAY = date(2026, 7, 10)
FIRST = date(2026, 8, 1)
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="test case")


def resident(person_id):
    return Viewer(f"resident {person_id}", Role.RESIDENT, person_id=person_id)


def at(day):
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def register(db):
    scene.make_register()


@pytest.fixture(autouse=True)
def whole(register):
    """After every case, done or refused, every invariant of the register holds."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        assert [finding for finding in findings(cursor) if finding.rows] == []


def history_of(person_id):
    rows = Membership.objects.filter(person_id=person_id).order_by("start")
    return [(row.list_id, row.start, row.end, row.begin_reason, row.end_reason) for row in rows]


def length_and_status(list_id):
    return GPContract.objects.values_list("member_count", "status").get(pk=list_id)


def refused_rules(request):
    state = (Membership.objects.count(), QueuePlace.objects.count(), Event.objects.count(), Switch.objects.count())
    with pytest.raises(Refused) as refusal:
        request()
    assert state == (
        Membership.objects.count(), QueuePlace.objects.count(), Event.objects.count(), Switch.objects.count(),
    )  # fmt: skip
    return [violation.rule for violation in refusal.value.violations]


class TestSwitching:
    def test_a_resident_gets_a_place_from_the_first_of_the_next_month(self):
        assert actions.switch_gp(MAN, to=ROOMY, on=DAY, by=resident(MAN)) == FIRST
        assert history_of(MAN) == [
            (FULL, date(2010, 1, 1), FIRST, "chosen_direct", "chosen_direct"),
            (ROOMY, FIRST, None, "chosen_direct", None),
        ]
        assert length_and_status(FULL) == (0, "closed")
        assert length_and_status(ROOMY) == (3, "open")
        event = Event.objects.get(kind="switched")
        assert (event.person_id, event.from_list_id, event.to_list_id, event.on) == (MAN, FULL, ROOMY, DAY)

    def test_the_last_place_closes_the_list(self):
        with on_day(DAY):
            GPContract.objects.filter(pk=ROOMY).update(cap=3)
        actions.switch_gp(MAN, to=ROOMY, on=DAY, by=resident(MAN))
        assert length_and_status(ROOMY) == (3, "closed")
        assert Event.objects.filter(kind="list_closed", to_list_id=ROOMY).count() == 1

    def test_everything_that_stands_in_the_way_is_told_at_once(self):
        with on_day(DAY):
            for month in (3, 5):
                Switch.objects.create(
                    person_id=MOTHER, to_list_id=ROOMY, on=date(2026, month, 1), reason="chosen_direct", chosen=True
                )
        assert refused_rules(lambda: actions.switch_gp(MOTHER, to=FULL, on=DAY, by=resident(MOTHER))) == [
            "switch.max_per_year", "list.full",
        ]  # fmt: skip

    def test_a_locked_list_and_the_own_list_are_refused(self):
        assert refused_rules(lambda: actions.switch_gp(MAN, to=LOCKED, on=DAY, by=resident(MAN))) == ["list.locked"]
        assert "switch.same_list" in refused_rules(lambda: actions.switch_gp(MAN, to=FULL, on=DAY, by=resident(MAN)))

    def test_a_third_switch_is_allowed_after_a_registered_move(self):
        with on_day(DAY):
            for month in (3, 5):
                Switch.objects.create(
                    person_id=MAN, to_list_id=FULL, on=date(2026, month, 1), reason="chosen_direct", chosen=True
                )
        actions.move_residence(MAN, home=Home("42040101", 77), on=DAY, by=CLERK)
        actions.switch_gp(MAN, to=ROOMY, on=DAY, by=resident(MAN))
        assert Switch.objects.get(person_id=MAN, on=FIRST).chosen is False

    def test_a_child_of_a_member_enters_a_closed_list_when_the_parent_asks(self):
        with on_day(DAY):
            scene.add_list(4, cap=1, status="closed", member_count=1)
            scene.add_person(30, birth_date=date(1985, 1, 1))
            scene.add_membership(30, 4, start=date(2020, 1, 1))
            scene.add_person(31, birth_date=date(2015, 1, 1), father_id=30)
            scene.add_custody(31, 30)
            Unplaced.objects.create(person_id=31, since=date(2026, 6, 1))
        actions.switch_gp(31, to=4, on=DAY, by=resident(30))
        assert history_of(31) == [(4, FIRST, None, "child_of_member", None)]
        assert not Unplaced.objects.filter(person_id=31).exists()

    def test_a_change_of_mind_within_the_month_replaces_the_coming_place(self):
        with on_day(DAY):
            scene.add_list(4)
        actions.switch_gp(MAN, to=ROOMY, on=DAY, by=resident(MAN))
        actions.switch_gp(MAN, to=4, on=DAY, by=resident(MAN))
        assert [row[:3] for row in history_of(MAN)] == [(FULL, date(2010, 1, 1), FIRST), (4, FIRST, None)]
        assert [length_and_status(number)[0] for number in (FULL, ROOMY, 4)] == [0, 2, 1]

    def test_an_unknown_person_or_list_is_an_error_not_a_refusal(self):
        with pytest.raises(DataError, match="no person 999"):
            actions.switch_gp(999, to=ROOMY, on=DAY, by=CLERK)
        with pytest.raises(DataError, match="no list 999"):
            actions.switch_gp(MAN, to=999, on=DAY, by=CLERK)

    def test_a_day_before_the_registers_history_is_an_error(self):
        with pytest.raises(DataError, match="history begins on 2026-06-01"):
            actions.switch_gp(MAN, to=ROOMY, on=date(2026, 5, 31), by=CLERK)


class TestQueueing:
    def test_a_resident_queues_and_withdraws_and_later_wishes_move_up(self):
        with on_day(DAY):
            scene.add_list(4, cap=0, status="closed")
        actions.queue_for_list(MOTHER, wish=Wish(FULL, 1), at=at(DAY), by=resident(MOTHER))
        actions.queue_for_list(MOTHER, wish=Wish(4, 2), at=at(DAY), by=resident(MOTHER))
        actions.withdraw_from_queue(MOTHER, from_list=FULL, on=DAY, by=resident(MOTHER))
        assert list(QueuePlace.objects.values_list("person_id", "list_id", "rank")) == [(MOTHER, 4, 1)]
        assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == ["queued", "queued", "withdrawn"]

    def test_nobody_queues_for_a_list_with_room_or_their_own(self):
        def queue(person, gp_list):
            return lambda: actions.queue_for_list(person, wish=Wish(gp_list, 1), at=at(DAY), by=resident(person))

        assert refused_rules(queue(MAN, ROOMY)) == ["waiting.list_has_room"]
        assert refused_rules(queue(MAN, FULL)) == ["waiting.own_list"]

    def test_a_place_that_nobody_has_cannot_be_given_up(self):
        withdraw = lambda: actions.withdraw_from_queue(MAN, from_list=ROOMY, on=DAY, by=resident(MAN))  # noqa: E731
        assert refused_rules(withdraw) == ["waiting.not_waiting"]

    def test_a_switch_gives_up_the_place_in_that_queue_only(self):
        with on_day(DAY):
            scene.add_list(4, cap=0, status="closed")
        actions.queue_for_list(MOTHER, wish=Wish(FULL, 1), at=at(DAY), by=resident(MOTHER))
        actions.queue_for_list(MOTHER, wish=Wish(4, 2), at=at(DAY), by=resident(MOTHER))
        with on_day(DAY):
            GPContract.objects.filter(pk=FULL).update(cap=100, status="open")
        actions.switch_gp(MOTHER, to=FULL, on=DAY, by=resident(MOTHER))
        assert list(QueuePlace.objects.values_list("person_id", "list_id", "rank")) == [(MOTHER, 4, 1)]


class TestRights:
    def test_leaving_the_scheme_and_coming_back(self):
        assert actions.opt_out(MAN, on=DAY, by=resident(MAN)) == FIRST
        assert history_of(MAN) == [(FULL, date(2010, 1, 1), FIRST, "chosen_direct", "opted_out")]
        assert Person.objects.get(pk=MAN).status == "opted_out"
        actions.opt_in(MAN, on=date(2026, 9, 1), by=resident(MAN))
        assert Unplaced.objects.get(person_id=MAN).since == date(2026, 9, 1)

    def test_one_who_has_left_cannot_switch_or_leave_again(self):
        actions.opt_out(MAN, on=DAY, by=resident(MAN))
        again = lambda: actions.opt_out(MAN, on=DAY, by=resident(MAN))  # noqa: E731
        assert refused_rules(again) == ["right.already_opted_out"]
        assert refused_rules(lambda: actions.opt_in(MOTHER, on=DAY, by=resident(MOTHER))) == ["right.not_opted_out"]

    def test_a_child_of_twelve_needs_a_say(self):
        with on_day(DAY):
            scene.add_person(40, birth_date=date(2013, 1, 1), mother_id=MOTHER)
            scene.add_custody(40, MOTHER)
            Unplaced.objects.create(person_id=40, since=DAY)
        ask = lambda consent: actions.switch_gp(40, to=ROOMY, on=DAY, by=resident(MOTHER), consent=consent)  # noqa: E731
        assert refused_rules(lambda: ask(Consent())) == ["child.needs_childs_say"]
        ask(Consent(child_agrees=True))
        assert [row[0] for row in history_of(40)] == [ROOMY]


class TestResidents:
    def test_a_newborn_follows_the_mother_from_birth(self):
        born = actions.register_birth(
            mother_id=MOTHER, father_id=MAN, sex=Sex.FEMALE, born_on=date(2026, 7, 5), on=DAY, by=CLERK
        )
        assert born > 1000
        assert history_of(born) == [(ROOMY, date(2026, 7, 5), None, "birth", None)]
        assert length_and_status(ROOMY)[0] == 3

    def test_a_newborn_whose_parents_have_no_list_has_none(self):
        born = actions.register_birth(
            mother_id=UNPLACED, father_id=None, sex=Sex.MALE, born_on=date(2026, 7, 5), on=DAY, by=CLERK
        )
        assert history_of(born) == []
        assert Unplaced.objects.get(person_id=born).since == date(2026, 7, 5)

    def test_a_birth_in_the_time_to_come_is_an_error(self):
        with pytest.raises(DataError, match="after the day of recording"):
            actions.register_birth(
                mother_id=MOTHER, father_id=None, sex=Sex.MALE, born_on=date(2026, 8, 1), on=DAY, by=CLERK
            )

    def test_the_day_of_death_is_the_last_on_the_list(self):
        actions.register_death(MAN, died_on=date(2026, 7, 8), on=DAY, by=CLERK)
        assert history_of(MAN) == [(FULL, date(2010, 1, 1), date(2026, 7, 9), "chosen_direct", "death")]
        assert length_and_status(FULL)[0] == 0
        with pytest.raises(DataError, match="already registered as dead"):
            actions.register_death(MAN, died_on=date(2026, 7, 8), on=DAY, by=CLERK)

    def test_a_death_takes_back_a_place_that_had_not_begun(self):
        actions.switch_gp(MAN, to=ROOMY, on=DAY, by=resident(MAN))
        actions.register_death(MAN, died_on=DAY, on=DAY, by=CLERK)
        assert history_of(MAN) == [(FULL, date(2010, 1, 1), date(2026, 7, 11), "chosen_direct", "death")]
        assert [length_and_status(number)[0] for number in (FULL, ROOMY)] == [0, 2]

    def test_a_death_gives_up_queue_places(self):
        actions.queue_for_list(MOTHER, wish=Wish(FULL, 1), at=at(DAY), by=resident(MOTHER))
        actions.register_death(MOTHER, died_on=DAY, on=DAY, by=CLERK)
        assert not QueuePlace.objects.exists()

    def test_leaving_the_country_and_coming_back(self):
        actions.register_emigration(MAN, left_on=DAY, on=DAY, by=CLERK)
        actions.register_return(MAN, home=Home("42040101", 5), on=date(2026, 9, 1), by=CLERK)
        person = Person.objects.get(pk=MAN)
        assert (person.status, person.household_id) == ("resident", 5)
        assert Unplaced.objects.get(person_id=MAN).since == date(2026, 9, 1)

    def test_one_who_is_here_cannot_come_back(self):
        with pytest.raises(DataError, match="not registered as abroad"):
            actions.register_return(MAN, home=Home("42040101", 5), on=DAY, by=CLERK)

    def test_a_newcomer_has_a_right_to_a_list_and_none_yet(self):
        newcomer = actions.register_immigration(
            birth_date=date(1990, 1, 1), sex=Sex.MALE, home=Home("42040101", 9), on=DAY, by=CLERK
        )
        assert Unplaced.objects.get(person_id=newcomer).since == DAY

    def test_an_unknown_home_is_an_error(self):
        with pytest.raises(DataError, match="no basic unit 00000000"):
            actions.move_residence(MAN, home=Home("00000000", 9), on=DAY, by=CLERK)

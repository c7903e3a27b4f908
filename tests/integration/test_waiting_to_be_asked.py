"""Waiting: the order of one's wishes, and being asked before a place is used."""

from datetime import UTC, date, datetime

import pytest
import register_scene as scene
from django.core.exceptions import PermissionDenied
from django.db import connection
from register_scene import FULL, MAN, MOTHER, ROOMY, UNPLACED

from fastlege.access.viewers import Role, Viewer, resident
from fastlege.kernel.errors import Refused
from fastlege.messages.models import Message
from fastlege.registry import actions
from fastlege.registry.check import findings
from fastlege.registry.journal import on_day
from fastlege.registry.models import Event, GPContract, Membership, Offer, QueuePlace
from fastlege.registry.models import Unplaced as UnplacedRow

DAY, FIRST = date(2026, 7, 10), date(2026, 8, 1)
LAST_DAY = date(2026, 7, 20)
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="test case")


@pytest.fixture(autouse=True)
def register(db):
    scene.make_register()
    with on_day(DAY):
        scene.add_list(4, cap=0, status="closed")
        scene.add_list(5, cap=0, status="closed")


@pytest.fixture(autouse=True)
def whole(register):
    yield
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        assert [finding for finding in findings(cursor) if finding.rows] == []


def at(hour):
    return datetime(2026, 7, 10, hour, tzinfo=UTC)


def wait(person, gp_list, *, hour=9, asked_first=False):
    actions.queue_together(
        [person], list_id=gp_list, at=at(hour), by=resident(person), accept_in_advance=not asked_first
    )


def wishes(person):
    return list(QueuePlace.objects.filter(person_id=person).order_by("rank").values_list("list_id", "requested_at"))


def make_room(gp_list, cap=1):
    with on_day(DAY):
        GPContract.objects.filter(pk=gp_list).update(cap=cap)


def kinds(person):
    return sorted(Message.objects.filter(person_id=person).values_list("kind", flat=True))


class TestOrder:
    def test_wishes_come_in_the_order_they_were_asked_for_and_can_be_put_in_another(self):
        for hour, gp_list in enumerate([FULL, 4, 5], 9):
            wait(MOTHER, gp_list, hour=hour)
        actions.reorder_queue([MOTHER], order=[5, FULL, 4], on=DAY, by=resident(MOTHER))
        assert wishes(MOTHER) == [(5, at(11)), (FULL, at(9)), (4, at(10))]
        assert Event.objects.filter(kind="reordered").count() == 1
        actions.reorder_queue([MOTHER], order=[5, FULL, 4], on=DAY, by=resident(MOTHER))
        assert Event.objects.filter(kind="reordered").count() == 1

    @pytest.mark.parametrize("order", [[FULL], [FULL, 4, 5], [FULL, FULL], [], [FULL, 5]])
    def test_an_order_of_other_lists_than_those_waited_for_is_refused(self, order):
        wait(MOTHER, FULL)
        wait(MOTHER, 4)
        with pytest.raises(Refused, match=r"waiting\.not_all_lists"):
            actions.reorder_queue([MOTHER], order=order, on=DAY, by=resident(MOTHER))
        assert [gp_list for gp_list, _ in wishes(MOTHER)] == [FULL, 4]

    def test_five_lists_are_the_most(self):
        with on_day(DAY):
            for number in (6, 7, 8):
                scene.add_list(number, cap=0, status="closed")
        for gp_list in (FULL, 4, 5, 6, 7):
            wait(MOTHER, gp_list)
        with pytest.raises(Refused, match=r"waiting\.max_simultaneous"):
            wait(MOTHER, 8)

    def test_one_place_is_given_up_once(self):
        wait(MOTHER, FULL)
        actions.withdraw_from_queue(MOTHER, from_list=FULL, on=DAY, by=resident(MOTHER))
        with pytest.raises(Refused, match=r"waiting\.not_waiting"):
            actions.withdraw_from_queue(MOTHER, from_list=FULL, on=DAY, by=resident(MOTHER))
        assert kinds(MOTHER) == ["queued", "withdrawn"]


class TestOffers:
    def test_a_place_is_offered_kept_and_taken_from_the_first_of_the_month(self):
        wait(MOTHER, 4, asked_first=True)
        make_room(4)
        assert actions.renew_offers(on=DAY, by=CLERK) == (0, 1)
        assert Offer.objects.get().answer_by == LAST_DAY
        with pytest.raises(Refused, match=r"list\.full"):
            actions.switch_gp(MAN, to=4, on=DAY, by=resident(MAN))
        receipt = actions.accept_offer(MOTHER, list_id=4, on=LAST_DAY, by=resident(MOTHER))
        assert receipt.facts["from_day"] == "2026-08-01"
        row = Membership.objects.get(person_id=MOTHER, end__isnull=True)
        assert (row.list_id, row.start, row.begin_reason) == (4, FIRST, "chosen_queue")
        assert (GPContract.objects.get(pk=4).status, wishes(MOTHER)) == ("closed", [])
        assert {"offer", "offer_accepted", "switched"} <= set(kinds(MOTHER))

    def test_accepting_twice_gives_the_same_and_does_nothing_more(self):
        wait(MOTHER, 4, asked_first=True)
        make_room(4)
        actions.renew_offers(on=DAY, by=CLERK)
        first = actions.accept_offer(MOTHER, list_id=4, on=DAY, by=resident(MOTHER))
        again = actions.accept_offer(MOTHER, list_id=4, on=DAY, by=resident(MOTHER))
        assert (first.already, again.already) == (False, True)
        assert first.facts == again.facts
        assert Membership.objects.filter(person_id=MOTHER).count() == 2

    def test_who_says_no_gives_up_that_place_and_the_next_is_asked(self):
        wait(MOTHER, 4, hour=8, asked_first=True)
        wait(MOTHER, 5, hour=8)
        wait(MAN, 4, hour=9, asked_first=True)
        make_room(4)
        assert actions.renew_offers(on=DAY, by=CLERK) == (0, 1)
        assert actions.renew_offers(on=DAY, by=CLERK) == (0, 0)
        actions.decline_offer(MOTHER, list_id=4, on=DAY, by=resident(MOTHER))
        actions.decline_offer(MOTHER, list_id=4, on=DAY, by=resident(MOTHER))
        assert [gp_list for gp_list, _ in wishes(MOTHER)] == [5]
        assert actions.renew_offers(on=DAY, by=CLERK) == (0, 1)
        assert Offer.objects.get(state="open").person_id == MAN

    def test_who_does_not_answer_keeps_the_place_in_line(self):
        wait(MOTHER, 4, asked_first=True)
        make_room(4)
        actions.renew_offers(on=DAY, by=CLERK)
        late = date(2026, 7, 21)
        with pytest.raises(Refused, match=r"offer\.not_open"):
            actions.accept_offer(MOTHER, list_id=4, on=late, by=resident(MOTHER))
        expired, made = actions.renew_offers(on=late, by=CLERK)
        assert (expired, made) == (1, 1)
        assert wishes(MOTHER) == [(4, at(9))]
        assert "offer_lapsed" in kinds(MOTHER)

    def test_the_places_of_those_ahead_are_not_offered(self):
        wait(MAN, 4, hour=8)
        wait(MOTHER, 4, hour=9, asked_first=True)
        make_room(4)
        assert actions.renew_offers(on=DAY, by=CLERK) == (0, 0)
        make_room(4, cap=2)
        assert actions.renew_offers(on=DAY, by=CLERK) == (0, 1)

    def test_who_has_no_list_comes_before_those_who_have_one(self):
        wait(MOTHER, 4, hour=8, asked_first=True)
        wait(UNPLACED, 4, hour=9, asked_first=True)
        make_room(4)
        actions.renew_offers(on=DAY, by=CLERK)
        assert Offer.objects.get().person_id == UNPLACED
        actions.accept_offer(UNPLACED, list_id=4, on=DAY, by=resident(UNPLACED))
        assert not UnplacedRow.objects.exists()

    def test_an_offer_falls_with_the_place_in_the_queue(self):
        wait(MOTHER, 4, asked_first=True)
        make_room(4)
        actions.renew_offers(on=DAY, by=CLERK)
        actions.withdraw_from_queue(MOTHER, from_list=4, on=DAY, by=resident(MOTHER))
        assert Offer.objects.get().state == "lapsed"

    def test_a_switch_elsewhere_ends_the_offer(self):
        with on_day(DAY):
            scene.add_list(6)
        wait(MOTHER, 4, asked_first=True)
        make_room(4)
        actions.renew_offers(on=DAY, by=CLERK)
        actions.switch_gp(MOTHER, to=6, on=DAY, by=resident(MOTHER))
        assert Offer.objects.get().state == "lapsed"
        assert [gp_list for gp_list, _ in wishes(MOTHER)] == [4]

    def test_asking_can_be_chosen_and_given_up_later(self):
        wait(MOTHER, 4)
        for asked_first in (True, True, False):
            actions.choose_asking(MOTHER, list_id=4, accept_in_advance=not asked_first, on=DAY, by=resident(MOTHER))
        assert Event.objects.filter(kind="asking_chosen").count() == 2
        with pytest.raises(Refused, match=r"waiting\.not_waiting"):
            actions.choose_asking(MOTHER, list_id=5, accept_in_advance=False, on=DAY, by=resident(MOTHER))

    def test_a_family_is_not_asked_first(self):
        with pytest.raises(Refused, match=r"waiting\.family_accepts"):
            actions.queue_together([MOTHER, MAN], list_id=4, at=at(9), by=CLERK, accept_in_advance=False)

    def test_offers_are_made_by_a_case_worker(self):
        with pytest.raises(PermissionDenied):
            actions.renew_offers(on=DAY, by=resident(MAN))

    def test_nobody_takes_another_persons_offer(self):
        wait(MOTHER, 4, asked_first=True)
        make_room(4)
        actions.renew_offers(on=DAY, by=CLERK)
        with pytest.raises(PermissionDenied):
            actions.accept_offer(MOTHER, list_id=4, on=DAY, by=resident(MAN))
        with pytest.raises(Refused, match=r"offer\.not_open"):
            actions.accept_offer(MAN, list_id=4, on=DAY, by=resident(MAN))
        assert Membership.objects.get(person_id=MOTHER, end__isnull=True).list_id == ROOMY

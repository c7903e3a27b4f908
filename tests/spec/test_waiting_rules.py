"""Places in queues: one until 31 May 2026, five from 1 June; each list once, in ranks without ties."""

from datetime import date

import pytest

from fastlege.kernel.errors import Violation
from fastlege.kernel.vocabulary import ListStatus
from fastlege.rules.admission import ListFacts
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.waiting import Wish, check_may_wait_for, check_queue_place, check_wishes

BOOK = load_rulebook()
BEFORE, AFTER = date(2026, 5, 31), date(2026, 6, 1)
WANTED = Wish(9, 1)
FULL = ListFacts(cap=1000, length=1000, status=ListStatus.CLOSED)


def codes(wanted=WANTED, gp_list=FULL, held=(), own_list=1, on=AFTER):
    return [each.rule for each in check_queue_place(wanted, gp_list, held, own_list=own_list, on=on, book=BOOK)]


def test_a_person_may_queue_for_a_full_list():
    assert codes() == []


@pytest.mark.parametrize(("on", "held", "expected"), [
    (BEFORE, 0, []),
    (BEFORE, 1, ["waiting.max_simultaneous"]),
    (AFTER, 4, []),
    (AFTER, 5, ["waiting.max_simultaneous"]),
])  # fmt: skip
def test_a_person_may_stand_in_one_queue_until_may_2026_and_in_five_from_june(on, held, expected):
    wishes = [Wish(10 + place, 1 + place) for place in range(held)]
    assert codes(Wish(9, held + 1), held=wishes, on=on) == expected


@pytest.mark.parametrize(("on", "expected"), [(date(2016, 11, 27), ["waiting.start"]), (date(2016, 11, 28), [])])
def test_there_are_queues_from_28_november_2016(on, expected):
    assert codes(on=on) == expected


def test_nobody_queues_twice_for_a_list():
    assert codes(Wish(9, 2), held=[Wish(9, 1)]) == ["waiting.same_list_twice"]


@pytest.mark.parametrize(
    ("rank", "expected"), [(0, ["waiting.rank"]), (2, []), (6, ["waiting.rank"]), (1, ["waiting.rank"])]
)
def test_ranks_run_from_one_to_five_without_ties(rank, expected):
    assert codes(Wish(9, rank), held=[Wish(10, 1)]) == expected


def test_nobody_queues_for_the_own_list():
    assert codes(own_list=9) == ["waiting.own_list"]


@pytest.mark.parametrize(("gp_list", "expected"), [
    (ListFacts(1000, 999, ListStatus.OPEN), ["waiting.list_has_room"]),
    (ListFacts(1000, 1000, ListStatus.OPEN), []),
    (ListFacts(1000, 995, ListStatus.CLOSED), []),
    (ListFacts(1000, 1000, ListStatus.LOCKED), ["list.locked"]),
    (ListFacts(1000, 1000, ListStatus.CLOSED, end=AFTER), ["list.ended"]),
    (ListFacts(1000, 1000, ListStatus.CLOSED, end=date(2026, 6, 2)), []),
])  # fmt: skip
def test_a_queue_is_for_a_list_that_goes_on_and_has_no_room(gp_list, expected):
    assert codes(gp_list=gp_list) == expected


def test_all_wishes_of_a_person_are_checked_together():
    wishes = [Wish(1, 1), Wish(1, 1)]
    assert [each.rule for each in check_wishes(wishes, on=AFTER, book=BOOK)] == [
        "waiting.same_list_twice",
        "waiting.rank",
    ]


def test_one_removed_by_a_gp_cannot_wait_for_that_gp():
    assert check_may_wait_for(removed_by_gp=True, on=AFTER, book=BOOK) == [Violation("list.removed_by_gp")]
    assert check_may_wait_for(removed_by_gp=False, on=AFTER, book=BOOK) == []

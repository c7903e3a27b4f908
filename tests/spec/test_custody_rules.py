"""Who chooses a child's GP, and which parent's list a child follows (FOR-2012-08-29-843 sections 5 and 6)."""

from datetime import date

import pytest

from fastlege.kernel.errors import DataError
from fastlege.rules.custody import ChoiceFacts, Parent, ParentFacts, Requester, check_decider, parent_to_follow
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()
DAY = date(2026, 9, 1)
TURNS_12, DAY_BEFORE_12 = date(2014, 9, 1), date(2014, 9, 2)
TURNS_16, DAY_BEFORE_16 = date(2010, 9, 1), date(2010, 9, 2)
HOME, AWAY = ParentFacts(True, True), ParentFacts(True, False)
NO_CUSTODY_HOME = ParentFacts(False, True)


def codes(birth_date, requester, **facts):
    return [each.rule for each in check_decider(ChoiceFacts(birth_date, requester, **facts), on=DAY, book=BOOK)]


def test_from_16_a_person_chooses_alone():
    assert codes(TURNS_16, Requester.SELF) == []
    assert codes(TURNS_16, Requester.CUSTODIAN, child_agrees=True) == ["child.decides_alone"]


def test_until_16_a_child_needs_consent():
    assert codes(DAY_BEFORE_16, Requester.SELF) == ["child.needs_consent"]
    assert codes(DAY_BEFORE_16, Requester.SELF, custodians_consent=True) == []


def test_from_12_a_child_may_ask_with_consent_and_not_before():
    assert codes(TURNS_12, Requester.SELF, custodians_consent=True) == []
    assert codes(DAY_BEFORE_12, Requester.SELF, custodians_consent=True) == ["child.not_on_own"]


def test_until_12_the_custodians_decide_alone_and_then_with_the_child():
    assert codes(DAY_BEFORE_12, Requester.CUSTODIAN) == []
    assert codes(TURNS_12, Requester.CUSTODIAN) == ["child.needs_childs_say"]
    assert codes(TURNS_12, Requester.CUSTODIAN, child_agrees=True) == []


@pytest.mark.parametrize("requester", [Requester.OTHER, Requester.CHILD_WELFARE])
def test_one_without_custody_cannot_choose_for_a_child(requester):
    assert codes(DAY_BEFORE_12, requester) == ["child.needs_custody"]


def test_under_a_care_order_the_child_welfare_service_decides():
    assert codes(DAY_BEFORE_12, Requester.CHILD_WELFARE, care_order=True) == []
    assert codes(DAY_BEFORE_12, Requester.CUSTODIAN, care_order=True) == ["child.child_welfare_decides"]


def test_all_violations_are_told_together_for_a_child_of_12():
    assert codes(TURNS_12, Requester.OTHER) == ["child.needs_custody", "child.needs_childs_say"]


@pytest.mark.parametrize(("mother", "father", "expected"), [
    (HOME, HOME, Parent.MOTHER),
    (AWAY, HOME, Parent.FATHER),
    (HOME, AWAY, Parent.MOTHER),
    (AWAY, AWAY, Parent.MOTHER),
    (NO_CUSTODY_HOME, AWAY, Parent.FATHER),
    (None, HOME, Parent.FATHER),
    (None, AWAY, Parent.FATHER),
    (NO_CUSTODY_HOME, None, Parent.MOTHER),
])  # fmt: skip
def test_a_child_follows_the_parent_with_custody_at_the_same_address(mother, father, expected):
    assert parent_to_follow(mother, father, on=DAY, book=BOOK) == expected


def test_a_child_without_known_parents_follows_nobody():
    with pytest.raises(DataError, match="without a known parent"):
        parent_to_follow(None, None, on=DAY, book=BOOK)

"""A round in which somebody enters a full list by right and goes on from there in a ring."""

from datetime import date

import pytest
from planning_scenes import ON, Scene, moves_of

from fastlege.access.viewers import Role, Viewer
from fastlege.casework.actions import IfChanged, apply_audited
from fastlege.casework.check import CHECKS
from fastlege.casework.models import RoundMove
from fastlege.planning.audit import audit
from fastlege.planning.round import plan_round
from fastlege.registry.actions import withdraw_from_queue
from fastlege.registry.check import check_register
from fastlege.registry.load import load_snapshot
from fastlege.registry.models import GPContract
from fastlege.rules.parameters import load_rulebook

pytestmark = pytest.mark.django_db(transaction=True)
BOOK = load_rulebook()
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="test case")
OLD, MOTHERS, BEST = 1, 2, 3
CHILD, MOTHER, OTHER = 11, 21, 31


@pytest.fixture
def snapshot(tmp_path):
    """A child may enter the mother's full list and prefers another full one, on which somebody wants the mother's."""
    made = Scene()
    made.list(OLD, cap=5)
    for number in (MOTHERS, BEST):
        made.list(number, cap=1, status="closed")
    made.person(CHILD, on_list=OLD, birth_date=date(2020, 1, 1), mother_id=MOTHER, household_id=MOTHER)
    made.person(MOTHER, on_list=MOTHERS, sex=2)
    made.person(OTHER, on_list=BEST)
    made.queue(CHILD, BEST, date(2026, 1, 1), rank=1)
    made.queue(CHILD, MOTHERS, date(2026, 1, 1), rank=2)
    made.queue(OTHER, MOTHERS, date(2026, 2, 1))
    written = made.write(tmp_path / "snapshot")
    load_snapshot(written, by="loader")
    return written


def test_a_place_entered_by_right_may_be_passed_on_in_a_ring(snapshot):
    plan = plan_round(snapshot, on=ON, seed=1, book=BOOK)
    assert moves_of(plan) == {CHILD: (OLD, BEST, "swap"), OTHER: (BEST, MOTHERS, "swap")}
    assert [finding.promise for finding in audit(plan, snapshot, BOOK) if not finding.holds] == []
    assert apply_audited(plan, by="worker", book=BOOK).dropped == 0
    assert dict(GPContract.objects.values_list("list_id", "member_count")) == {OLD: 0, MOTHERS: 2, BEST: 1}
    assert [finding.check for finding in check_register(CHECKS) if finding.rows] == []


def test_the_ring_is_not_unwound_when_the_one_with_the_right_has_given_up(snapshot):
    plan = plan_round(snapshot, on=ON, seed=1, book=BOOK)
    withdraw_from_queue(CHILD, from_list=BEST, on=date(2026, 8, 20), by=CLERK)
    done = apply_audited(plan, by="worker", book=BOOK, if_changed=IfChanged.DROP, folder=snapshot.folder)
    assert (done.moves, done.dropped) == (2, 1)
    assert dict(RoundMove.objects.values_list("person_id", "dropped")) == {CHILD: "withdrawn", OTHER: None}
    assert dict(GPContract.objects.values_list("list_id", "member_count")) == {OLD: 1, MOTHERS: 2, BEST: 0}

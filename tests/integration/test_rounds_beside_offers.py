"""A round while places are kept for people who have been asked: what is kept is not given out."""

from datetime import date

import pytest
from carried_plan import carry_out
from planning_scenes import ON, Scene

from fastlege.access.viewers import Role, Viewer, resident
from fastlege.casework.actions import IfChanged, apply_audited
from fastlege.casework.check import CHECKS
from fastlege.casework.models import PlaceStanding, RoundMove
from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.round import plan_round
from fastlege.registry import actions
from fastlege.registry.check import check_register
from fastlege.registry.export import export_snapshot
from fastlege.registry.load import load_snapshot
from fastlege.registry.models import GPContract, Membership, Offer
from fastlege.rules.parameters import load_rulebook

pytestmark = pytest.mark.django_db(transaction=True)
BOOK = load_rulebook()
DAY, LATER, LAST_DAY = date(2026, 8, 20), date(2026, 8, 21), date(2026, 8, 30)
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="test case")
ASKED, NEXT, LAST = 11, 12, 13
HOME_LIST, WANTED, ROOMY = 1, 2, 3


@pytest.fixture
def exported(tmp_path):
    """Two free places on WANTED: one is offered to ASKED, and NEXT and LAST wait for what is left."""
    made = Scene()
    made.list(HOME_LIST, cap=10)
    made.list(WANTED, cap=2)
    made.list(ROOMY, cap=50)
    made.people(range(ASKED, LAST + 1), on_list=HOME_LIST)
    for month, person in enumerate((ASKED, NEXT, LAST), 1):
        made.queue(person, WANTED, date(2026, month, 1))
    made.ask_first(ASKED, WANTED)
    load_snapshot(made.write(tmp_path / "loaded"), by="loader")
    assert actions.renew_offers(on=DAY, by=CLERK) == (0, 1)
    export_snapshot(tmp_path / "exported", on=DAY)
    return Snapshot(tmp_path / "exported")


def made_moves():
    return dict(RoundMove.objects.filter(dropped=None).values_list("person_id", "to_list_id"))


def healthy():
    return [finding.check for finding in check_register(CHECKS) if finding.rows] == []


def test_an_export_holds_the_open_offers_of_its_day(exported, tmp_path):
    assert exported.table("offers").to_pylist() == [
        {"person_id": ASKED, "list_id": WANTED, "made_on": DAY, "answer_by": LAST_DAY}
    ]
    actions.decline_offer(ASKED, list_id=WANTED, on=LATER, by=resident(ASKED))
    export_snapshot(tmp_path / "later", on=LATER)
    assert Snapshot(tmp_path / "later").rows("offers") == 0
    assert export_snapshot(tmp_path / "past", on=DAY) == exported.digest()


def test_loading_an_export_keeps_its_offers_open(exported, tmp_path):
    digest = exported.digest()
    load_snapshot(exported, by="loader", replace=True)
    assert Offer.objects.get(state="open").answer_by == LAST_DAY
    assert export_snapshot(tmp_path / "again", on=DAY) == digest
    assert healthy()


@pytest.mark.parametrize("somebody_acts", [False, True])
def test_a_plan_made_beside_an_offer_applies_whole_and_the_offer_can_still_be_taken(exported, somebody_acts):
    plan = plan_round(exported, on=ON, seed=1, book=BOOK)
    if somebody_acts:
        actions.switch_gp(LAST, to=ROOMY, on=LATER, by=CLERK)
    done = apply_audited(plan, by="worker", book=BOOK, if_changed=IfChanged.DROP, on=LATER, folder=exported.folder)
    assert (done.moves, done.dropped) == (1, 0)
    assert made_moves() == {NEXT: WANTED}
    assert dict(PlaceStanding.objects.values_list("person_id", "outcome")) == {
        ASKED: "asks_first",
        NEXT: "met",
        LAST: "places_kept",
    }
    actions.accept_offer(ASKED, list_id=WANTED, on=LAST_DAY, by=resident(ASKED))
    wanted = GPContract.objects.get(pk=WANTED)
    assert (wanted.member_count, wanted.cap) == (2, 2)
    assert set(Membership.objects.filter(list_id=WANTED).values_list("person_id", flat=True)) == {ASKED, NEXT}
    assert healthy()


def test_what_a_plan_makes_of_a_snapshot_is_what_it_makes_of_the_register(exported, tmp_path):
    plan = plan_round(exported, on=ON, seed=1, book=BOOK)
    apply_audited(plan, by="worker", book=BOOK)
    carry_out(exported, plan, tmp_path / "carried")
    assert export_snapshot(tmp_path / "after", on=ON) == Snapshot(tmp_path / "carried").digest()

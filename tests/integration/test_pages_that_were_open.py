"""Double clicks, the back button, two tabs, a stale form, midnight: what is done is done once, and nothing is lost."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
import register_scene as scene
from django.core.exceptions import PermissionDenied
from django.db import connection
from register_scene import FULL, MAN, MOTHER, ROOMY

from fastlege.access.viewers import Role, Viewer, resident
from fastlege.kernel.errors import DataError, Refused
from fastlege.messages.models import Message
from fastlege.registry import actions
from fastlege.registry.actions import Form
from fastlege.registry.journal import on_day
from fastlege.registry.models import Event, ExtraSwitch, GPContract, Membership, QueuePlace, Receipt, Switch

DAY, FIRST = date(2026, 7, 10), date(2026, 8, 1)
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="test case")
KEY = UUID("8d4a1c36-0000-4000-8000-000000000001")


@pytest.fixture(autouse=True)
def register(db):
    scene.make_register()
    with on_day(DAY):
        scene.add_list(4, cap=100)
        scene.add_list(5, cap=100)


def switch(to, **form):
    return actions.switch_together([MAN], to=to, on=DAY, by=resident(MAN), form=Form(**form))


def state():
    return (Membership.objects.count(), Switch.objects.count(), Event.objects.count(), Message.objects.count())


def test_the_same_form_twice_does_it_once_and_gives_the_same_receipt():
    first, before = switch(4, key=KEY), state()
    again = switch(4, key=KEY)
    assert (first.already, again.already) == (False, True)
    assert (again.facts, again.kind, again.on) == (first.facts, "switched", DAY)
    assert state() == before


def test_the_same_key_with_another_choice_still_tells_what_was_done():
    switch(4, key=KEY)
    assert switch(5, key=KEY).facts["to_list"] == 4
    assert Membership.objects.get(person_id=MAN, end__isnull=True).list_id == 4


def test_a_key_of_somebody_else_is_refused():
    switch(4, key=KEY)
    with pytest.raises(PermissionDenied):
        actions.switch_together([MOTHER], to=4, on=DAY, by=resident(MOTHER), form=Form(key=KEY))
    with pytest.raises(DataError, match="keys of receipts are for residents"):
        actions.switch_together([MAN], to=5, on=DAY, by=CLERK, form=Form(key=uuid4()))


def test_a_queue_form_sent_twice_gives_one_place():
    moment = datetime(2026, 7, 10, 9, tzinfo=UTC)
    for _ in range(2):
        receipt = actions.queue_together([MOTHER], list_id=FULL, at=moment, by=resident(MOTHER), form=Form(key=KEY))
    assert receipt.already
    assert QueuePlace.objects.count() == Receipt.objects.count() == Event.objects.count() == 1


def test_a_tab_that_shows_what_no_longer_holds_changes_nothing():
    seen = {MAN: FULL}
    switch(4, lists=seen)
    before = state()
    with pytest.raises(Refused, match=r"switch\.changed_meanwhile"):
        switch(5, lists=seen)
    assert state() == before


def test_a_list_that_has_not_begun_is_not_there_yet():
    with on_day(DAY):
        GPContract.objects.filter(pk=5).update(start=FIRST)
    before = state()
    with pytest.raises(actions.NoSuchListError, match="no list 5"):
        switch(5)
    assert state() == before


def test_statements_of_a_choice_are_planned_once_a_connection():
    switch(4)
    with connection.cursor() as cursor:
        cursor.execute("select statement from pg_prepared_statements")
        kept = " ".join(row[0] for row in cursor.fetchall())
    assert "begin_choice(" in kept
    assert "write_switches(" in kept
    assert "insert into messages" in kept


def test_midnight_on_the_last_day_of_the_month_moves_the_day_and_asks_again():
    last, first = date(2026, 7, 31), date(2026, 8, 1)
    form = Form(start=FIRST)
    assert actions.switch_together([MAN], to=4, on=last, by=resident(MAN), form=form).facts["from_day"] == "2026-08-01"
    with pytest.raises(Refused, match=r"switch\.day_changed"):
        actions.switch_together([MOTHER], to=4, on=first, by=resident(MOTHER), form=form)
    assert Membership.objects.get(person_id=MOTHER, end__isnull=True).list_id == ROOMY


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"status": "closed", "cap": 0}, r"list\.full"),
        ({"status": "closed", "cap": 5}, r"list\.closed"),
        ({"status": "locked"}, r"list\.locked"),
        ({"end": date(2026, 7, 10)}, r"list\.ended"),
    ],
)
def test_a_list_that_closed_while_the_page_was_open_takes_nobody(change, rule):
    with on_day(DAY):
        GPContract.objects.filter(pk=4).update(**change)
    before = state()
    with pytest.raises(Refused, match=rule):
        switch(4)
    assert state() == before


def test_changing_ones_mind_within_the_month_counts_once():
    for gp_list in (4, 5, 4, 5):
        switch(gp_list)
    assert set(Switch.objects.filter(person_id=MAN).values_list("on", flat=True)) == {FIRST}
    actions.switch_gp(MAN, to=4, on=date(2026, 8, 10), by=resident(MAN))
    with pytest.raises(Refused, match=r"switch\.max_per_year"):
        actions.switch_gp(MAN, to=5, on=date(2026, 9, 10), by=resident(MAN))


def test_a_granted_extra_switch_is_used_once_and_only_when_it_is_needed():
    actions.grant_extra_switch(MAN, reason="moved in with a sick father", on=DAY, by=CLERK)
    switch(4)
    assert ExtraSwitch.objects.get().used_on is None
    actions.switch_gp(MAN, to=5, on=date(2026, 8, 10), by=resident(MAN))
    actions.switch_gp(MAN, to=4, on=date(2026, 9, 10), by=resident(MAN))
    assert ExtraSwitch.objects.get().used_on == date(2026, 9, 10)
    with pytest.raises(Refused, match=r"switch\.max_per_year"):
        actions.switch_gp(MAN, to=5, on=date(2026, 10, 10), by=resident(MAN))
    with pytest.raises(PermissionDenied):
        actions.grant_extra_switch(MAN, reason=" ", on=DAY, by=CLERK)


class TestWhatDoesNotCount:
    """Two switches are used; a third is free after what the person did not choose."""

    @pytest.fixture(autouse=True)
    def used(self, register):
        with on_day(DAY):
            for month in (3, 5):
                Switch.objects.create(
                    person_id=MAN, to_list_id=FULL, on=date(2026, month, 1), reason="chosen_direct", chosen=True
                )

    def free(self):
        switch(4)
        return Event.objects.get(kind="switched").details.get("cause"), Switch.objects.get(on=FIRST).chosen

    def test_without_a_cause_it_is_refused(self):
        with pytest.raises(Refused, match=r"switch\.max_per_year"):
            switch(4)

    def test_after_the_gp_has_left_the_list(self):
        with on_day(DAY), connection.cursor() as cursor:
            cursor.execute("update doctor_periods set \"end\" = '2026-07-01', end_reason = 'moved' where list_id = 1")
        assert self.free() == ("GP ends agreement", False)

    @pytest.mark.parametrize(
        ("reason", "cause"),
        [
            ("list_reduction", "list reduction"),
            ("takeover", "GP ends agreement"),
            ("practice_closed", "GP ends agreement"),
        ],
    )
    def test_after_a_change_that_others_made(self, reason, cause):
        with on_day(DAY), connection.cursor() as cursor:
            cursor.execute(
                "update memberships set \"end\" = '2026-07-01', end_reason = %s where person_id = %s", [reason, MAN]
            )
            scene.add_membership(MAN, 5, start=date(2026, 7, 1), begin_reason=reason, previous_end=date(2026, 7, 1))
            cursor.execute("update lists set member_count = member_count + case list_id when 1 then -1 else 1 end"
                           " where list_id in (1, 5)")  # fmt: skip
        assert self.free() == (cause, False)

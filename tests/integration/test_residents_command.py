"""`fastlege residents`, on a small register."""

from datetime import UTC, date, datetime

import pytest
import register_scene as scene
from register_scene import CHILD, FULL, MAN, MOTHER
from typer.testing import CliRunner

from fastlege.access.models import Lookup
from fastlege.access.viewers import Role, Viewer, resident
from fastlege.casework.applications.actions import Asked, apply_for_switch
from fastlege.cli.residents.requests import app
from fastlege.kernel.errors import DataError
from fastlege.registry import actions
from fastlege.registry.actions import custody_of
from fastlege.registry.journal import on_day
from fastlege.registry.models import CareOrder, Custody, Event, GPContract, ProtectedAddress, Switch

DAY = date(2026, 7, 10)
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="test case")


@pytest.fixture(autouse=True)
def register(db, monkeypatch):
    scene.make_register()
    monkeypatch.setattr("fastlege.database.ready.open_database", lambda: None)


def run(*words):
    result = CliRunner().invoke(app, [*words, "--by", "anna"], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_offers_are_made_where_there_is_room():
    moment = datetime(2026, 7, 10, 9, tzinfo=UTC)
    actions.queue_together([MOTHER], list_id=FULL, at=moment, by=resident(MOTHER), accept_in_advance=False)
    assert "0 places offered" in run("offers", "--on", "2026-07-10")
    with on_day(DAY):
        GPContract.objects.filter(pk=FULL).update(cap=2)
    assert "1 places offered; 0 offers were not answered" in run("offers", "--on", "2026-07-10")
    assert '"expired": 1' in run("offers", "--on", "2026-07-21", "--json")


def test_an_application_is_listed_and_answered():
    with on_day(DAY):
        for month in (3, 5):
            Switch.objects.create(
                person_id=MAN, to_list_id=FULL, on=date(2026, month, 1), reason="chosen_direct", chosen=True
            )
    asked = apply_for_switch(MAN, asked=Asked("my knee"), on=DAY, by=resident(MAN))
    assert "my knee" in run("applications")
    assert '"reasons": "my knee"' in run("applications", "--json")
    answer = ("--grant", "--reason", "it is far to go", "--on", "2026-07-11")
    assert f"Application {asked.pk} is granted." in run("decide", str(asked.pk), *answer)
    assert "0 applications wait." in run("applications")


GRANDMOTHER = 30
SAID = ("--on", "2026-07-10", "--why", "a ruling")


def fails(*words):
    with pytest.raises(DataError) as refused:
        run(*words, *SAID)
    return str(refused.value)


class TestWhoChooses:
    def test_custody_is_set_shown_and_ended_and_leaves_its_traces(self):
        assert "registered" in run("custody", "set", str(CHILD), "--parent", str(MOTHER), "--parent", str(MAN), *SAID)
        shown = run("custody", "show", str(CHILD), "--why", "a question")
        assert shown == f"person {MOTHER}: joint\nperson {MAN}: joint\n2 choose for person {CHILD}.\n"
        run("custody", "end", str(CHILD), str(MAN), "--on", "2026-07-11", "--why", "a ruling")
        assert '"kind": "sole"' in run("custody", "show", str(CHILD), "--why", "a question", "--json")
        assert Event.objects.filter(kind="custody_changed", person_id=CHILD, by="anna").count() == 2
        looks = Lookup.objects.filter(person_id=CHILD).values_list("viewer", "purpose")
        assert set(looks) == {("anna", "a ruling"), ("anna", "a question")}

    def test_a_guardian_is_appointed_beside_the_parents_and_stays_when_custody_changes(self):
        run("guardian", "appoint", str(CHILD), str(GRANDMOTHER), *SAID)
        run("custody", "set", str(CHILD), "--parent", str(MAN), *SAID)
        assert custody_of(CLERK, CHILD) == {MAN: "sole", GRANDMOTHER: "guardian"}
        run("guardian", "end", str(CHILD), str(GRANDMOTHER), "--on", "2026-07-12", "--why", "a ruling")
        assert custody_of(CLERK, CHILD) == {MAN: "sole"}

    def test_a_care_order_begins_and_ends(self):
        run("care-order", "begin", str(CHILD), *SAID)
        run("care-order", "end", str(CHILD), "--on", "2026-08-10", "--why", "a ruling")
        assert CareOrder.objects.get().end == date(2026, 8, 10)

    def test_an_address_is_protected_and_no_longer(self):
        run("protect", str(MAN), "--grade", "strictly_confidential", *SAID)
        assert ProtectedAddress.objects.get().grade == "strictly_confidential"
        run("unprotect", str(MAN), *SAID)
        assert not ProtectedAddress.objects.exists()
        assert Event.objects.filter(kind="protection_changed", person_id=MAN).count() == 2

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("custody", "set", "999", "--parent", "11"), "there is no person 999"),
            (("custody", "set", "12", "--parent", "12"), "nobody has custody of themselves"),
            (("custody", "end", "12", "13"), "no such right"),
            (("guardian", "end", "12", "11"), "no such right"),
            (("guardian", "appoint", "12", "11"), "chooses for person 12 already"),
            (("unprotect", "13"), "is not protected"),
            (("care-order", "end", "12"), "under no care order"),
        ],
    )
    def test_what_cannot_be_is_told_and_nothing_is_written(self, words, told):
        before = Event.objects.count(), Custody.objects.count()
        assert told in fails(*words)
        assert (Event.objects.count(), Custody.objects.count()) == before

    def test_without_a_reason_it_is_misuse(self):
        words = ["protect", str(MAN), "--on", "2026-07-10", "--why", " ", "--by", "anna"]
        assert CliRunner().invoke(app, words).exit_code == 2

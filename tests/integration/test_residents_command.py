"""`fastlege residents`, on a small register."""

from datetime import UTC, date, datetime

import pytest
import register_scene as scene
from register_scene import FULL, MAN, MOTHER
from typer.testing import CliRunner

from fastlege.access.viewers import resident
from fastlege.casework.applications.actions import Asked, apply_for_switch
from fastlege.cli.residents.requests import app
from fastlege.registry import actions
from fastlege.registry.journal import on_day
from fastlege.registry.models import GPContract, Switch

DAY = date(2026, 7, 10)


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

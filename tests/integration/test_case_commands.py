"""`fastlege case` and `fastlege messages` on a small register: what a case worker types, and what it answers."""

import json
from datetime import date

import pytest
from planning_scenes import Scene
from typer.testing import CliRunner

from fastlege.cli.main import app
from fastlege.kernel.errors import DataError, Refused
from fastlege.registry.load import load_snapshot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run a command in this process, on the test database."""
    monkeypatch.setattr("fastlege.database.ready.open_database", lambda: None)
    scene = Scene()
    for number in (1, 2):
        scene.list(number, cap=900)
        scene.rows["doctors"].append(
            {"doctor_id": number, "hpr": str(9000000 + number), "name": "Lege", "birth_date": date(1975, 1, 1)}
            | {"sex": 1, "languages": ["nb"], "specialist_since": None, "training_since": None}
        )
        scene.gp(number)
    scene.people(range(11, 21), on_list=1)
    load_snapshot(scene.write(tmp_path / "snapshot"), by="loader")

    def invoke(*arguments, code=0):
        done = CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False)
        assert done.exit_code == code, done.output
        return done.stdout

    return invoke


def test_a_reduction_by_commands(run, tmp_path):
    days = ("--notice", "2026-08-01", "--on", "2027-03-01", "--by", "anna")
    recorded = json.loads(run("case", "reduce", 1, "--cap", 7, "--agreed", "--grounds", "Ill", *days, "--json"))
    assert (recorded["step"], recorded["tag"], recorded["people"]) == ("recorded", None, {})
    run("register", "export", tmp_path / "export", "--on", "2026-08-01")
    snapshot = ("--snapshot", tmp_path / "export")
    assert f"Commitment of the draw: {recorded['commitment']}" in run("case", "draw", recorded["case"], *snapshot)
    printed = run("case", "publish", recorded["case"], "--out", tmp_path / "draw.json")
    assert recorded["commitment"] in printed
    verify = ("draw", "verify", tmp_path / "draw.json", "--commitment")
    assert run(*verify, recorded["commitment"]).startswith("Yes")
    assert "not the one that was bound before the draw" in run(*verify, "0" * 64, code=1)
    assert "3 reduction near" in run("case", "place", recorded["case"], *snapshot)
    assert "signed." in run("case", "sign", recorded["case"], "--by", "berit")
    assert run("case", "apply", recorded["case"]) == "3 moved, 0 first in line, 0 had left before by themselves.\n"
    assert run("case", "apply", recorded["case"]) == "Nothing done: this case had been applied already.\n"
    assert run("case", "list") == f"{recorded['case']}: reduction of list 1, 2027-03-01, applied\n"
    assert json.loads(run("register", "check", "--json"))["ok"]


def test_closures_and_takeovers_are_recorded_shown_and_withdrawn(run):
    assert run("case", "list") == "No cases.\n"
    days = ("--notice", "2026-08-01", "--on", "2027-03-01", "--by", "anna")
    closing = json.loads(run("case", "close", 1, *days, "--json"))["case"]
    with pytest.raises(Refused, match=r"case\.list_busy"):
        run("case", "hand-over", 1, "--successor", 2, *days)
    assert "withdrawn" in run("case", "withdraw", closing, "--on", "2026-08-02")
    with pytest.raises(DataError, match="Give a later day"):
        run("case", "hand-over", 1, "--successor", 2, *days)
    days = ("--notice", "2026-08-02", *days[2:])
    handing = json.loads(run("case", "hand-over", 1, "--successor", 2, *days, "--json"))
    assert (handing["kind"], handing["successor"]) == ("takeover", 2)
    assert "takeover of list 1 on 2027-03-01, recorded." in run("case", "show", handing["case"])


def test_an_export_of_an_earlier_day_says_so_and_the_case_names_the_day_it_needs(run, tmp_path):
    days = ("--notice", "2026-08-20", "--on", "2027-03-01", "--by", "anna")
    case = json.loads(run("case", "close", 1, *days, "--json"))["case"]
    printed = run("register", "export", tmp_path / "early", "--on", "2026-08-02")
    assert "Export with --on 2026-08-20" in printed
    with pytest.raises(DataError, match="--on 2026-08-20"):
        run("case", "place", case, "--snapshot", tmp_path / "early")
    told = json.loads(run("register", "export", tmp_path / "late", "--on", "2026-08-20", "--json"))
    assert told["last_change"] == "2026-08-20"
    assert "10 closure near" in run("case", "place", case, "--snapshot", tmp_path / "late")


def test_the_state_of_the_outbox_is_numbers(run):
    assert run("messages", "status") == "No e-mails.\n"
    assert json.loads(run("messages", "retry", "--json")) == {"waiting": 0}


def test_delivering_without_a_mail_server_says_what_to_set(run, monkeypatch):
    for name in ("FASTLEGE_SMTP_URL", "FASTLEGE_MAIL_FROM", "FASTLEGE_SITE_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(DataError, match="FASTLEGE_SMTP_URL is not set"):
        run("messages", "deliver", "--once")

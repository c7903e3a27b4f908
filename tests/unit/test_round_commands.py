"""`fastlege round` without a database: plan, show, explain."""

import json
from datetime import date

import pytest
from planning_scenes import Scene
from typer.testing import CliRunner

from fastlege.cli.round import app
from fastlege.kernel.errors import DataError
from fastlege.matching.__main__ import main as worked_example


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    scene = Scene()
    scene.list(1, cap=1)
    scene.list(2, cap=5)
    scene.people(range(10, 12), on_list=2)
    scene.queue(10, 1, date(2025, 1, 1))
    scene.queue(11, 1, date(2025, 2, 1))
    return scene.write(tmp_path_factory.mktemp("commands") / "snapshot").folder


@pytest.fixture
def run(snapshot, tmp_path):
    """Run a command; `plan` stands for a plan of the snapshot's round on the first of the month that follows."""
    plan = str(tmp_path / "plan")

    def command(*words):
        return CliRunner().invoke(app, [plan if word == "PLAN" else str(word) for word in words])

    command("plan", "--snapshot", snapshot, "--on", "2026-09-01", "--out", "PLAN")
    return command


def test_a_plan_is_shown_in_words_and_for_machines(run):
    shown = json.loads(run("show", "PLAN", "--json").stdout)
    assert (shown["on"], shown["moves"], shown["counts"], shown["lists_closed"]) == (
        "2026-09-01",
        1,
        {"chosen_queue": 1},
        [1],
    )
    words = run("show", "PLAN").stdout
    assert "Moves: 1;" in words
    assert shown["digest"] in words


def test_a_person_is_told_why_in_the_language_asked_for(run, snapshot):
    told = run("explain", "PLAN", "--person", 11, "--snapshot", snapshot, "--language", "nb").stdout
    assert told.startswith("Ønske 1, liste 1: listen er full (1 av 1 plasser).\nDu står først i køen til liste 1.")
    assert told.splitlines()[-2].startswith("Regel: waiting.order (")
    statements = json.loads(run("explain", "PLAN", "--person", 10, "--json").stdout)
    assert [(statement["key"], statement["facts"]["rule"]) for statement in statements] == [("queue", "waiting.order")]


def test_a_day_that_is_none_is_misuse(run, snapshot):
    assert run("plan", "--snapshot", snapshot, "--on", "2026-02-30", "--out", "PLAN").exit_code == 2


def test_a_day_without_a_round_is_refused_and_leaves_no_file(run, snapshot, tmp_path):
    failed = run("plan", "--snapshot", snapshot, "--on", "2026-09-02", "--out", tmp_path / "other")
    assert isinstance(failed.exception, DataError)
    assert not (tmp_path / "other").exists()


def test_the_worked_example_that_set_up_compiles_with_comes_out_as_documented():
    assert worked_example() == 0

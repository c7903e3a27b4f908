"""The demo carries an area through a month, goes on where it was stopped, and replaces nothing that is not its own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fastlege.cli.main import app
from fastlege.kernel.errors import DataError

# Fresh databases are copies of Django's test database, which is made for tests with this mark.
pytestmark = pytest.mark.django_db
FASTLEGE = Path(sys.executable).with_name("fastlege")
COMMAND = [FASTLEGE, "demo", "--recipe", "norway-2023-10", "--area", "1812,1813", "--no-serve", "--json"]


@pytest.fixture
def place(tmp_path):
    settings = {**os.environ, "FASTLEGE_HOME": str(tmp_path / "home"), "FASTLEGE_DATABASE_URL": ""}
    yield settings
    subprocess.run([FASTLEGE, "database", "stop"], env=settings, capture_output=True, check=False)


@pytest.fixture
def ready(fresh_database, tmp_path):
    """Where the tables are there already: for what is not about the server that a demo starts."""
    return {**os.environ, "FASTLEGE_HOME": str(tmp_path / "ready"), "FASTLEGE_DATABASE_URL": fresh_database}


def run(place, *command):
    return subprocess.run([*(command or COMMAND)], env=place, capture_output=True, text=True, check=False)


def told(place, *command):
    """What a demo says that goes well."""
    done = run(place, *command)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def lasting(summary):
    return {name: value for name, value in summary.items() if name not in {"seconds", "folder"}}


def interrupted_after(place, step):
    """Start the demo and press Ctrl-C as soon as a step is done."""
    with subprocess.Popen(COMMAND, env=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        for line in started.stderr:
            if line.startswith(step):
                started.send_signal(signal.SIGINT)
                break
        said = started.stderr.read()
        return started.wait(), said


def test_a_demo_that_is_interrupted_again_and_again_ends_as_one_that_is_not_and_is_reused(place, ready):
    for step in ("Building the synthetic population", "Loading the register", "Planning the round"):
        code, said = interrupted_after(place, step)
        assert code == 130
        assert said.endswith("fastlege: interrupted; nothing was left half-done\n")
    resumed = told(place)
    again = told(place)
    assert run(place, FASTLEGE, "register", "check").returncode == 0

    straight = told(ready)
    assert lasting(resumed) == lasting(again) == lasting(straight)
    assert straight["round"]["moves"]
    assert straight["payments"]["amount_ore"] > 0
    assert straight["figures"]["lists"] == straight["lists"]


def test_a_demo_does_not_replace_a_register_that_others_have_loaded(ready, small_snapshot):
    assert run(ready, FASTLEGE, "register", "load", str(small_snapshot)).returncode == 0
    refused = run(ready)
    assert refused.returncode == 1
    assert "a demo does not replace that" in refused.stderr


def test_a_demo_of_another_area_takes_the_place_of_the_first_and_back_again(ready):
    first, other, back = (told(ready, *COMMAND, "--area", area) for area in ("1812", "1813", "1812"))
    assert lasting(first) == lasting(back)
    assert other["areas"] == ["1813"]
    assert run(ready, FASTLEGE, "register", "check").returncode == 0
    assert len(told(ready, FASTLEGE, "pay", "runs", "--json")) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--area", "9999"], "9999"),
        (["--area", "../.."], "is not a list of area codes"),
        (["--recipe", "atlantis"], "atlantis"),
        (["--nation"], "not both"),
    ],
)
def test_a_demo_of_nothing_known_is_refused_before_a_server_is_made(tmp_path, monkeypatch, arguments, message):
    monkeypatch.setenv("FASTLEGE_HOME", str(tmp_path / "home"))
    refused = CliRunner().invoke(app, [*COMMAND[1:], *arguments])
    said = str(refused.exception) if isinstance(refused.exception, DataError) else refused.stderr
    assert refused.exit_code in {1, 2}
    assert message in said
    assert not (tmp_path / "home" / "postgres").exists()

"""A round survives a kill -9 in its middle, and two who apply it at once: in processes of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from planning_scenes import ON, Scene

from fastlege.planning.plan_file import write_plan
from fastlege.planning.round import plan_round
from fastlege.rules.parameters import load_rulebook

# The fresh databases are copies of Django's test database, which is made for tests with this mark.
pytestmark = pytest.mark.django_db
FASTLEGE = Path(sys.executable).with_name("fastlege")
MOVES = 40


@pytest.fixture
def prepared(fresh_database, tmp_path):
    """A register in a database of its own, and a plan for it: how to run commands, its address and the plan's file."""
    scene = Scene()
    scene.list(1, cap=MOVES)
    scene.list(2, cap=100)
    for person_id in range(1, MOVES + 1):
        scene.person(person_id, on_list=2)
        scene.queue(person_id, 1, ON.replace(year=2025))
    snapshot = scene.write(tmp_path / "snapshot")
    write_plan(plan_round(snapshot, on=ON, seed=1, book=load_rulebook()), tmp_path / "plan")

    def start(*arguments):
        environment = {**os.environ, "FASTLEGE_DATABASE_URL": fresh_database}
        command = [FASTLEGE, *arguments]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    finish(start("register", "load", str(tmp_path / "snapshot")))
    return start, fresh_database, str(tmp_path / "plan")


def finish(process) -> str:
    """Wait for a command that must go well, and give what it printed."""
    printed, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return printed


def written(address) -> dict[str, int]:
    """What a round leaves behind, counted."""
    counts = {
        "left": 'select count(*) from memberships where "end" is not null',
        "entered": "select count(*) from memberships where list_id = 1",
        "length": "select member_count from lists where list_id = 1",
        "queue": "select count(*) from queue",
        "switches": "select count(*) from switches",
        "events": "select count(*) from events where kind = 'switched'",
        "rounds": "select count(*) from rounds where applied_at is not null",
    }
    with psycopg.connect(address) as connection:
        return {name: connection.execute(query).fetchone()[0] for name, query in counts.items()}


NOTHING = {"left": 0, "entered": 0, "length": 0, "queue": MOVES, "switches": 0, "events": 0, "rounds": 0}
ALL = {"left": MOVES, "entered": MOVES, "length": MOVES, "queue": 0, "switches": MOVES, "events": MOVES, "rounds": 1}


def wait_until(connection, query, expected):
    deadline = time.monotonic() + 60
    while connection.execute(query).fetchone()[0] != expected:
        assert time.monotonic() < deadline, query
        time.sleep(0.02)


def test_a_killed_apply_leaves_nothing_and_of_two_who_then_apply_at_once_one_does_it(prepared):
    start, address, plan = prepared
    with psycopg.connect(address, autocommit=True) as watching:
        with psycopg.connect(address) as blocking:
            # The memberships have moved by the time the events are written, and nothing is committed: the middle.
            blocking.execute("lock table events in access exclusive mode")
            process = start("round", "apply", plan)
            wait_until(watching, waiting_for("events"), 1)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            blocking.rollback()
            # The killed process's transaction ends when its server process finds nobody at the other end.
            wait_until(watching, "select count(*) from pg_locks where relation = 'rounds'::regclass", 0)
        assert written(address) == NOTHING
        with psycopg.connect(address) as blocking:
            blocking.execute("lock table changes in access exclusive mode")
            both = [start("round", "apply", plan, "--json") for _ in range(2)]
            wait_until(watching, waiting_for("changes"), 2)
            blocking.rollback()
            answers = [json.loads(finish(process))["applied_now"] for process in both]
    assert (sorted(answers), written(address)) == ([False, True], ALL)


def waiting_for(table) -> str:
    return f"select count(*) from pg_locks where relation = '{table}'::regclass and not granted"

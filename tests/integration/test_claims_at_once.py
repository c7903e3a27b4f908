"""Two files at once with the same bills, and a receipt that is killed at any point: in processes of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import psycopg
import pytest
from claim_files import bill, lines, message
from planning_scenes import Scene

pytestmark = pytest.mark.django_db
FASTLEGE = Path(sys.executable).with_name("fastlege")
PATIENTS = range(1, 31)
HPR = "9000001"


@pytest.fixture
def register(fresh_database, tmp_path):
    """A register in a database of its own: how to run commands on it, and its address."""
    scene = Scene()
    scene.list(1, cap=100)
    scene.rows["doctors"].append(
        {"doctor_id": 1, "hpr": HPR, "name": "Lege", "birth_date": date(1975, 5, 1), "sex": 1, "languages": ["nb"]}
        | {"specialist_since": None, "training_since": None}
    )
    scene.gp(1)
    for person in PATIENTS:
        scene.person(person, on_list=1)
    snapshot = scene.write(tmp_path / "snapshot")

    def start(*arguments):
        environment = {**os.environ, "FASTLEGE_DATABASE_URL": fresh_database}
        command = [FASTLEGE, *map(str, arguments)]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    finish(start("register", "load", snapshot.folder))
    with psycopg.connect(fresh_database, autocommit=True) as watching:
        yield start, watching, fresh_database


def finish(process, code=0):
    printed, errors = process.communicate(timeout=120)
    assert process.returncode == code, errors
    return printed


def write(path, *messages):
    path.write_bytes(lines(*messages))
    return path


def day_of(hour):
    """A message of each hour, with a bill for each patient."""
    return message(
        *[bill(f"{hour}-{one}", person=one, at=f"2026-08-03T{hour:02}:{one:02}:00") for one in PATIENTS],
        practitioner={"hpr": HPR},
    )


def counted(watching):
    return {
        name: watching.execute(f"select count(*) from claim_{name}").fetchone()[0]
        for name in ("messages", "bills", "lines", "results")
    }


def wait_until(watching, query, expected):
    deadline = time.monotonic() + 60
    while watching.execute(query).fetchone()[0] != expected:
        assert time.monotonic() < deadline, query
        time.sleep(0.02)


WAITING = "select count(*) from pg_locks where relation = '{}'::regclass and not granted"
ADVISORY = "select count(*) from pg_locks where locktype = 'advisory' and not granted"


def test_two_files_at_once_with_the_same_bills_take_each_bill_once(register, tmp_path):
    start, watching, address = register
    days = [day_of(hour) for hour in (8, 9, 10)]
    # The middle message is the same in both; the last uses the numbers of the other file's first.
    others = [{**days[0], "message_id": days[0]["message_id"][:-4] + "ffff"}, days[1]]
    files = [write(tmp_path / "a.jsonl", *days), write(tmp_path / "b.jsonl", *others)]
    with psycopg.connect(address) as blocking:
        blocking.execute("select pg_advisory_lock(hashtext('fastlege claims receiving'))")
        both = [start("claims", "receive", file, "--on", "2026-08-05", "--json") for file in files]
        wait_until(watching, ADVISORY, 2)
    done = [json.loads(finish(process)) for process in both]
    # Whoever comes second has the shared message answered as the first, and the used numbers refused.
    assert sum(one["received"] for one in done) == 3
    assert sorted(one["again"] for one in done) == [0, 1]
    assert sum(one["control"]["approved"] for one in done) == 3 * len(PATIENTS)
    assert counted(watching)["bills"] == 3 * len(PATIENTS)
    assert watching.execute("select status, count(*) from claim_messages group by 1 order by 1").fetchall() == [
        ("received", 3),
        ("refused", 1),
    ]


@pytest.mark.parametrize("table", ["claim_lines", "claim_results"])
def test_a_receipt_killed_anywhere_is_taken_up_by_the_same_command_again(register, tmp_path, table):
    start, watching, address = register
    file = write(tmp_path / "a.jsonl", *[day_of(hour) for hour in (8, 9)])
    with psycopg.connect(address) as blocking:
        blocking.execute(f"lock table {table} in access exclusive mode")
        process = start("claims", "receive", file, "--on", "2026-08-05")
        wait_until(watching, WAITING.format(table), 1)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        blocking.rollback()
        wait_until(watching, "select count(*) from pg_locks where relation = 'claim_bills'::regclass", 0)
    bills = 2 * len(PATIENTS)
    before = counted(watching)
    assert (before["bills"], before["results"]) in {(0, 0), (bills, 0)}
    done = json.loads(finish(start("claims", "receive", file, "--on", "2026-08-05", "--json")))
    assert done["control"] == {"approved": bills, "refused": 0, "credited": 0}
    assert counted(watching) == {"messages": 2, "bills": bills, "lines": bills, "results": bills}

"""Killed in the middle, or done by two at once: a run is recorded, an order made and a difference found once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

pytestmark = pytest.mark.django_db
FASTLEGE = Path(sys.executable).with_name("fastlege")
TESTS = Path(__file__).parents[1]
_SET_UP = """
import sys; sys.path.insert(0, {tests!r})
from fastlege.database.ready import set_up; set_up()
from pathlib import Path
import payment_scene as scene
{what}
"""


def start(url, *command):
    environment = {**os.environ, "FASTLEGE_DATABASE_URL": url}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def pay(url, *words):
    return start(url, FASTLEGE, "pay", *words)


def python(url, what):
    """Do something with the register of a database, in a process of its own."""
    script = _SET_UP.format(tests=str(TESTS), what=what)
    process = start(url, sys.executable, "-c", script)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors


def kill_when_it_waits_for(url, table, *words):
    """Kill a command when it comes to write in a table, in the middle of its transaction."""
    waiting = "select count(*) from pg_locks where not granted and relation = %s::regclass"
    with psycopg.connect(url) as holder, psycopg.connect(url, autocommit=True) as watcher:
        holder.execute(f"lock table {table} in share mode")
        process = pay(url, *words)
        deadline = time.monotonic() + 60
        while not watcher.execute(waiting, [table]).fetchone()[0]:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL


def both(url, *commands):
    """The exit codes of commands that are started at once, in rising order."""
    started = [pay(url, *words) for words in commands]
    for process in started:
        process.communicate(timeout=120)
    return sorted(process.returncode for process in started)


def count(url, *tables):
    with psycopg.connect(url) as own:
        return [own.execute(f"select count(*) from {table}").fetchone()[0] for table in tables]


_LOADED = """
from capitation_case import DAY
from fastlege.rules.capitation.payment_file import write_payments
from fastlege.settlement.actions import make_synthetic_accounts
file = scene.payments_of(scene.load(Path({snapshot!r})))
write_payments(Path({run!r}), file.lines, file.header)
make_synthetic_accounts(since=DAY, by="anna")
"""
_APPROVED = """
from fastlege.settlement.queries import payment_runs
(run,) = payment_runs()
from fastlege.rules.capitation.payment_file import read_payments
file = read_payments(Path({run!r}))
assert (f"{{run.month:%Y-%m}}", run.digest) == ("2023-10", file.digest), run
assert run.amount_ore == file.header["totals"]["amount_ore"], run
scene.through_approval(run)
# What is heard of late says nothing of what is ordered before it is found.
scene.hear_of_member()
"""


def test_what_is_killed_in_the_middle_and_tried_by_two_at_once_is_done_once(fresh_database, tmp_path):
    url, run = fresh_database, str(tmp_path / "run.parquet")
    python(url, _LOADED.format(snapshot=str(tmp_path / "snapshot"), run=run))
    prepare = ("prepare", run)
    kill_when_it_waits_for(url, "payment_lines", *prepare)
    assert count(url, "payment_runs", "payment_lines") == [0, 0]
    assert both(url, prepare, prepare) == [0, 0]
    assert count(url, "payment_runs", "payment_lines") == [1, 6]

    python(url, _APPROVED.format(run=run))
    with psycopg.connect(url) as own:
        (number,) = own.execute("select id from payment_runs").fetchone()
    files = [tmp_path / "one.xml", tmp_path / "other.xml"]
    orders = [("order", str(number), "--on", "2023-10-12", "--out", str(file)) for file in files]
    kill_when_it_waits_for(url, "payment_transfers", *orders[0])
    assert count(url, "payment_orders", "payment_transfers") == [0, 0]
    assert not files[0].exists()
    assert both(url, *orders) == [0, 0]
    assert count(url, "payment_orders", "payment_transfers") == [1, 3]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].stat().st_mode & 0o077 == 0

    again = ("recalculate", "--month", "2023-10", "--by", "anna")
    kill_when_it_waits_for(url, "payment_lines", *again)
    assert count(url, "payment_runs", "payment_lines") == [1, 6]
    # The one who comes second finds a correction that waits.
    assert both(url, again, again) == [0, 1]
    assert count(url, "payment_runs", "payment_lines") == [2, 7]

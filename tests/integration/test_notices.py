"""Notices by e-mail, through a real mail server: once each, without content, and none lost when a worker is killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from fastlege.access.viewers import Role, Viewer
from fastlege.kernel.errors import DataError
from fastlege.messages import actions
from fastlege.messages.kinds import MessageKind
from fastlege.messages.mail.address import mail_server
from fastlege.messages.mail.posting import Envelope, Outcome, Post, written
from fastlege.messages.mail.worker import Retries, at_work
from fastlege.rules.parameters import load_rulebook

pytestmark = pytest.mark.django_db(transaction=True)
FASTLEGE = Path(sys.executable).with_name("fastlege")
RETRIES = Retries.of(load_rulebook(), on=date(2026, 9, 1))


class Outbox:
    """The outbox of the test database; workers here, and as processes of their own where they are to be killed."""

    def __init__(self, address, mailbox):
        self.environ = {
            **os.environ,
            "FASTLEGE_DATABASE_URL": address,
            "FASTLEGE_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}",
            "FASTLEGE_MAIL_FROM": "no-reply@fastlege.example",
            "FASTLEGE_SITE_URL": "https://fastlege.example/",
        }

    def run(self, statement, *values):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else None

    def queue(self, person, language="nb"):
        viewer = Viewer("resident", Role.RESIDENT, person_id=person)
        actions.set_contact(viewer, email=f"person{person}@example.org", wants_notice=True, language=language)
        facts = {"list_name": "Hemmelig liste", "from_day": "2026-09-01"}
        actions.queue_message(
            MessageKind.SWITCHED, key=f"switch:{person}", on=date(2026, 9, 1), facts=facts, person_id=person
        )

    def worker(self, *options):
        command = [FASTLEGE, "messages", "deliver", *options]
        return subprocess.Popen(command, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def deliver(self):
        with at_work(mail_server(self.environ), RETRIES) as worker:
            return worker.deliver_due()

    def states(self):
        return dict(self.run("select state, count(*) from notices group by state"))

    def due_now(self):
        self.run("update notices set next_at = now() where state = 'waiting'")


@pytest.fixture
def outbox(server, mailbox):
    return Outbox(server.url(connection.settings_dict["NAME"]), mailbox)


def recipients(mailbox):
    return sorted(address for envelope in mailbox.got for address in envelope.rcpt_tos)


def wait_until(holds):
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_each_notice_is_sent_once_in_the_readers_language_and_says_nothing(outbox, mailbox):
    for person, language in ((1, "nb"), (2, "nn"), (3, "en")):
        outbox.queue(person, language=language)
    assert outbox.deliver() == {"sent": 3}
    assert outbox.deliver() == {}
    assert recipients(mailbox) == [f"person{number}@example.org" for number in (1, 2, 3)]
    texts = [envelope.content.decode() for envelope in mailbox.got]
    for text, words in zip(
        texts, ("Du har fått en melding", "Du har fått ei melding", "You have a message"), strict=True
    ):
        head, body = text.split("\r\n\r\n", 1)
        assert "Auto-Submitted: auto-generated" in head
        assert "https://fastlege.example" in body
        assert not any(secret in text for secret in ("Hemmelig", "2026-09-01", "switched", "list"))
        assert words.split()[0] in head
    assert len({line for text in texts for line in text.splitlines() if line.startswith("Message-ID")}) == 3


def test_who_no_longer_wants_notices_gets_none(outbox, mailbox):
    outbox.queue(1), outbox.queue(2)
    outbox.run("update contacts set wants_notice = false where person_id = 1")
    outbox.run("delete from contacts where person_id = 2")
    assert outbox.deliver() == {"not_wanted": 2}
    assert mailbox.got == []


def test_what_the_server_cannot_take_now_is_tried_again_later_and_later(outbox, mailbox):
    outbox.queue(1)
    waits = []
    for _ in range(2):
        mailbox.answers = ["451 person1@example.org is busy"]
        assert outbox.deliver() == {"waiting": 1}
        assert outbox.deliver() == {}
        waits += outbox.run("select round(extract(epoch from next_at - changed_at) / 60)::int, answer from notices")
        outbox.due_now()
    assert waits == [(RETRIES.first, "451"), (RETRIES.first * RETRIES.factor, "451")]
    assert outbox.deliver() == {"sent": 1}
    assert recipients(mailbox) == ["person1@example.org"]


def test_what_the_server_refuses_for_good_is_not_tried_again(outbox, mailbox):
    outbox.queue(1)
    outbox.queue(2)
    mailbox.answers = ["550 no such person"]
    assert outbox.deliver() == {"refused": 1, "sent": 1}
    assert outbox.deliver() == {}


def test_a_notice_is_given_up_after_its_attempts(outbox, mailbox):
    outbox.queue(1)
    outbox.run("update notices set attempts = %s", RETRIES.attempts - 1)
    mailbox.answers = ["451 busy"]
    assert outbox.deliver() == {"refused": 1}
    assert outbox.run("select answer from notices") == [(f"451, {RETRIES.attempts} attempts",)]


def test_the_waits_grow_up_to_a_limit():
    waits = [RETRIES.wait_after(attempt) for attempt in range(1, RETRIES.attempts + 1)]
    assert waits[:3] == [RETRIES.first, RETRIES.first * RETRIES.factor, RETRIES.first * RETRIES.factor**2]
    assert max(waits) == waits[-1] == RETRIES.longest


def test_without_a_mail_server_everything_waits(outbox, mailbox):
    outbox.environ["FASTLEGE_SMTP_URL"] = "smtp://127.0.0.1:1"
    outbox.queue(1)
    assert outbox.deliver() == {"waiting": 1}


def test_a_worker_killed_between_commit_and_sending_leaves_it_to_the_next(outbox, mailbox):
    outbox.queue(1)
    # Claimed and committed, and not yet on its way: it waits for the address that it is to go to.
    with psycopg.connect(outbox.environ["FASTLEGE_DATABASE_URL"]) as blocking:
        blocking.execute("lock table contacts in access exclusive mode")
        worker = outbox.worker("--once")
        wait_until(lambda: outbox.states() == {"claimed": 1})
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
        blocking.rollback()
    wait_until(lambda: outbox.run("select 1 from pg_locks where locktype = 'advisory'") == [])
    assert outbox.deliver() == {"sent": 1}
    assert recipients(mailbox) == ["person1@example.org"]


def test_a_worker_killed_between_sending_and_noting_it_does_not_send_twice(outbox, mailbox):
    outbox.queue(1)
    mailbox.go.clear()
    worker = outbox.worker("--once")
    assert mailbox.reading.wait(60)
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    mailbox.go.set()
    wait_until(lambda: outbox.run("select 1 from pg_locks where locktype = 'advisory'") == [])
    assert outbox.deliver() == {}
    assert outbox.states() == {"unknown": 1}
    assert recipients(mailbox) == ["person1@example.org"]
    assert actions.send_unknown_again(Viewer("admin", Role.ADMINISTRATOR)) == 1
    assert outbox.deliver() == {"sent": 1}
    ids = [line for each in mailbox.got for line in each.content.decode().splitlines() if "Message-ID" in line]
    assert ids[0] == ids[1]


def test_two_workers_beside_each_other_send_each_notice_once(outbox, mailbox):
    for person in range(1, 61):
        outbox.queue(person)
    with ThreadPoolExecutor(2) as pool:
        counts = [done.result() for done in [pool.submit(outbox.deliver) for _ in range(2)]]
    assert sum(count.get("sent", 0) for count in counts) == 60
    assert recipients(mailbox) == sorted(f"person{number}@example.org" for number in range(1, 61))


def test_a_worker_stops_when_it_is_told_to_and_leaves_nothing_claimed(outbox, mailbox):
    outbox.queue(1)
    worker = outbox.worker()
    wait_until(lambda: outbox.states() == {"sent": 1})
    worker.send_signal(signal.SIGTERM)
    _, errors = worker.communicate(timeout=30)
    assert (worker.returncode, errors) == (0, "")
    assert outbox.run("select 1 from pg_locks where locktype = 'advisory'") == []


def test_what_a_worker_had_claimed_waits_again_when_it_stops(outbox, mailbox):
    outbox.queue(1)
    with at_work(mail_server(outbox.environ), RETRIES) as worker:
        worker._run("update notices set state = 'claimed', attempts = 1, worker = pg_backend_pid()")
    assert outbox.run("select state, attempts, worker from notices") == [("waiting", 0, None)]
    with at_work(mail_server(outbox.environ), RETRIES) as worker:
        assert worker.deliver_due(until=lambda: True) == {}
    assert outbox.states() == {"waiting": 1}


def test_what_is_missing_is_said_all_at_once(outbox):
    with pytest.raises(DataError) as refused:
        mail_server({})
    for name in ("FASTLEGE_SMTP_URL", "FASTLEGE_MAIL_FROM", "FASTLEGE_SITE_URL"):
        assert f"{name} is not set" in str(refused.value)


def test_a_server_that_hangs_up_after_the_message_leaves_it_unknown(mailbox):
    """The moment in which nobody can know: the message is handed over, and no answer comes."""
    server = mail_server(
        {
            "FASTLEGE_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}",
            "FASTLEGE_MAIL_FROM": "no-reply@fastlege.example",
            "FASTLEGE_SITE_URL": "https://fastlege.example",
        }
    )
    post = Post(server)
    noted = []

    def hang_up():
        noted.append("handing over")
        post._session.sock.shutdown(socket.SHUT_RDWR)

    mail = written(Envelope(1, datetime(2026, 9, 1, tzinfo=UTC), "person1@example.org", "nb"), server)
    assert post.hand_over(mail, on_handing_over=hang_up).outcome == Outcome.UNKNOWN
    assert noted == ["handing over"]
    assert mailbox.got == []
    assert post.hand_over(mail, on_handing_over=lambda: None).outcome == Outcome.SENT
    post.close()

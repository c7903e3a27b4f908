"""Delivering notices: claim what is due, hand it over, note what came of it. Any number of workers may run.

Each step is committed before the next begins, so that a killed worker leaves a trace of how far it had come:

- *claimed*, not handed over: the server cannot have it. Another worker puts it back.
- *handing over*: the server may have it, and nobody can know. It is noted as unknown and not sent again by itself:
  a notice twice would be worse than one that is missing, since the message itself lies in the inbox all the same.

A worker holds an advisory lock for as long as its connection lives; one whose lock is free has died.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from fastlege.messages.mail.address import MailServer
from fastlege.messages.mail.posting import Answer, Envelope, Outcome, Post, written
from fastlege.rules.parameters import Rulebook

Values = Sequence[int | str] | Mapping[str, int | str]

_LOCK_CLASS = 0x6D61696C
_BATCH = 20

_CLAIM = """
with due as (
    select message_id from notices where state = 'waiting' and next_at <= now()
    order by next_at, message_id limit %s for update skip locked)
update notices n set state = 'claimed', worker = %s, attempts = attempts + 1, changed_at = now()
from due where n.message_id = due.message_id returning n.message_id
"""

_ENVELOPE = """
select m.queued_at, n.attempts, coalesce(c.wants_notice, false), c.email, c.language
from notices n join messages m on m.id = n.message_id
left join contacts c on c.person_id = m.person_id or c.office_id = m.office_id
where n.message_id = %s
"""

_HANDING_OVER = "update notices set state = 'handing_over', changed_at = now() where message_id = %s and worker = %s"

_SETTLED = """
update notices set state = %(state)s, worker = null, answer = %(answer)s, changed_at = now(),
       next_at = now() + make_interval(mins => %(wait)s)
where message_id = %(message)s and worker = %(worker)s
"""

# What a worker leaves that stops in an orderly way, or that is found dead.
_PUT_BACK = """
update notices set state = case state when 'claimed' then 'waiting' else 'unknown' end, worker = null,
       changed_at = now(), attempts = attempts - case state when 'claimed' then 1 else 0 end
where worker = %s
"""


@dataclass(frozen=True)
class Retries:
    """How long to wait before another attempt, in minutes, and how many there are."""

    first: int
    factor: int
    longest: int
    attempts: int

    @classmethod
    def of(cls, book: Rulebook, *, on: date) -> Retries:
        """What the rulebook says on a day."""
        names = ("first_retry_after", "retry_factor", "longest_retry_after", "attempts")
        return cls(*(book.whole(f"notice.{name}", on=on) for name in names))

    def wait_after(self, attempt: int) -> int:
        """Minutes to wait after an attempt, the first being 1: longer each time, up to a limit."""
        return int(min(self.first * self.factor ** (attempt - 1), self.longest))


class Worker:
    """One who delivers, with a connection to the database of its own."""

    def __init__(self, database: BaseDatabaseWrapper, server: MailServer, retries: Retries) -> None:
        self._database, self._server, self._retries = database, server, retries
        self._post = Post(server)
        [(self._number,)] = self._run("select pg_backend_pid()")
        self._run("select pg_advisory_lock(%s, %s)", (_LOCK_CLASS, self._number))
        # The number may have been that of one who died.
        self._run(_PUT_BACK, (self._number,))

    def deliver_due(self, *, until: Callable[[], bool] = lambda: False) -> dict[str, int]:
        """Deliver all that is due now, or what there is time for, and say how many had which outcome."""
        self.put_back_what_the_dead_left()
        counts: dict[str, int] = {}
        while claimed := self._run(_CLAIM, (_BATCH, self._number)):
            for (message_id,) in claimed:
                if until():
                    return counts
                state = self._deliver(message_id)
                counts[state] = counts.get(state, 0) + 1
        return counts

    def put_back_what_the_dead_left(self) -> None:
        """Free what workers had claimed whose connection is gone."""
        query = "select distinct worker from notices where worker is not null and worker <> %s"
        for (number,) in self._run(query, (self._number,)):
            [(is_dead,)] = self._run("select pg_try_advisory_lock(%s, %s)", (_LOCK_CLASS, number))
            if is_dead:
                self._run(_PUT_BACK, (number,))
                self._run("select pg_advisory_unlock(%s, %s)", (_LOCK_CLASS, number))

    def stop(self) -> None:
        """Put back what has been claimed and not handed over, and let go of the connections."""
        self._post.close()
        self._run(_PUT_BACK, (self._number,))
        self._run("select pg_advisory_unlock(%s, %s)", (_LOCK_CLASS, self._number))

    def _deliver(self, message_id: int) -> str:
        queued_at: datetime
        [(queued_at, attempts, is_wanted, email, language)] = self._run(_ENVELOPE, (message_id,))
        if not is_wanted:
            return self._settle(message_id, "not_wanted", "")

        def note_handing_over() -> None:
            self._run(_HANDING_OVER, (message_id, self._number))

        mail = written(Envelope(message_id, queued_at, email, language), self._server)
        return self._note(message_id, attempts, self._post.hand_over(mail, on_handing_over=note_handing_over))

    def _note(self, message_id: int, attempts: int, answer: Answer) -> str:
        if answer.outcome != Outcome.LATER:
            return self._settle(message_id, answer.outcome.value, answer.code)
        if attempts >= self._retries.attempts:
            return self._settle(message_id, "refused", f"{answer.code}, {attempts} attempts")
        return self._settle(message_id, "waiting", answer.code, wait=self._retries.wait_after(attempts))

    def _settle(self, message_id: int, state: str, answer: str, *, wait: int = 0) -> str:
        self._run(
            _SETTLED,
            {"state": state, "answer": answer, "wait": wait, "message": message_id, "worker": self._number},
        )
        return state

    def _run(self, statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
        with self._database.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def at_work(server: MailServer, retries: Retries) -> Iterator[Worker]:
    """A worker that stops in an orderly way when the block ends, also by a signal."""
    database = connection.copy()
    try:
        worker = Worker(database, server, retries)
        try:
            yield worker
        finally:
            worker.stop()
    finally:
        database.close()

"""Receiving messages, one or a file of millions: in one transaction, so that a file is taken whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import BinaryIO

from django.db import connection, transaction

from fastlege.claims.receiving.duplicates import drop_repeated, refuse_used_numbers
from fastlege.claims.receiving.people import find_people
from fastlege.claims.receiving.reading import Damaged, Incoming, read_lines
from fastlege.claims.receiving.staging import Staging
from fastlege.claims.receiving.taking import take
from fastlege.kernel.errors import DataError

Report = Callable[[str, float], None]
"""Called with what is being done and the share that is done, 0 to 1."""

DIGEST_BYTES = 32
_NAMED = 10
_EVERY = 1_000


@dataclass(frozen=True)
class Received:
    """What came of a file. `again` had come before and have their answers; `digests` are those of all, in order."""

    messages: int
    received: int
    refused: int
    bills: int
    digests: bytes

    @property
    def again(self) -> int:
        """Messages that had come before, or stood more than once in the file."""
        return self.messages - self.received - self.refused


def receive_file(lines: BinaryIO, *, on: date, by: str, size: int = 0, report: Report = lambda *_: None) -> Received:
    """Receive a message a line. `size` is that of the file in bytes, where it is known.

    A message that is wrong is refused and answered, and the others taken. A line that is no message at all means that
    the file is damaged: then nothing is taken, and a `DataError` names the lines.
    """

    def told() -> Iterable[Incoming | Damaged]:
        for number, incoming in enumerate(read_lines(lines)):
            if size and number % _EVERY == 0:
                report("reading", 0.7 * lines.tell() / size)
            yield incoming

    return _receive(told(), on=on, by=by, report=report)


def receive_message(text: bytes, *, on: date, by: str) -> Received:
    """Receive one message."""
    return receive_file(BytesIO(text.replace(b"\n", b" ").replace(b"\r", b" ")), on=on, by=by)


@transaction.atomic
def _receive(incoming: Iterable[Incoming | Damaged], *, on: date, by: str, report: Report) -> Received:
    digests = bytearray()
    damaged = _Damage()
    with connection.cursor() as wrapped:
        cursor = wrapped.cursor
        staging = Staging(cursor)
        for one in incoming:
            if isinstance(one, Damaged):
                damaged.add(one)
            elif not damaged.lines:
                digests += bytes.fromhex(one.digest)
                staging.add(one)
        if damaged.lines:
            raise damaged.error()
        if not staging.messages:
            raise DataError("there is no claim message.", remedy="`fastlege claims schema` says how one looks.")
        report("looking for duplicates", 0.7)
        staging.finish()
        # Two files at once: the second waits here, and then sees the first one's numbers.
        cursor.execute("select pg_advisory_xact_lock(hashtext('fastlege claims receiving'))")
        drop_repeated(cursor)
        refuse_used_numbers(cursor)
        report("looking up patients", 0.75)
        find_people(cursor)
        report("taking", 0.8)
        received, refused = take(cursor, on=on, by=by)
        report("committing", 0.98)
    return Received(staging.messages, received, refused, staging.bills, bytes(digests))


@dataclass
class _Damage:
    """The lines that were no messages: how many, and the first of them."""

    lines: int = 0
    named: str = ""

    def add(self, line: Damaged) -> None:
        self.lines += 1
        if self.lines <= _NAMED:
            self.named += f"{'; ' if self.named else ''}line {line.line} {line.what}"

    def error(self) -> DataError:
        more = f"; and {self.lines - _NAMED} more" if self.lines > _NAMED else ""
        return DataError(
            f"the file is damaged: {self.named}{more}.",
            remedy="Nothing was taken. Get the file from the sender again, and receive it whole.",
        )

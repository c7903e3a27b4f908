"""A file of claim messages, one a line: each line is answered, and a duplicate is recognised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from fastlege.rules.claims.bill import NOTHING_KNOWN, Bill, Known
from fastlege.rules.claims.control import Control, check_timeliness, control
from fastlege.rules.claims.messages.message import DUPLICATE, CreditNote, Message, MessageError, read_message
from fastlege.rules.parameters import Rulebook

_NORWAY = ZoneInfo("Europe/Oslo")

Knowing = Callable[[Message, Bill], Known]
"""What the registers know of one bill."""


@dataclass(frozen=True)
class Answer:
    """The answer to one line of a file. A message with errors is refused whole, and none of its bills is looked at."""

    line: int
    message_id: str
    errors: tuple[MessageError, ...]
    controls: tuple[Control, ...]
    credits: tuple[CreditNote, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the message, or any bill in it, was refused."""
        return bool(self.errors) or any(not one.approved for one in self.controls)


def nothing_known(message: Message, bill: Bill) -> Known:
    """For a control without registers."""
    return NOTHING_KNOWN


def check_messages(
    lines: Iterable[bytes], *, book: Rulebook, knowing: Knowing = nothing_known, received: date | None = None
) -> Iterator[Answer]:
    """Answer each line that is not blank. Messages count as received on the day they were sent, or on the one given."""
    messages: set[str] = set()
    numbers: set[tuple[str, str]] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        message = read_message(line)
        if isinstance(message, tuple):
            yield Answer(number, "", message, ())
            continue
        if duplicates := tuple(_duplicates(message, messages, numbers)):
            yield Answer(number, message.message_id, duplicates, ())
            continue
        messages.add(message.message_id)
        numbers.update((message.practitioner.hpr, bill.bill_number) for bill in message.bills)
        on = received or message.sent_at.astimezone(_NORWAY).date()
        controls = tuple(_control(message, on, book, knowing))
        yield Answer(number, message.message_id, (), controls, tuple(message.credits))


def _control(message: Message, received: date, book: Rulebook, knowing: Knowing) -> Iterator[Control]:
    for sent in message.bills:
        bill = sent.of(message.practitioner.hpr)
        found = control(bill, knowing(message, bill))
        late = tuple(check_timeliness(bill, received=received, book=book))
        yield replace(found, breaches=late + found.breaches)


def _duplicates(message: Message, messages: set[str], numbers: set[tuple[str, str]]) -> Iterator[MessageError]:
    if message.message_id in messages:
        yield MessageError(DUPLICATE, "message_id", "has been sent before")
    within = Counter(bill.bill_number for bill in message.bills)
    for place, bill in enumerate(message.bills):
        key = (message.practitioner.hpr, bill.bill_number)
        if key in numbers or within[bill.bill_number] > 1:
            yield MessageError(DUPLICATE, f"bills.{place}.bill_number", "the doctor has used this bill number before")

"""The lines of a file of messages, one after the other: read, or refused whole, or no message at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

import orjson

from fastlege.rules.claims.messages.message import Message, MessageError, is_damaged, read_message

LONGEST_LINE = 1 << 25
"""A message of ten thousand bills with many lines is shorter; a line without end must not fill the memory."""


@dataclass(frozen=True)
class Incoming:
    """One line that is a message: what it says, or why it is refused."""

    line: int
    digest: str
    message: Message | None
    message_id: str | None
    errors: tuple[MessageError, ...]


@dataclass(frozen=True)
class Damaged:
    """One line that is no message at all, so that the file is not the one that was sent."""

    line: int
    what: str


def read_lines(lines: BinaryIO) -> Iterator[Incoming | Damaged]:
    """Every line that is not blank, with the memory of one line."""
    number = 0
    while line := lines.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            yield Damaged(number, f"is longer than {LONGEST_LINE >> 20} MiB")
            return
        if line.strip():
            yield read_line(line.strip(), number)


def read_line(line: bytes, number: int = 1) -> Incoming | Damaged:
    """One line. The digest of what is refused is of its bytes, for it has no other meaning."""
    found = read_message(line)
    if isinstance(found, Message):
        return Incoming(number, found.digest, found, found.message_id, ())
    if is_damaged(found):
        return Damaged(number, found[0].what)
    return Incoming(number, sha256(line).hexdigest(), None, _id_of(line, found), found)


def _id_of(line: bytes, errors: tuple[MessageError, ...]) -> str | None:
    """The id of a message with errors, unless the id is one of them."""
    if any(error.where == "message_id" for error in errors):
        return None
    try:
        return str(orjson.loads(line)["message_id"])
    except orjson.JSONDecodeError:
        # A number too large for this reader, which the other took for what it is.
        return None

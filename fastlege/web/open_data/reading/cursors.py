"""Cursors and states: short texts that a program keeps for us, so that nothing has to be remembered here.

A cursor says where the next page begins, and in which editions the whole reading goes on: one that comes meanwhile does
not enter it. A state says which editions a program has, so that it can ask for what is new.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from struct import Struct

_KEY = Struct(">I4s")
_PLACE = Struct(">8sHI")
_MARK = {"cursor": b"\x01", "state": b"\x02"}
LONGEST = 8_000
"""Longer texts are no cursors: no installation has so many editions."""


class UnreadableError(Exception):
    """A text that is no cursor or no state of ours."""


@dataclass(frozen=True, order=True)
class Key:
    """An edition: its day, and the first part of a digest of its files. Other content is another edition."""

    as_of: date
    digest: bytes

    def __str__(self) -> str:
        return f"{self.as_of}.{self.digest.hex()}"


@dataclass(frozen=True)
class Cursor:
    """The next row: its number in the edition at `place` of `editions`. `asked` is a digest of what was asked for."""

    asked: bytes
    editions: tuple[Key, ...]
    place: int
    row: int

    def __str__(self) -> str:
        return _text("cursor", _PLACE.pack(self.asked, self.place, self.row) + _packed(self.editions))


def read_cursor(text: str) -> Cursor:
    """The cursor that a text is, or `UnreadableError`."""
    content = _content("cursor", text)
    if len(content) < _PLACE.size:
        raise UnreadableError
    asked, place, row = _PLACE.unpack_from(content)
    return Cursor(asked, _keys(content[_PLACE.size :]), place, row)


def state_of(editions: Iterable[Key]) -> str:
    """The state of a program that has some editions."""
    return _text("state", _packed(sorted(editions)))


def read_state(text: str) -> frozenset[Key]:
    """The editions of a state, or `UnreadableError`."""
    return frozenset(_keys(_content("state", text)))


def _packed(keys: Sequence[Key]) -> bytes:
    return b"".join(_KEY.pack(key.as_of.toordinal(), key.digest) for key in keys)


def _keys(content: bytes) -> tuple[Key, ...]:
    if len(content) % _KEY.size:
        raise UnreadableError
    try:
        return tuple(Key(date.fromordinal(day), digest) for day, digest in _KEY.iter_unpack(content))
    except (ValueError, OverflowError) as error:
        raise UnreadableError from error


def _text(kind: str, content: bytes) -> str:
    return urlsafe_b64encode(_MARK[kind] + content).decode().rstrip("=")


def _content(kind: str, text: str) -> bytes:
    if not text.isascii() or len(text) > LONGEST:
        raise UnreadableError
    try:
        content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise UnreadableError from error
    # The reader of base 64 passes over what it does not know: only what we would write ourselves is read.
    if content[:1] != _MARK[kind] or _text(kind, content[1:]) != text:
        raise UnreadableError
    return content[1:]

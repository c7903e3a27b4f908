"""What lies ready between runs, and whether it is still what this software would make."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import fastlege

PACKAGE = Path(fastlege.__file__).parent
_KINDS = {".py", ".toml", ".csv"}


def sources(*rooms: str, but: Iterable[str] = ()) -> str:
    """A digest over program and data of rooms or files of the package (`simulation`), without those in `but`."""
    left_out = [PACKAGE / room for room in but]
    total = sha256()
    for room in rooms:
        place = PACKAGE / room
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.suffix in _KINDS and not any(path.is_relative_to(other) for other in left_out):
                total.update(str(path.relative_to(PACKAGE)).encode() + path.read_bytes())
    return total.hexdigest()


def digest_of(path: Path) -> str:
    """The digest of one file."""
    return sha256(path.read_bytes()).hexdigest()


def is_current(made: Path, digest: str) -> bool:
    """Whether the note beside what was made says that it was made from this."""
    note = _note(made)
    return made.exists() and note.exists() and note.read_text() == digest


def remember(made: Path, digest: str) -> None:
    """Note beside what was made from what it was."""
    _note(made).write_text(digest)


def _note(made: Path) -> Path:
    return made.with_name(f"{made.name}.made_from")

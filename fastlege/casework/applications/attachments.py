"""What a file is, by its bytes: a PDF, a PNG or a JPEG that is whole and nothing else, or not to be taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import PurePosixPath
from zlib import crc32

from fastlege.kernel.errors import Violation

MOST, MOST_BYTES = 5, 5_000_000
TOO_MANY = "attachment.too_many"
TOO_LARGE = "attachment.too_large"
NOT_A_KIND = "attachment.kind"
_NAME_LENGTH = 100


class FileKind(StrEnum):
    """The kinds of file that are taken, by their media type."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"


_ENDINGS = {
    ".pdf": FileKind.PDF,
    ".png": FileKind.PNG,
    ".jpg": FileKind.JPEG,
    ".jpeg": FileKind.JPEG,
}
# What makes a PDF do something, or carry other files, when it is opened.
_ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA", b"/OpenAction", b"/AA")
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class File:
    """A file as it was sent."""

    name: str
    content: bytes

    @property
    def safe_name(self) -> str:
        """The last part of the name, printable and not long: a label, never a path."""
        last = PurePosixPath(self.name.replace("\\", "/")).name
        return "".join(sign for sign in last if sign.isprintable())[-_NAME_LENGTH:] or "file"

    @property
    def kind(self) -> FileKind | None:
        """What the file is; none when its bytes are something else, or not what its name says."""
        named = _ENDINGS.get(PurePosixPath(self.safe_name).suffix.lower())
        return named if named is not None and named == kind_of(self.content) else None

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return sha256(self.content).hexdigest()


def check_files(files: Sequence[File]) -> list[Violation]:
    """How many, how large, and of which kind."""
    found = [] if len(files) <= MOST else [Violation(TOO_MANY, {"max": MOST})]
    if any(len(one.content) > MOST_BYTES for one in files):
        found.append(Violation(TOO_LARGE, {"megabytes": MOST_BYTES // 1_000_000}))
    elif any(one.kind is None for one in files):
        found.append(Violation(NOT_A_KIND))
    return found


def kind_of(content: bytes) -> FileKind | None:
    """The kind of a file by its bytes, from the first to the last: what goes on after the end is not taken."""
    if content.startswith(b"%PDF-") and _is_still_pdf(content):
        return FileKind.PDF
    if content.startswith(_PNG) and _is_whole_png(content):
        return FileKind.PNG
    if content.startswith(b"\xff\xd8\xff") and _is_whole_jpeg(content):
        return FileKind.JPEG
    return None


def _is_still_pdf(content: bytes) -> bool:
    return content.rstrip(b"\r\n \0").endswith(b"%%EOF") and not any(word in content for word in _ACTIVE)


def _is_whole_png(content: bytes) -> bool:
    """Chunk after chunk with its check sum, up to the last one."""
    at, size = len(_PNG), len(content)
    while at + 12 <= size:
        length = int.from_bytes(content[at : at + 4], "big")
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > size or crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            return False
        if kind == b"IEND":
            return end == size
        at = end
    return False


def _is_whole_jpeg(content: bytes) -> bool:
    """Segment after segment up to the picture's data, which only the end marker may follow."""
    at, size = 2, len(content)
    while at + 4 <= size and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if length < 2:
            return False
        at += 2 + length
        if marker == 0xDA:
            return at < size and content.find(b"\xff\xd9", at) == size - 2
    return False

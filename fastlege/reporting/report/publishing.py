"""Publishing: a report goes into an archive as a version that never changes. A correction is a new version with a note.

ARCHIVE/arsrapport-2025/nb/1/      the first version, as it was built
ARCHIVE/arsrapport-2025/nb/2/      a correction
ARCHIVE/arsrapport-2025/nb/versions.json
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import alone, whole_file, whole_folder
from fastlege.reporting.report.building import META, read_meta

INDEX = "versions.json"


@dataclass(frozen=True)
class Version:
    """One published version: when, of what day, why it took the place of the one before, and its check sum."""

    number: int
    published: str
    as_of: str
    note: str
    digest: str


def publish(report: Path, archive: Path, *, on: date, note: str = "") -> Version:
    """Put a built report into the archive as its edition's next version, whole or not at all.

    The first needs no note; every later one says what it corrects. The same report twice is refused, and so is an
    archive whose published files have been changed.
    """
    meta = read_meta(report)
    folder = archive / str(meta["edition"]) / str(meta["language"])
    # Two at once would both be the next version: the second waits, and then meets the first.
    with alone(folder):
        return _put(report, folder, meta, on=on, note=note)


def _put(report: Path, folder: Path, meta: Mapping[str, Any], *, on: date, note: str) -> Version:
    earlier = versions(folder)
    digest = _digest(report)
    for each in earlier:
        check(folder, each)
        if each.digest == digest:
            raise DataError(
                f"is published already, as version {each.number}.", where=str(report), remedy="Nothing was changed."
            )
    if earlier and not note.strip():
        raise DataError(
            f"version {earlier[-1].number} is published, and a published edition does not change.",
            where=str(folder),
            remedy="Publish a correction: say what it corrects with --note.",
        )
    made = Version(_next(folder, earlier), on.isoformat(), str(meta["as_of"]), note.strip(), digest)
    with whole_folder(folder / str(made.number)) as part:
        shutil.copytree(report, part, dirs_exist_ok=True)
    _protect(folder / str(made.number))
    with whole_file(folder / INDEX) as part:
        part.write_bytes(orjson.dumps([asdict(each) for each in (*earlier, made)], option=orjson.OPT_INDENT_2))
    return made


def versions(folder: Path) -> list[Version]:
    """The published versions of an edition in one language, oldest first."""
    try:
        return [Version(**each) for each in orjson.loads((folder / INDEX).read_bytes())]
    except FileNotFoundError:
        return []
    except (OSError, TypeError, ValueError) as error:
        raise DataError(
            f"is damaged ({error}).", where=str(folder / INDEX), remedy="Put back a copy of the folder."
        ) from error


def check(folder: Path, version: Version) -> None:
    """Refuse a published version whose files are no longer those that were published."""
    place = folder / str(version.number)
    read_meta(place)
    if _digest(place) != version.digest:
        raise DataError(
            "is not as it was published.", where=str(place), remedy="Restore it from a copy before publishing more."
        )


def _next(folder: Path, earlier: list[Version]) -> int:
    """The number after the last one. A folder that a killed run left without its entry was never published."""
    number = earlier[-1].number + 1 if earlier else 1
    left = folder / str(number)
    if left.exists():
        shutil.rmtree(left)
    return number


def _digest(report: Path) -> str:
    """Over what the report says of itself, which holds the check sum of every file."""
    return sha256((report / META).read_bytes()).hexdigest()


def _protect(folder: Path) -> None:
    """Take away the right to write: whoever changes a published file must do so on purpose."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            os.chmod(path, 0o444)

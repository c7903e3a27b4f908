"""Correcting an edition: a new version with a note takes its place, and what was published before stays inside it.

EDITION/edition.json, figures.parquet ...   the version that is shown
EDITION/earlier/1/                          the first version, as it was
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from fastlege.kernel.errors import DataError
from fastlege.reporting.edition import META, NOTE, NUMBER, read_edition

EARLIER = "earlier"


def versions(folder: Path) -> tuple[Path, ...]:
    """The folders of all versions of an edition, the newest first, which is the edition itself; none where none is."""
    if not (folder / META).exists():
        return ()
    kept = sorted((folder / EARLIER).glob("*"), key=lambda each: int(each.name), reverse=True)
    return (folder, *kept)


def next_version(folder: Path, as_of: date, note: str) -> Mapping[str, str]:
    """What the next edition in a folder is to say of itself: its number, and what it corrects.

    A `DataError` where the folder holds something else, an edition of another day, or one that no note is given for.
    """
    if not (folder / META).exists():
        if folder.exists() and (folder.is_file() or any(folder.iterdir())):
            raise DataError(
                "exists and is not an edition, so it is not replaced.", where=str(folder), remedy="Name another folder."
            )
        if note.strip():
            raise DataError("has no edition to correct.", where=str(folder), remedy="Leave the note out.")
        return {NUMBER: "1"}
    standing = read_edition(folder)
    if standing.as_of != as_of:
        raise DataError(
            f"holds the edition of {standing.as_of}, and an edition once published does not change.",
            where=str(folder),
            remedy=f"Name another folder for {as_of}.",
        )
    if not note.strip():
        raise DataError(
            f"version {standing.number} is there, and an edition once published does not change.",
            where=str(folder),
            remedy="Say with --note what a new version corrects, or name another folder.",
        )
    return {NUMBER: str(standing.number + 1), NOTE: note.strip()}


def keep_earlier(folder: Path, inside: Path) -> None:
    """Copy all versions of the edition in a folder into the one that will take its place."""
    found = versions(folder)
    for at, version in enumerate(found):
        number = str(len(found) - at)
        shutil.copytree(version, inside / EARLIER / number, ignore=shutil.ignore_patterns(EARLIER))

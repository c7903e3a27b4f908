"""Several editions beside each other: the sub-folders of one folder, in the order of the days they hold for."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from fastlege.kernel.errors import DataError
from fastlege.reporting.edition import META, Edition, read_edition

Stamp = tuple[tuple[str, int], ...]
"""Which editions a folder holds and when each was written: equal as long as nothing in it has changed."""


def installed(folder: Path) -> tuple[Edition, ...]:
    """All editions in the sub-folders of `folder`, the oldest day first; none where there is no such folder.

    What is no edition is passed over. A damaged edition, and two of the same day, are a `DataError`.
    """
    editions = sorted((read_edition(each) for each in _folders(Path(folder))), key=lambda each: each.as_of)
    for earlier, later in pairwise(editions):
        if earlier.as_of == later.as_of:
            raise DataError(
                f"has two editions of {later.as_of}: {earlier.folder.name} and {later.folder.name}.",
                where=str(folder),
                remedy="Take one of them out of the folder.",
            )
    return tuple(editions)


def stamp(folder: Path) -> Stamp:
    """What to compare to see whether the editions of a folder must be read again."""
    return tuple((each.name, made) for each in _folders(Path(folder)) if (made := written(each)) is not None)


def written(folder: Path) -> int | None:
    """When the edition in a folder was written, in the file system's own count; None where there is no edition."""
    try:
        return (folder / META).stat().st_mtime_ns
    except (FileNotFoundError, NotADirectoryError):
        return None


def _folders(folder: Path) -> list[Path]:
    """The sub-folders that hold an edition, one that is being written left out."""
    try:
        inside = sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [each for each in inside if not each.name.startswith(".") and written(each) is not None]

"""Finding the snapshots of a series on disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot

_META = "meta.parquet"


def snapshots_in(folders: Iterable[Path]) -> list[Snapshot]:
    """The snapshots named, or those in the sub-folders of what is named; changed ones are a `DataError`.

    What is no snapshot within a folder is passed over, but a folder without any is a `DataError`.
    """
    found: dict[Path, Snapshot] = {}
    for folder in folders:
        inside = [folder] if (folder / _META).exists() or not folder.is_dir() else sorted(folder.iterdir())
        snapshots = [each for each in inside if inside == [folder] or (each / _META).exists()]
        if not snapshots:
            raise DataError(
                "has no snapshots in it.",
                where=str(folder),
                remedy="Name a snapshot, or a folder whose sub-folders are snapshots.",
            )
        for each in snapshots:
            opened = Snapshot(each)
            opened.digest()  # A figure of damaged tables would look like any other.
            found.setdefault(each.resolve(), opened)
    return list(found.values())

"""Writing so that a reader never sees half a file, and nothing is left behind when the power goes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastlege.kernel.errors import DataError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; it takes the place of `path` when the block ends well."""
    _make_parent(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with _cleaned(part, path):
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(path)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder beside `path`; it takes the place of `path` when the block ends well.

    An older folder of the same name is replaced; a file or a non-empty folder that is not a snapshot is the caller's
    to refuse.
    """
    _make_parent(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    with _cleaned(part, path):
        part.mkdir()
        yield part
        if path.exists():
            old = path.with_name(f".{path.name}.{os.getpid()}.old")
            path.replace(old)
            part.replace(path)
            shutil.rmtree(old)
        else:
            part.replace(path)


def _make_parent(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(path, error) from error


@contextmanager
def _cleaned(part: Path, path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _cannot_write(path, error) from error
        raise


def _cannot_write(path: Path, error: OSError) -> DataError:
    return DataError(
        f"cannot be written ({error.strerror or error}).",
        where=str(path),
        remedy="Nothing was left there. Check that the disk has room and that you may write in the folder.",
    )

"""Writing so that a reader never sees half a file, and nothing is left behind when the power goes."""

from __future__ import annotations

import fcntl
import glob
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
        _settle(part)
        part.replace(path)
        _settle(path.parent)


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
        for written in (*part.iterdir(), part):
            _settle(written)
        old = path.with_name(f".{path.name}.{os.getpid()}.old")
        if path.exists():
            path.replace(old)
        part.replace(path)
        _settle(path.parent)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder, made if it is not there, so that of two processes that change what is in it one waits."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make_parent(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _sweep(path: Path) -> None:
    """Take away what processes that were killed have left half-written; what one had replaced comes back."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*"):
        pid, kind = left.name.removeprefix(f".{path.name}.").partition(".")[::2]
        if kind not in {"part", "old"} or not pid.isdigit() or _lives(int(pid)):
            continue
        if kind == "old" and not path.exists():
            left.replace(path)
        elif left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _settle(path: Path) -> None:
    """Have what was written on the disk before going on: a file's content, a folder's names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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

"""The compiled texts of the pages: made anew when a language's source is newer, so that no page is half translated."""

from __future__ import annotations

import os
from pathlib import Path

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file

LOCALE = Path(__file__).resolve().parents[2] / "locale"
_NAME = "django"


def ensure_translations(folder: Path = LOCALE) -> str:
    """Make the compiled texts of every language that has newer ones, and say what was done.

    Production makes nothing in the place where it is installed: there it raises `DataError`.
    """
    old = _outdated(folder)
    if not old:
        return "of this version"
    names = ", ".join(source.parents[1].name for source in old)
    if os.environ.get("FASTLEGE_ENV") == "production":
        raise DataError(
            f"the compiled texts are missing or older than their source: {names}.",
            where=str(folder),
            remedy="Run `make setup` where the software is installed.",
        )
    for source in old:
        _compile(source)
    return f"made anew: {names}"


def _outdated(folder: Path) -> list[Path]:
    sources = sorted(folder.glob(f"*/LC_MESSAGES/{_NAME}.po"))
    return [each for each in sources if not _is_current(each.with_suffix(".mo"), each)]


def _is_current(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime_ns >= source.stat().st_mtime_ns


def _compile(source: Path) -> None:
    # Read when there is something to make: the command line does not wait for it otherwise.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as stream:
        texts = read_po(stream, locale=source.parents[1].name)
    with whole_file(source.with_suffix(".mo")) as part, part.open("wb") as stream:
        write_mo(stream, texts)

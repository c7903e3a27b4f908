"""The errors of a message in words, with the place in the message: the catalogue `message_errors.toml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fastlege.rules.claims.messages.message import UNKNOWN_FORMAT, MessageError
from fastlege.rules.dated_rows import DATA
from fastlege.rules.texts import LANGUAGES, read_catalogue

FILE = "message_errors.toml"
NOT_AN_OBJECT = "NOT_AN_OBJECT"
PARTS = "parts"


def in_all_languages(error: MessageError) -> dict[str, str]:
    """The words of an error by language."""
    kind = NOT_AN_OBJECT if error.code == UNKNOWN_FORMAT and not error.where else error.code
    entry = catalogue()[kind]
    return {language: entry[language].format_map({"where": place(error.where, language)}) for language in LANGUAGES}


def place(where: str, language: str) -> str:
    """A path such as `bills.0.lines.2.amount` in words: bill 1, line 3, field amount."""
    return ", ".join(_steps(where.split("."), language))


def _steps(path: list[str], language: str) -> Iterator[str]:
    parts = catalogue()[PARTS]
    names = iter(path)
    for name in names:
        number = next(names, "") if name in parts else ""
        if number.isdecimal():
            yield f"{parts[name][language]} {int(number) + 1}"
            continue
        yield f"{parts['field'][language]} {name}"
        if number:
            yield f"{parts['field'][language]} {number}"


@cache
def catalogue() -> Mapping[str, Any]:
    """The words of each error, and of the parts of a message."""
    return read_catalogue(DATA / FILE)

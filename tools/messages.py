"""Gather the texts of the site from code and templates, and bring the .po files up to date with them.

`python tools/messages.py` adds what is new (untranslated) and drops what is gone. Nothing is guessed: a changed text is
a new text. Django's own command for this needs GNU gettext, which a machine need not have.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "fastlege" / "locale"
TRANSLATED = ("nn", "en")
_KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2)}
_EMPTY_HEADERS = (b'"Report-Msgid', b'"Last-Translator', b'"Language-Team', b'"Generated-By', b'"Project-Id')


def gather() -> Catalog:
    """All texts of the code and the templates, as a catalogue without translations."""
    if not settings.configured:
        settings.configure()
    catalog = Catalog(project="fastlege")
    for path in sorted((ROOT / "fastlege").rglob("*")):
        if path.suffix not in {".py", ".html"} or "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            text = templatize(text)
        name = path.relative_to(ROOT).as_posix()
        source = BytesIO(text.encode())
        for _line, message, _comments, context in extract("python", source, keywords=_KEYWORDS):
            catalog.add(message, locations=[(name, 0)], context=context)
    return catalog


def read(language: str) -> Catalog:
    """The catalogue of a language as it is in the repository."""
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return _empty(language)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def write(language: str, catalog: Catalog) -> None:
    """Write the catalogue of a language, without the header lines that say nothing."""
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = BytesIO()
    write_po(text, catalog, width=118, sort_output=True, include_lineno=False)
    kept = [line for line in text.getvalue().splitlines(keepends=True) if not line.startswith(_EMPTY_HEADERS)]
    path.write_bytes(b"".join(kept))


def _empty(language: str) -> Catalog:
    return Catalog(
        locale=language,
        project="Fastlege",
        version="1",
        header_comment="# The site's texts, from bokmål. Brought up to date by tools/messages.py.",
        # Not the time of day: the file changes when a text does.
        creation_date=datetime(2026, 11, 1, tzinfo=UTC),
        revision_date=datetime(2026, 11, 1, tzinfo=UTC),
        fuzzy=False,
    )


def update(language: str) -> int:
    """Write the language's catalogue with today's texts; give back how many lack a translation."""
    known, today = read(language), _empty(language)
    for message in gather():
        if not message.id:
            continue
        old = known.get(message.id, context=message.context)
        today.add(message.id, old.string if old else "", locations=message.locations, context=message.context)
    write(language, today)
    return sum(not all(_strings(message.string)) for message in today if message.id)


def _strings(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (str(value),)


if __name__ == "__main__":
    for code in TRANSLATED:
        sys.stdout.write(f"{code}: {update(code)} texts without a translation\n")

"""Gather the texts of the site from code and templates, and bring the .po files up to date with them.

`python tools/messages.py` adds what is new (untranslated) and drops what is gone. Nothing is guessed: a changed text is
a new text. Django's own command for this needs GNU gettext, which a machine need not have.
"""

from __future__ import annotations

import sys
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
        return Catalog(locale=language, project="fastlege")
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def update(language: str) -> int:
    """Write the language's catalogue with today's texts; give back how many lack a translation."""
    known, today = read(language), Catalog(locale=language, project="fastlege", fuzzy=False)
    for message in gather():
        if not message.id:
            continue
        old = known.get(message.id, context=message.context)
        today.add(message.id, old.string if old else "", locations=message.locations, context=message.context)
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(stream, today, width=118, sort_output=True, omit_header=False, include_lineno=False)
    return sum(not all(_strings(message.string)) for message in today if message.id)


def _strings(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (str(value),)


if __name__ == "__main__":
    for code in TRANSLATED:
        sys.stdout.write(f"{code}: {update(code)} texts without a translation\n")

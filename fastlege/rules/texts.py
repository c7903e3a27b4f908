"""What a violation says to people, in three languages, and the provision behind it: the catalogue `violations.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources.abc import Traversable
from string import Formatter

from babel.dates import format_date
from babel.numbers import format_decimal

from fastlege.kernel.errors import DataError, Violation
from fastlege.rules.dated_rows import DATA
from fastlege.rules.parameters import Rulebook

LANGUAGES = ("nb", "nn", "en")
FILE = "violations.toml"
KEYS = {"provision", "parameter", *LANGUAGES}

_LOCALES = {"nb": "nb", "nn": "nn", "en": "en_GB"}


@dataclass(frozen=True)
class Entry:
    """One violation in the catalogue; `parameter` is the rule parameter whose rows name the provision of a day."""

    code: str
    provision: str
    parameter: str
    words: Mapping[str, str]


def text(violation: Violation, language: str) -> str:
    """The violation in words: `nb` (Bokmål), `nn` (Nynorsk) or `en` (English)."""
    if language not in LANGUAGES:
        raise DataError(f"{language!r} is not a language of the catalogue; it has {', '.join(LANGUAGES)}.")
    words = _entry(violation.rule).words[language]
    facts = {name: fact_in_words(fact, language) for name, fact in violation.facts.items()}
    try:
        return words.format_map(facts)
    except KeyError as error:
        raise DataError(f"{violation.rule} lacks the fact {error} that its text names.", where=FILE) from error


def provision(code: str) -> str:
    """The provision behind a violation, as people cite it."""
    return _entry(code).provision


def provisions_on(code: str, *, on: date, book: Rulebook) -> tuple[str, ...]:
    """The provisions that applied on a day, from the rulebook where the violation rests on a dated parameter."""
    entry = _entry(code)
    if not entry.parameter:
        return (entry.provision,)
    return tuple(row.source for row in book.rows(entry.parameter, on=on))


def catalogue_problems(entries: Mapping[str, object], book: Rulebook) -> Iterator[str]:
    """What is wrong with a catalogue: missing words, other placeholders in one language, unknown parameters."""
    for code, entry in entries.items():
        where = f"{FILE}, {code}: "
        if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
            yield where + "expected texts by provision, nb, nn and en."
            continue
        if missing := [key for key in ("provision", *LANGUAGES) if not entry.get(key)]:
            yield f"{where}lacks {', '.join(missing)}."
        if strange := sorted(entry.keys() - KEYS):
            yield f"{where}has the unknown key {', '.join(strange)}."
        if len({placeholders(entry[language]) for language in LANGUAGES if entry.get(language)}) > 1:
            yield where + "the languages do not have the same placeholders."
        if entry.get("parameter", book.names[0]) not in book.names:
            yield f"{where}{entry['parameter']} is not a rule parameter."


def placeholders(words: str) -> frozenset[str]:
    """The names of the facts that a text asks for."""
    return frozenset(name for _, name, _, _ in Formatter().parse(words) if name)


def read_catalogue(path: Traversable) -> dict[str, object]:
    """The catalogue of a file as it stands, unchecked."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"cannot be read as TOML ({error}).", where=path.name) from error


@cache
def catalogue() -> Mapping[str, Entry]:
    """All violations by code."""
    found = read_catalogue(DATA / FILE)
    return {code: _read_entry(code, entry) for code, entry in found.items()}


def _read_entry(code: str, entry: object) -> Entry:
    if not isinstance(entry, dict) or {"provision", *LANGUAGES} - entry.keys():
        raise DataError("expected provision, nb, nn and en.", where=f"{FILE}, {code}")
    words = {language: str(entry[language]) for language in LANGUAGES}
    return Entry(code, str(entry["provision"]), str(entry.get("parameter", "")), words)


def _entry(code: str) -> Entry:
    try:
        return catalogue()[code]
    except KeyError as error:
        raise DataError(f"{code} is not in the catalogue of violations.", where=FILE) from error


def fact_in_words(fact: object, language: str) -> object:
    """A day or a large number as a language writes it; anything else as it is."""
    if isinstance(fact, date):
        return format_date(fact, "long", locale=_LOCALES[language])
    # Years stay whole; amounts and counts of five digits are grouped.
    if isinstance(fact, Decimal) or (type(fact) is int and abs(fact) >= 10_000):
        return format_decimal(fact, locale=_LOCALES[language])
    return fact

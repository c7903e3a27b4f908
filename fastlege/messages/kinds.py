"""What messages can tell, and the words for it in three languages: the catalogue `kinds.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from string import Formatter

from babel.dates import format_date
from babel.numbers import format_decimal

from fastlege.kernel.errors import DataError

LANGUAGES = ("nb", "nn", "en")
FILE = "kinds.toml"
VACANT = "vacant"
_LOCALES = {"nb": "nb", "nn": "nn", "en": "en_GB"}
_WITHOUT_GP = {"nb": "{name} (uten fast lege)", "nn": "{name} (utan fast lege)", "en": "{name} (without a regular GP)"}


class MessageKind(StrEnum):
    """What a message tells: a closed vocabulary, each word with its texts in the catalogue."""

    SWITCHED = "switched"
    PLACE_FROM_QUEUE = "place_from_queue"
    PLACE_BY_EXCHANGE = "place_by_exchange"
    PLACE_BY_RIGHT = "place_by_right"
    PLACE_GIVEN = "place_given"
    MOVE_DROPPED = "move_dropped"
    QUEUED = "queued"
    WITHDRAWN = "withdrawn"
    REORDERED = "reordered"
    QUEUE_ENDED = "queue_ended"
    OFFER = "offer"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_DECLINED = "offer_declined"
    OFFER_LAPSED = "offer_lapsed"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    REDUCTION_DRAWN = "reduction_drawn"
    REDUCTION_PLACED = "reduction_placed"
    REDUCTION_FIRST_IN_LINE = "reduction_first_in_line"
    CLOSURE_PLACED = "closure_placed"
    CLOSURE_FIRST_IN_LINE = "closure_first_in_line"
    TAKEN_OVER = "taken_over"
    APPLICATION_RECEIVED = "application_received"
    APPLICATION_GRANTED = "application_granted"
    APPLICATION_REFUSED = "application_refused"
    RECORDS_STAY = "records_stay"
    RECORDS_REQUESTED = "records_requested"
    CHANGES_OF_MONTH = "changes_of_month"
    RESIDENT_ARRIVES = "resident_arrives"
    RESIDENT_LEAVES = "resident_leaves"
    REDUCTION_RECORDED = "reduction_recorded"
    LIST_ENDS = "list_ends"
    RECORDS_WANTED = "records_wanted"
    FREE_CARD_ISSUED = "free_card_issued"


@dataclass(frozen=True)
class Words:
    """A message in one language."""

    title: str
    body: str


def in_words(kind: str, facts: Mapping[str, object], language: str) -> Words:
    """A message of a kind with its facts, in `nb`, `nn` or `en`."""
    if language not in LANGUAGES:
        raise DataError(f"{language!r} is not a language of the catalogue; it has {', '.join(LANGUAGES)}.")
    entry = _entry(kind)
    values = {name: _in_words(name, fact, language) for name, fact in facts.items()}
    try:
        title, body = (entry[f"{part}_{language}"].format_map(values) for part in ("title", "body"))
    except KeyError as error:
        raise DataError(f"{kind} lacks the fact {error} that its text names.", where=FILE) from error
    return Words(title, body)


def called_in_words(called: str | Mapping[str, str], language: str) -> str:
    """What people know a list by: the name of its GP, or `{"vacant": name of the list}` when it has none."""
    return called if isinstance(called, str) else _WITHOUT_GP[language].format(name=called[VACANT])


@cache
def facts_needed(kind: str) -> frozenset[str]:
    """The names of the facts that the texts of a kind ask for."""
    return frozenset(name for text in _entry(kind).values() for name in _placeholders(text))


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All texts by kind."""
    try:
        return tomllib.loads(files(__package__).joinpath(FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"cannot be read as TOML ({error}).", where=FILE) from error


def catalogue_problems(entries: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """What is wrong with a catalogue: kinds without texts, texts without a kind, other facts in one language."""
    for kind in sorted({kind.value for kind in MessageKind} ^ entries.keys()):
        yield f"{FILE}, {kind}: " + ("is not a kind of message." if kind in entries else "has no texts.")
    wanted = {f"{part}_{language}" for part in ("title", "body") for language in LANGUAGES}
    for kind, entry in entries.items():
        if odd := sorted(wanted ^ {name for name, text in entry.items() if text}):
            yield f"{FILE}, {kind}: lacks, or should not have, {', '.join(odd)}."
        bodies = {frozenset(_placeholders(entry.get(f"body_{language}", ""))) for language in LANGUAGES}
        if len(bodies) > 1:
            yield f"{FILE}, {kind}: the languages do not have the same placeholders."


def _placeholders(words: str) -> Iterator[str]:
    return (name for _, name, _, _ in Formatter().parse(words) if name)


def _entry(kind: str) -> Mapping[str, str]:
    try:
        return catalogue()[kind]
    except KeyError as error:
        raise DataError(f"{kind} is not a kind of message.", where=FILE) from error


def _in_words(name: str, fact: object, language: str) -> object:
    # Facts are JSON: a day is a text there, known by the name of the fact.
    if name.endswith("day") and isinstance(fact, str):
        return format_date(date.fromisoformat(fact), "long", locale=_LOCALES[language])
    if isinstance(fact, Mapping) and VACANT in fact:
        return called_in_words(fact, language)
    if type(fact) is int:
        return format_decimal(fact, locale=_LOCALES[language])
    return fact

"""What a reader must know before comparing two points of a series."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fastlege.figures.catalogue import Definition
from fastlege.figures.levels import Areas, Level, Words


class Kind(StrEnum):
    """What a note is about."""

    BREAK = "break"
    DIVIDED = "divided"
    ADDED_UP = "added_up"
    OTHER_DAY = "other_day"


@dataclass(frozen=True)
class Note:
    """One thing to know, in words."""

    kind: Kind
    words: Words


class Notes:
    """The notes of a series, numbered in the order in which they are met."""

    def __init__(self) -> None:
        self._numbers: dict[Note, str] = {}

    def number(self, note: Note) -> str:
        """The number of a note."""
        return self._numbers.setdefault(note, str(len(self._numbers) + 1))

    def by_number(self) -> dict[str, Note]:
        """All notes."""
        return {number: note for note, number in self._numbers.items()}


def breaks_between(each: Definition, last: date | None, until: date) -> list[Note]:
    """The breaks of a figure after one point and up to the next; none before the first."""
    if last is None:
        return []
    return [Note(Kind.BREAK, Words(one.nb, one.nn, one.en)) for one in each.breaks if _within(one.days, last, until)]


def other_day(day: date, period: str, usual: date) -> Note:
    """That a point is the state of another day than the sources take."""
    return Note(
        Kind.OTHER_DAY,
        Words(
            f"{period} er tilstanden {day}; kildene bruker {usual}.",
            f"{period} er tilstanden {day}; kjeldene bruker {usual}.",
            f"{period} is the state on {day}; the sources take {usual}.",
        ),
    )


def not_apart(former: Iterable[str], own: Areas, parts: Iterable[str], areas: Areas) -> Note:
    """That municipalities have no value of their own, since they were one."""
    whole, now = _named(former, own), _named(parts, areas)
    return Note(
        Kind.DIVIDED,
        Words(
            f"{whole} ble senere delt i {now} og er ikke talt hver for seg.",
            f"{whole} blei seinare delt i {now} og er ikkje talde kvar for seg.",
            f"{whole} was later divided into {now}, which are not counted apart.",
        ),
    )


def counted_whole(former: Iterable[str], own: Areas) -> Note:
    """That a municipality that lies in two areas today is counted whole in one of them."""
    whole = _named(former, own)
    return Note(
        Kind.DIVIDED,
        Words(
            f"{whole} ligger i dag i flere områder, og er talt helt i området til den største delen.",
            f"{whole} ligg i dag i fleire område, og er talt heilt i området til den største delen.",
            f"{whole} lies in several areas today, and is counted whole in that of its largest part.",
        ),
    )


def added_up(former: Iterable[str], own: Areas) -> Note:
    """That a municipality is the sum of those that it was made of."""
    parts = _named(former, own)
    return Note(Kind.ADDED_UP, Words(f"Lagt sammen av {parts}.", f"Lagt saman av {parts}.", f"Added up from {parts}."))


def _within(days: Iterable[date], last: date, until: date) -> bool:
    return any(last < day <= until for day in days)


def _named(codes: Iterable[str], areas: Areas) -> str:
    return ", ".join(f"{code} {areas.name(Level.MUNICIPALITY, code).nb}" for code in codes)

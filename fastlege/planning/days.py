"""The days on which lists change."""

from __future__ import annotations

from datetime import date

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.parameters import Rulebook


def check_day(snapshot: Snapshot, *, on: date, book: Rulebook, rule: str) -> None:
    """Refuse a day on which lists do not change by a rule of the month's day, or one before the snapshot's."""
    changes_on = book.whole(rule, on=on)
    if on.day != changes_on:
        raise DataError(
            f"lists change on day {changes_on} of a month, not on {on}.",
            remedy=f"Give such a day, for instance {on.replace(day=changes_on)}.",
        )
    if on < snapshot.as_of:
        raise DataError(
            f"holds the state on {snapshot.as_of}; {on} is in its past.",
            where=str(snapshot.folder),
            remedy="Give a later day, or an older snapshot.",
        )

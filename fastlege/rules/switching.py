"""Switching GP by own choice: how often, what does not count, and from which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fastlege.kernel.errors import DataError, Violation
from fastlege.kernel.periods import next_month
from fastlege.rules.parameters import Rulebook

SWITCH_QUOTA = "switch.max_per_year"
SWITCH_SAME_LIST = "switch.same_list"


class SwitchCause(StrEnum):
    """Why a person changes list; the values are the rulebook's words in `switch.excluded_from_count`."""

    OWN_CHOICE = "own choice"
    REGISTERED_MOVE = "registered move"
    GP_ENDED_AGREEMENT = "GP ends agreement"
    LIST_REDUCTION = "list reduction"
    REMOVED = "removed against own will"


@dataclass(frozen=True)
class Switch:
    """A change of list that has been made or granted, on the day it takes effect."""

    on: date
    cause: SwitchCause = SwitchCause.OWN_CHOICE


def check_switch(
    others: Sequence[Switch], *, cause: SwitchCause = SwitchCause.OWN_CHOICE, on: date, book: Rulebook
) -> list[Violation]:
    """A person may switch GP by own choice a set number of times in a calendar year.

    `others` are the person's other switches, earlier and granted ones; `on` is the day this one takes effect. After a
    registered move, or when the GP ends the agreement or reduces the list, a switch neither counts nor is limited.
    """
    excluded = book.words("switch.excluded_from_count", on=on)
    if cause in excluded:
        return []
    most = book.whole("switch.max_per_year", on=on)
    used = sum(other.cause not in excluded and other.on.year == on.year for other in others)
    if used < most:
        return []
    return [Violation(SWITCH_QUOTA, {"max": most, "used": used, "year": on.year})]


def check_other_list(own_list: int | None, to_list: int) -> list[Violation]:
    """A switch leads to another list than the one the person stands on."""
    return [Violation(SWITCH_SAME_LIST)] if own_list == to_list else []


def effective_day(requested: date, *, book: Rulebook) -> date:
    """The day a request takes effect: the first of the next month, or of the one after when past the cut-off."""
    if (day := book.whole("switch.effective_day", on=requested)) != 1:
        raise DataError(
            f"Lists change on the first of a month; switch.effective_day says {day}.",
            where="parameters.csv",
            remedy="Another rule takes another version of this software.",
        )
    cutoff = book.value("switch.cutoff_day", on=requested)
    first = next_month(requested)
    return next_month(first) if isinstance(cutoff, int) and requested.day > cutoff else first

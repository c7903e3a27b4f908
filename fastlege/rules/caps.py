"""Caps of lists: their limits, notice of a reduction, and when a list closes and opens."""

from __future__ import annotations

from datetime import date

from fastlege.kernel.errors import DataError, Violation
from fastlege.kernel.periods import months_later
from fastlege.kernel.vocabulary import ListStatus
from fastlege.rules.parameters import Rulebook

CAP_MAX = "list.cap_max"
CAP_NEEDS_AGREEMENT = "list.cap_needs_agreement"
CAP_NOT_POSITIVE = "list.cap_not_positive"
REDUCTION_NOTICE = "list.reduction_notice"


def check_cap(cap: int, *, municipality_agrees: bool = False, on: date, book: Rulebook) -> list[Violation]:
    """A cap has a legal maximum, and one below a set number needs the municipality's agreement."""
    most = book.whole("list.cap_max", on=on)
    if cap > most:
        return [Violation(CAP_MAX, {"max": most, "cap": cap})]
    if cap <= 0:
        return [Violation(CAP_NOT_POSITIVE, {"cap": cap})]
    agreement_below = book.whole("list.cap_needs_agreement_below", on=on)
    if cap < agreement_below and not municipality_agrees:
        return [Violation(CAP_NEEDS_AGREEMENT, {"min": agreement_below, "cap": cap})]
    return []


def check_reduction_notice(
    effective: date, *, shorter_agreed: bool = False, on: date, book: Rulebook
) -> list[Violation]:
    """A GP who wants fewer residents gives notice some months ahead, unless a shorter time is agreed."""
    earliest = months_later(on, book.whole("list.reduction_notice", on=on))
    if shorter_agreed or effective >= earliest:
        return []
    return [Violation(REDUCTION_NOTICE, {"earliest": earliest})]


def status_after(status: ListStatus, *, cap: int, length: int, on: date, book: Rulebook) -> ListStatus:
    """Whether a list is open after its length or cap has changed; a locked list stays locked.

    It closes when its length reaches the cap, and opens only when a set number of places are free.
    """
    if (rule := book.text("list.closed_when", on=on)) != "length >= cap":
        raise DataError(
            f"list.closed_when says {rule!r}; the register can only close a list when length >= cap.",
            where="parameters.csv",
            remedy="Another rule takes another version of this software.",
        )
    if status == ListStatus.LOCKED:
        return status
    if length >= cap:
        return ListStatus.CLOSED
    if status == ListStatus.CLOSED and cap - length < book.whole("list.reopen_free_places", on=on):
        return ListStatus.CLOSED
    return ListStatus.OPEN

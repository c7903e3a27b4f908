"""Who may enter a list: an open one with room, or a closed one as a child of a member or on returning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fastlege.kernel.errors import Violation
from fastlege.kernel.periods import age_on, months_later, years_before
from fastlege.kernel.vocabulary import ListStatus
from fastlege.rules.parameters import Rulebook

LIST_FULL = "list.full"
LIST_CLOSED = "list.closed"
LIST_LOCKED = "list.locked"
LIST_ENDED = "list.ended"
REMOVED_BY_GP = "list.removed_by_gp"


@dataclass(frozen=True)
class ListFacts:
    """The wanted list on the day: its cap, its length, whether it takes new members, and when it ends."""

    cap: int
    length: int
    status: ListStatus
    end: date | None = None


@dataclass(frozen=True)
class Applicant:
    """What decides whether a person may enter a closed list, and whether the GP has had the person removed."""

    birth_date: date
    parent_is_member: bool = False
    left_list_on: date | None = None
    moved_back_on: date | None = None
    removed_by_gp: bool = False


def check_admission(gp_list: ListFacts, person: Applicant, *, on: date, book: Rulebook) -> list[Violation]:
    """A list that is open and has room takes anyone; nobody enters one that is locked or has ended."""
    found = []
    if person.removed_by_gp and book.truth("right.cannot_choose_gp_who_removed_person", on=on):
        found.append(Violation(REMOVED_BY_GP))
    if gp_list.end is not None and gp_list.end <= on:
        found.append(Violation(LIST_ENDED, {"end": gp_list.end}))
    elif gp_list.status == ListStatus.LOCKED:
        found.append(Violation(LIST_LOCKED))
    elif not may_enter_closed(person, on=on, book=book):
        found += _check_room(gp_list, on=on, book=book)
    return found


def may_enter_closed(person: Applicant, *, on: date, book: Rulebook) -> bool:
    """Whether a person may enter the list although it is closed."""
    return is_child_of_member(person, on=on, book=book) or is_returner(person, on=on, book=book)


def is_child_of_member(person: Applicant, *, on: date, book: Rulebook) -> bool:
    """Children below a set age may follow a parent who stands on the list."""
    return person.parent_is_member and age_on(person.birth_date, on) < book.whole(
        "child.closed_list_admission_under_age", on=on
    )


def is_returner(person: Applicant, *, on: date, book: Rulebook) -> bool:
    """A former member who moves back to the municipality within some years may return, if asked for in time."""
    left, back = person.left_list_on, person.moved_back_on
    if left is None or back is None or not left <= back <= on:
        return False
    # Counted back from the move, so that 29 February has one reading.
    in_time = left >= years_before(back, book.whole("move_back.closed_list_max_absence", on=on))
    return in_time and on < months_later(back, book.whole("move_back.claim_window", on=on))


def _check_room(gp_list: ListFacts, *, on: date, book: Rulebook) -> list[Violation]:
    free = max(gp_list.cap - gp_list.length, 0)
    if free == 0:
        return [Violation(LIST_FULL, {"cap": gp_list.cap})]
    if gp_list.status == ListStatus.CLOSED:
        return [Violation(LIST_CLOSED, {"free": free, "reopens_at": book.whole("list.reopen_free_places", on=on)})]
    return []

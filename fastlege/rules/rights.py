"""The right to stand on a list, to leave the scheme and to come back."""

from __future__ import annotations

from datetime import date

from fastlege.kernel.errors import Violation
from fastlege.kernel.vocabulary import PersonStatus
from fastlege.rules.parameters import Rulebook

NO_RIGHT = "right.resident"
OPT_OUT_NOT_POSSIBLE = "right.opt_out"
ALREADY_OUT = "right.already_opted_out"
NOT_OUT = "right.not_opted_out"


def check_right_to_list(status: PersonStatus, *, on: date, book: Rulebook) -> list[Violation]:
    """A place on a list is for those who are registered as resident and have not left the scheme."""
    registered = book.truth("right.resident_in_population_register", on=on)
    if status == PersonStatus.OPTED_OUT:
        return [Violation(ALREADY_OUT)]
    return [Violation(NO_RIGHT)] if registered and status != PersonStatus.RESIDENT else []


def check_opt_out(status: PersonStatus, *, on: date, book: Rulebook) -> list[Violation]:
    """A resident may leave the scheme."""
    if not book.truth("right.opt_out", on=on):
        return [Violation(OPT_OUT_NOT_POSSIBLE)]
    return check_right_to_list(status, on=on, book=book)


def check_opt_in(status: PersonStatus, *, on: date, book: Rulebook) -> list[Violation]:
    """One who has left the scheme may come back."""
    if status == PersonStatus.OPTED_OUT:
        return []
    found = check_right_to_list(status, on=on, book=book)
    return found or [Violation(NOT_OUT)]

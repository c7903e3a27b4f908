"""What counts towards the ceiling, and the ceiling of a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fastlege.kernel.errors import DataError
from fastlege.kernel.money import to_ore
from fastlege.rules.claims.bill import Bill
from fastlege.rules.claims.ruleset import Ruleset
from fastlege.rules.parameters import Rulebook

CEILING = "fee.ceiling"


def counted_share(bill: Bill, rules: Ruleset) -> int:
    """Whole øre of a bill that count towards the ceiling: shares of what the state refunds.

    What the patient pays for something that is not refunded does not count; nor does a fee for not coming, which is
    never on a bill.
    """
    return counted_of_lines([line.code for line in bill.lines], [line.patient_share for line in bill.lines], rules)


def counted_of_lines(codes: Sequence[str], shares: Sequence[int], rules: Ruleset) -> int:
    """The same for the codes of a bill's lines and what the patient paid for each."""
    return sum(share for code, share in zip(codes, shares, strict=True) if code not in rules.no_share)


def ceiling_of(year: int, book: Rulebook) -> int | None:
    """The ceiling of a calendar year in whole øre; none for a year whose ceiling has not been set, or is not known."""
    try:
        return to_ore(book.decimal(CEILING, on=date(year, 1, 1)))
    except DataError:
        return None

"""What counts towards the ceiling, and the ceiling of a year."""

from __future__ import annotations

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
    return sum(line.patient_share for line in bill.lines if line.code not in rules.no_share)


def ceiling_of(year: int, book: Rulebook) -> int | None:
    """The ceiling of a calendar year in whole øre; none for a year whose ceiling has not been set, or is not known."""
    try:
        return to_ore(book.decimal(CEILING, on=date(year, 1, 1)))
    except DataError:
        return None

"""Who pays no share: children by their age, others by a ground that the bill names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from fastlege.kernel.periods import age_on
from fastlege.rules.claims.bill import Bill, Breach, Finding, NotChecked, Remark
from fastlege.rules.claims.checks.amounts import EXEMPT_BY_FREE_CARD
from fastlege.rules.claims.ruleset import Ruleset
from fastlege.rules.parameters import Rulebook
from fastlege.rules.shares.counting import counted_share
from fastlege.rules.tariffs.claim_rules import ALL_CODES

CHILD = "B"
"""The code of exemption for children in the national list of exemptions (7461)."""

UNDER_AGE = "fee.exempt_under_age"
FREE_CARD = "fee.free_card_valid"
GROUNDS = "fee.exempt_code_list"


def check_exemption(bill: Bill, birth: date | None, *, rules: Ruleset, book: Rulebook) -> Iterator[Finding]:
    """A child pays no share, and nobody else is exempt as a child. Other grounds are the doctor's to know."""
    row = book.row(UNDER_AGE, on=bill.on)
    age = book.whole(UNDER_AGE, on=bill.on)
    if birth is None:
        yield NotChecked(UNDER_AGE, ALL_CODES, "patient_birth", row.source)
        return
    is_child = age_on(birth, bill.on) < age
    if bill.exemption == CHILD and not is_child:
        yield Breach("not_a_child", (), row.source, 0, {"age": age})
    if not bill.exemption and is_child and counted_share(bill, rules):
        yield Breach("child_pays", (), row.source, 0, {"age": age})
    if bill.exemption not in ("", CHILD, EXEMPT_BY_FREE_CARD):
        # Why someone is exempt stands in the record; that the ground is one of the list is not enough to know.
        yield NotChecked(GROUNDS, ALL_CODES, "ground_of_exemption", "national code list 7461")


def check_free_card(
    on: date, counted: int | None, since: date | None, at: time | None, issued: date | None, *, book: Rulebook
) -> Iterator[Remark]:
    """A share that counts was charged for work of a day, although the patient had a card from an earlier moment.

    No rule refuses such a bill: the doctor did the work, and may not have known of the card.
    """
    if counted and since and at and issued:
        facts = {"since": since, "at": f"{at:%H.%M}", "amount": counted, "issued": issued}
        yield Remark("share_with_free_card", book.row(FREE_CARD, on=on).source, facts)

"""The whole control of one bill: every breach with its provision, and every rule that could not be checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from fastlege.kernel.periods import months_later
from fastlege.rules.claims.bill import NOTHING_KNOWN, Bill, Breach, Finding, Known, NotChecked
from fastlege.rules.claims.checks import amounts, combinations, conditions, limits, places
from fastlege.rules.claims.ruleset import Ruleset, ruleset_on
from fastlege.rules.parameters import Rulebook
from fastlege.rules.tariffs.claim_rules import ALL_CODES

SAME_TIME = "control_same_time"

CHECKED = frozenset({*combinations.KINDS, *limits.KINDS, *conditions.CHECKS, *amounts.KINDS, SAME_TIME})
"""The kinds of rules that this control checks."""

NOT_SEEN_ON_A_BILL: Mapping[str, str] = {
    "requires": "the ground for a digital consultation stands in the patient's record",
    "answer_within_working_days": "when a patient's question came stands in the patient's record",
    "no_show_fee": "a fee for not coming is between doctor and patient and is never claimed",
    "patient_paid_not_counted": "says what counts towards the ceiling of the patients' shares",
    "patient_share_report_days": "concerns when a bill is sent, not what it holds",
    "control_duplicate": "concerns several bills: see the reading of messages",
    "credit_time_limit_years": "concerns credit notes",
}
"""The kinds of rules that one bill cannot break by itself, and why."""

TIME_LIMIT = "claim.time_limit"


@dataclass(frozen=True)
class Control:
    """The answer to one bill: it is approved when it has no breach."""

    bill: Bill
    breaches: tuple[Breach, ...]
    not_checked: tuple[NotChecked, ...]

    @property
    def approved(self) -> bool:
        """Whether the bill broke no rule that could be checked."""
        return not self.breaches


def control(bill: Bill, known: Known = NOTHING_KNOWN) -> Control:
    """Check a bill by the fees and rules of its day."""
    found = list(_findings(bill, known, ruleset_on(bill.on)))
    return Control(
        bill,
        tuple(one for one in found if isinstance(one, Breach)),
        tuple(one for one in found if isinstance(one, NotChecked)),
    )


def check_timeliness(bill: Bill, *, received: date, book: Rulebook) -> Iterator[Breach]:
    """A bill is for work that has been done, and reaches the payer within the time limit for claims."""
    if bill.on > received:
        yield Breach("in_the_future", (), "claim message", 0, {"on": bill.on, "received": received})
    elif received > (last := _last_day(bill.on, received, book)):
        source = book.row(TIME_LIMIT, on=received).source
        yield Breach("too_late", (), source, 0, {"on": bill.on, "last": last})


def is_timely(on: date, *, received: date, book: Rulebook) -> bool:
    """Whether `check_timeliness` has nothing to say of a bill for work of a day."""
    return on <= received <= _last_day(on, received, book)


def _last_day(on: date, received: date, book: Rulebook) -> date:
    """The last day for bills for work of a day, by the limit on the day of receipt."""
    return months_later(on, book.whole(TIME_LIMIT, on=received))


def _findings(bill: Bill, known: Known, rules: Ruleset) -> Iterator[Finding]:
    if not bill.lines:
        yield Breach("no_lines", (), "claim message")
    yield from places.check_place(bill)
    yield from amounts.check_amounts(bill, known, rules)
    yield from conditions.check_performer(bill, rules)
    yield from combinations.check_combinations(bill, rules)
    yield from limits.check_limits(bill, known, rules)
    yield from conditions.check_conditions(bill, known, rules)
    yield from _same_time(bill, known, rules)


def _same_time(bill: Bill, known: Known, rules: Ruleset) -> Iterator[Finding]:
    rule = rules.rule_for_all(SAME_TIME)
    if rule is None:
        return
    if known.billed_by_other_at_that_minute is None:
        yield NotChecked(rule.rule, ALL_CODES, "billed_by_other_at_that_minute", rule.source, rule.line)
    elif known.billed_by_other_at_that_minute:
        yield Breach("same_time", (), rule.source, rule.line)

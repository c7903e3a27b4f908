"""What a line should come to: the fee of its code on the day, repeats at their share, and who pays which part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from fastlege.kernel.money import to_ore
from fastlege.rules.claims.bill import Bill, Breach, Finding, Known, Line, NotChecked
from fastlege.rules.claims.ruleset import Ruleset
from fastlege.rules.tariffs import Fee
from fastlege.rules.tariffs.claim_rules import ALL_CODES

REPEAT_SHARE = "repeat_share"
FREE_CARD = "control_free_card"
KINDS = (REPEAT_SHARE, FREE_CARD)

EXEMPT_BY_FREE_CARD = "F"
"""The code of exemption by free card in the national list of exemptions (7461)."""


@dataclass(frozen=True)
class Parts:
    """A line in whole øre: the whole fee, the patient's share of it, and what the state pays."""

    amount: int
    patient_share: int

    @property
    def reimbursed(self) -> int:
        """What is left for the state."""
        return self.amount - self.patient_share


def check_amounts(bill: Bill, known: Known, rules: Ruleset) -> Iterator[Finding]:
    """Every code without a fee on the day, every count below one, and every amount that is not what the fees say."""
    for line in bill.lines:
        fee = rules.fees.get(line.code)
        if line.code in rules.unpriced:
            yield NotChecked("amount", line.code, "fee", "tariffs.csv")
        elif fee is None:
            yield Breach("no_fee", (line.code,), rules.regulation, 0, {"code": line.code, "on": bill.on})
        elif line.count < 1:
            yield Breach("count_below_one", (line.code,), fee.source, 0, {"code": line.code, "count": line.count})
        else:
            yield from _amounts_of(line, fee, bill, rules)
    yield from _free_card(bill, known, rules)


def parts_of(code: str, count: int, *, exempt: bool, rules: Ruleset) -> Parts | None:
    """What a code used `count` times comes to, or nothing where a source gives only one of the two amounts."""
    fee = rules.fees[code]
    if fee.amount is None or fee.patient_share is None:
        return None
    times = _times(code, count, rules)
    amount = to_ore(fee.amount * times)
    free = exempt and code not in rules.no_share
    return Parts(amount, 0 if free else to_ore(fee.patient_share * times))


def _times(code: str, count: int, rules: Ruleset) -> Fraction | int:
    """How many whole fees a count comes to: the first one whole, each repeat at its share where there is one."""
    if count == 1:
        return 1
    share = next((Fraction(rule.argument) for rule in rules.rules_of(code, REPEAT_SHARE)), Fraction(1))
    return 1 + (count - 1) * share


def _amounts_of(line: Line, fee: Fee, bill: Bill, rules: Ruleset) -> Iterator[Finding]:
    expected = parts_of(line.code, line.count, exempt=bool(bill.exemption), rules=rules)
    if expected is None:
        yield NotChecked("amount", line.code, "fee", fee.source)
        return
    if line.amount != expected.amount:
        facts = {"code": line.code, "amount": line.amount, "expected": expected.amount}
        yield Breach("wrong_amount", (line.code,), fee.source, 0, facts)
    if line.patient_share != expected.patient_share:
        facts = {"code": line.code, "amount": line.patient_share, "expected": expected.patient_share}
        yield Breach("wrong_patient_share", (line.code,), fee.source, 0, facts)


def _free_card(bill: Bill, known: Known, rules: Ruleset) -> Iterator[Finding]:
    rule = rules.rule_for_all(FREE_CARD)
    if rule is None or bill.exemption != EXEMPT_BY_FREE_CARD:
        return
    if known.free_card is None:
        yield NotChecked(rule.rule, ALL_CODES, "free_card", rule.source, rule.line)
    elif not known.free_card:
        yield Breach("no_free_card", (), rule.source, rule.line)

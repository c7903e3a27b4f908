"""Which codes may stand together on a bill.

The rules are one-sided in law: a rule on one code names others. They are applied both ways, so a pair is refused when
either code refuses the other. Where one rule names a pair as fit to stand together and another refuses it, the files
contradict themselves; `claim_decisions.csv` says which is followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from fastlege.rules.claims.bill import Bill, Breach, Setting
from fastlege.rules.claims.ruleset import Ruleset
from fastlege.rules.tariffs import ClaimRule, CodeList, parse_codes

NOT_WITH, NOT_WITH_ALL, NOT_WITH_ALL_EXCEPT = "not_with", "not_with_all", "not_with_all_except"
ONLY_WITH, ONLY_WITH_OOHS = "only_with", "only_with_oohs"
REQUIRES_CODE, REQUIRES_BASE = "requires_code", "requires_base_code_on_same_bill"
KINDS = (NOT_WITH, NOT_WITH_ALL, NOT_WITH_ALL_EXCEPT, ONLY_WITH, ONLY_WITH_OOHS, REQUIRES_CODE, REQUIRES_BASE)

BASES = {
    "consultation or home visit": frozenset(
        {
            *("consultation", "consultation_group", "home_visit", "e_consultation"),
            *("e_consultation_phone", "e_consultation_text", "e_consultation_video"),
        }
    )
}
"""The contact types of the codes that a base code may have, by the words of the rule."""


def check_combinations(bill: Bill, rules: Ruleset) -> Iterator[Breach]:
    """Every pair of codes that may not stand together, once, and every code whose companion is missing."""
    codes = sorted(bill.counts)
    reported: set[frozenset[str]] = set()
    for code in codes:
        for other in codes:
            pair = frozenset((code, other))
            if other != code and pair not in reported and (rule := refusing(code, other, rules, bill.setting)):
                reported.add(pair)
                yield _together(code, other, rule)
        yield from _missing(code, codes, rules)


def refusing(code: str, other: str, rules: Ruleset, setting: Setting) -> ClaimRule | None:
    """The rule on `code` that refuses `other` on the same bill, or none."""
    decided = rules.decisions.get(frozenset((code, other)))
    if decided and decided.allowed:
        return None
    return next((rule for rule in company_rules(code, rules, setting) if not allows(rule, other)), None)


def company_rules(code: str, rules: Ruleset, setting: Setting) -> Iterator[ClaimRule]:
    """The rules on what may stand beside a code: out of hours its list for out of hours, where it has one."""
    listed = ONLY_WITH
    if setting == Setting.OUT_OF_HOURS and any(rules.rules_of(code, ONLY_WITH_OOHS)):
        listed = ONLY_WITH_OOHS
    return rules.rules_of(code, NOT_WITH, NOT_WITH_ALL, NOT_WITH_ALL_EXCEPT, listed)


def allows(rule: ClaimRule, other: str) -> bool:
    """Whether a rule on a code allows another code beside it."""
    if rule.rule == NOT_WITH_ALL:
        return False
    return listed(rule.argument, other) != (rule.rule == NOT_WITH)


def names_as_fit(rule: ClaimRule, other: str) -> bool:
    """Whether a rule names another code as one that may stand beside its own: by a list, not by silence."""
    if rule.rule in (ONLY_WITH, ONLY_WITH_OOHS, NOT_WITH_ALL_EXCEPT):
        return allows(rule, other)
    return rule.rule == NOT_WITH and other in _codes(rule.argument).exceptions


def _missing(code: str, codes: list[str], rules: Ruleset) -> Iterator[Breach]:
    for rule in rules.rules_of(code, REQUIRES_CODE):
        if not any(listed(rule.argument, other) for other in codes if other != code):
            facts = {"code": code, "needed": rule.argument}
            yield Breach("requires_code", (code,), rule.source, rule.line, facts)
    for rule in rules.rules_of(code, REQUIRES_BASE):
        if not any(type_of(other, rules) in BASES[rule.argument] for other in codes):
            yield Breach("requires_base_code", (code,), rule.source, rule.line, {"code": code})


def type_of(code: str, rules: Ruleset) -> str:
    """The contact type of a code on the day, empty for one without a fee."""
    fee = rules.fees.get(code) or rules.unpriced.get(code)
    return fee.contact_type if fee else ""


def _together(code: str, other: str, rule: ClaimRule) -> Breach:
    facts = {"code": code, "other": other}
    # A rule that lists what may stand beside its code tells the way out.
    if rule.rule in (ONLY_WITH, ONLY_WITH_OOHS, NOT_WITH_ALL_EXCEPT):
        facts["beside"] = rule.argument
    return Breach("not_together", (code, other), rule.source, rule.line, facts)


@cache
def listed(argument: str, code: str) -> bool:
    """Whether a rule's list of codes includes a code."""
    return _codes(argument).includes(code)


@cache
def _codes(argument: str) -> CodeList:
    return parse_codes(argument)

"""The fees and claim rules of one day, by code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from fastlege.rules.claims.decisions import Decision, load_decisions
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.tariffs import ClaimRule, Fee, load_claim_rules, load_fees, parse_codes
from fastlege.rules.tariffs.claim_rules import ALL_CODES
from fastlege.rules.tariffs.fees import FILE as FEES_FILE

FEES_KNOWN_FROM = "claim.fees_known_from"
NOT_COUNTED = "patient_paid_not_counted"

DELEGATED = "S"
"""The letter before the codes for work that a doctor has delegated to a nurse."""

_DAYS = 4_000
_OLDEST = date(2019, 1, 1)


@dataclass(frozen=True)
class Ruleset:
    """What holds on a day. `decisions` say which of two contradicting rules is followed for a pair of codes.

    `unpriced` are codes without a fee in the files on a day for which the files do not have all fees, with a row of
    another day: it tells the type, and no amount. `no_share` are those that the patient pays without refund: what is
    paid for them is no share, and being exempt does not change it.
    """

    on: date
    fees: Mapping[str, Fee]
    rules: Mapping[str, tuple[ClaimRule, ...]]
    decisions: Mapping[frozenset[str], Decision]
    unpriced: Mapping[str, Fee]
    no_share: frozenset[str]

    @cached_property
    def regulation(self) -> str:
        """The source of most fees of the day: the regulation that lists the codes; the file where there are none."""
        sources = Counter(fee.source for fee in self.fees.values())
        return sources.most_common(1)[0][0] if sources else FEES_FILE

    def rules_of(self, code: str, *kinds: str) -> Iterator[ClaimRule]:
        """The rules of some kinds on one code."""
        return (rule for rule in self.rules.get(code, ()) if rule.rule in kinds)

    def rule_for_all(self, kind: str) -> ClaimRule | None:
        """A rule that concerns all codes, where it holds."""
        return next(self.rules_of(ALL_CODES, kind), None)


@lru_cache(_DAYS)
def ruleset_on(day: date) -> Ruleset:
    """The rules of a day, from the files of the law."""
    rules: dict[str, list[ClaimRule]] = {}
    for rule in load_claim_rules():
        if rule.validity.period.contains(day):
            rules.setdefault(rule.code, []).append(rule)
    fees = {fee.code: fee for fee in load_fees() if fee.validity.period.contains(day)}
    return Ruleset(
        day,
        fees,
        {code: tuple(found) for code, found in rules.items()},
        {decision.pair: decision for decision in load_decisions() if decision.validity.period.contains(day)},
        _unpriced(day, fees),
        _no_share(fees, rules.get(ALL_CODES, [])),
    )


def _unpriced(day: date, fees: Mapping[str, Fee]) -> Mapping[str, Fee]:
    """Codes that the files know from other days, with a row of those, where they lack fees of this one."""
    if day < _OLDEST or day >= date.fromisoformat(load_rulebook().text(FEES_KNOWN_FROM, on=day)):
        return {}
    return {fee.code: fee for fee in load_fees() if fee.code not in fees}


def _no_share(fees: Mapping[str, Fee], for_all: Sequence[ClaimRule]) -> frozenset[str]:
    """Codes on the rule's list, nurses' too; before there was one, those of which the patient pays the whole fee."""
    lists = [parse_codes(rule.argument) for rule in for_all if rule.rule == NOT_COUNTED]
    if not lists:
        return frozenset(code for code, fee in fees.items() if fee.amount == fee.patient_share)
    return frozenset(code for code in fees if any(one.includes(code.removeprefix(DELEGATED)) for one in lists))

"""The fees and claim rules of one day, by code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from fastlege.rules.claims.decisions import Decision, load_decisions
from fastlege.rules.tariffs import ClaimRule, Fee, load_claim_rules, load_fees
from fastlege.rules.tariffs.claim_rules import ALL_CODES

_DAYS = 4_000


@dataclass(frozen=True)
class Ruleset:
    """What holds on a day. `decisions` say which of two contradicting rules is followed for a pair of codes."""

    on: date
    fees: Mapping[str, Fee]
    rules: Mapping[str, tuple[ClaimRule, ...]]
    decisions: Mapping[frozenset[str], Decision]

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
    return Ruleset(
        day,
        {fee.code: fee for fee in load_fees() if fee.validity.period.contains(day)},
        {code: tuple(found) for code, found in rules.items()},
        {decision.pair: decision for decision in load_decisions() if decision.validity.period.contains(day)},
    )

"""How often a code may be used: on one bill, by time spent, by patient and by list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from fastlege.rules.claims.bill import Bill, Breach, Finding, Known, NotChecked
from fastlege.rules.claims.ruleset import Ruleset
from fastlege.rules.tariffs import ClaimRule

MAX_REPEATS = "max_repeats"
MINUTES_PER_UNIT, MINUTES_BEFORE, MINUTES_MINIMUM = "minutes_per_unit", "minutes_before", "minutes_minimum"
MAX_PER_LIST_INHABITANTS = "max_per_list_inhabitants"
MAX_GROUP_SIZE = "max_group_size"
OF_PATIENT, OF_LIST = "max_per_patient_per_calendar_year", "max_per_list_per_half_year"


@dataclass(frozen=True)
class Earlier:
    """A limit over earlier bills: the breach it makes, the fact it needs and where that stands."""

    breach: str
    fact: str
    used: Callable[[Known], Mapping[str, int] | None]


EARLIER = {
    OF_PATIENT: Earlier("too_many_of_patient", "of_patient_this_year", lambda known: known.of_patient_this_year),
    "max_per_patient_specialty_calendar_year": Earlier(
        "too_many_of_specialty",
        "of_patient_with_specialty_this_year",
        lambda known: known.of_patient_with_specialty_this_year,
    ),
    "max_per_pregnancy": Earlier("too_many_of_pregnancy", "of_pregnancy", lambda known: known.of_pregnancy),
    OF_LIST: Earlier("too_many_of_list", "of_list_this_half_year", lambda known: known.of_list_this_half_year),
}
"""The limits over earlier bills, by the kind of rule."""

KINDS = (
    *(MAX_REPEATS, MINUTES_PER_UNIT, MINUTES_BEFORE, MINUTES_MINIMUM, MAX_PER_LIST_INHABITANTS, MAX_GROUP_SIZE),
    *EARLIER,
)


def check_limits(bill: Bill, known: Known, rules: Ruleset) -> Iterator[Finding]:
    """Every code that is used more often, or for less time, than its rules allow."""
    for code, count in sorted(bill.counts.items()):
        for rule in rules.rules_of(code, *EARLIER):
            yield from _over_earlier(rule, count, known)
        for rule in rules.rules_of(code, MAX_REPEATS):
            # A repeat comes after the first time.
            yield from _at_most(rule, count, int(rule.argument) + 1, "too_often_on_bill")
        yield from _of_time(code, count, bill, rules)
        for rule in rules.rules_of(code, MAX_PER_LIST_INHABITANTS):
            yield from _of_list_length(rule, count, known)
        for rule in rules.rules_of(code, MAX_GROUP_SIZE):
            yield from _of_group(rule, bill)


def units_allowed(minutes: int, before: int, per_unit: int) -> int:
    """Started units beyond the minutes that the consultation itself covers."""
    return max(0, -(-(minutes - before) // per_unit))


def _over_earlier(rule: ClaimRule, count: int, known: Known) -> Iterator[Finding]:
    limit = EARLIER[rule.rule]
    used = limit.used(known)
    if used is None:
        yield _unknown(rule, limit.fact)
        return
    most, earlier = int(rule.argument), used.get(rule.code, 0)
    if earlier + count > most:
        facts = {"code": rule.code, "most": most, "earlier": earlier, "count": count}
        yield Breach(limit.breach, (rule.code,), rule.source, rule.line, facts)


def _of_time(code: str, count: int, bill: Bill, rules: Ruleset) -> Iterator[Finding]:
    before = next((int(rule.argument) for rule in rules.rules_of(code, MINUTES_BEFORE)), 0)
    for rule in rules.rules_of(code, MINUTES_PER_UNIT):
        if bill.minutes is None:
            yield _unknown(rule, "minutes")
        else:
            allowed = units_allowed(bill.minutes, before, int(rule.argument))
            facts: dict[str, object] = {"minutes": bill.minutes, "before": before, "unit": int(rule.argument)}
            yield from _at_most(rule, count, allowed, "too_many_units", facts)
    for rule in rules.rules_of(code, MINUTES_MINIMUM):
        if bill.minutes is None:
            yield _unknown(rule, "minutes")
        elif bill.minutes < int(rule.argument):
            facts = {"code": code, "minutes": bill.minutes, "least": int(rule.argument)}
            yield Breach("too_short", (code,), rule.source, rule.line, facts)


def _of_list_length(rule: ClaimRule, count: int, known: Known) -> Iterator[Finding]:
    if known.list_length is None:
        yield _unknown(rule, "list_length")
        return
    units, residents = map(int, rule.argument.split(" per "))
    allowed = known.list_length // residents * units
    yield from _at_most(rule, count, allowed, "too_many_for_list", {"length": known.list_length, "per": residents})


def _of_group(rule: ClaimRule, bill: Bill) -> Iterator[Finding]:
    if bill.group_size is None:
        yield _unknown(rule, "group_size")
    elif bill.group_size > int(rule.argument):
        facts = {"code": rule.code, "size": bill.group_size, "most": int(rule.argument)}
        yield Breach("group_too_large", (rule.code,), rule.source, rule.line, facts)


def _at_most(
    rule: ClaimRule, count: int, most: int, kind: str, facts: Mapping[str, object] | None = None
) -> Iterator[Breach]:
    if count > most:
        told = {"code": rule.code, "count": count, "most": most, **(facts or {})}
        yield Breach(kind, (rule.code,), rule.source, rule.line, told)


def _unknown(rule: ClaimRule, fact: str) -> NotChecked:
    return NotChecked(rule.rule, rule.code, fact, rule.source, rule.line)

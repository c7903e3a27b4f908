"""Who may use a code, for whom, when and where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from fastlege.kernel.periods import age_on, years_before
from fastlege.rules.claims.bill import Bill, Breach, Finding, Known, NotChecked, Performer, Setting
from fastlege.rules.claims.checks.circumstances import circumstance_of
from fastlege.rules.claims.checks.evenings import parse_evening_window
from fastlege.rules.claims.ruleset import DELEGATED, Ruleset
from fastlege.rules.tariffs import ClaimRule, Fee

Check = Callable[[ClaimRule, Bill, Known], Iterator[Finding]]

WEB_DOCTOR_REGULATION = "FOR-2025-06-22-1188"
"""The regulation of the trial with municipal web doctors: its part II sets their codes, and nobody else's."""

_YEARS = re.compile(r".*within (\d+) years")


def check_conditions(bill: Bill, known: Known, rules: Ruleset) -> Iterator[Finding]:
    """Every code whose conditions on doctor, patient, time and place the bill does not meet."""
    for code in sorted(bill.counts):
        for rule in rules.rules_of(code, *CHECKS):
            yield from CHECKS[rule.rule](rule, bill, known)


def _evening(rule: ClaimRule, bill: Bill, known: Known) -> Iterator[Finding]:
    window = parse_evening_window(rule.argument)
    if not window.contains(bill.at):
        facts = {"since": f"{window.since:%H.%M}", "until": f"{window.until:%H.%M}", "at": f"{bill.at:%H.%M}"}
        yield _breach("not_evening", rule, **facts)


def _setting(rule: ClaimRule, bill: Bill, known: Known) -> Iterator[Finding]:
    if bill.setting != Setting(rule.argument):
        yield _breach(f"only_{rule.argument}", rule)


def _age(rule: ClaimRule, bill: Bill, known: Known) -> Iterator[Finding]:
    if known.patient_birth is None:
        yield _unknown(rule, "patient_birth")
        return
    youngest, oldest = map(int, rule.argument.split(".."))
    if not youngest <= age_on(known.patient_birth, bill.on) <= oldest:
        yield _breach("patient_age", rule, youngest=youngest, oldest=oldest)


def _own_list(rule: ClaimRule, bill: Bill, known: Known) -> Iterator[Finding]:
    if known.own_list is None:
        yield _unknown(rule, "own_list")
    elif not known.own_list:
        yield _breach("not_own_list", rule)


def _specialist(rule: ClaimRule, bill: Bill, known: Known) -> Iterator[Finding]:
    if known.is_specialist is None:
        yield _unknown(rule, "is_specialist")
    elif not known.is_specialist:
        yield _breach("not_specialist", rule)
    elif known.specialist_since is None:
        yield _unknown(rule, "specialist_since")
    else:
        years = recent_years(rule.argument)
        if years is not None and years_before(bill.on, years) >= known.specialist_since:
            yield _breach("approval_too_old", rule, years=years, since=known.specialist_since)


def _doctorate(rule: ClaimRule, bill: Bill, known: Known) -> Iterator[Finding]:
    if known.holds_doctorate is None:
        yield _unknown(rule, "holds_doctorate")
    elif not known.holds_doctorate:
        yield _breach("no_doctorate", rule)


def _sick_note(rule: ClaimRule, bill: Bill, known: Known) -> Iterator[Finding]:
    if "sick_note" not in bill.circumstances:
        yield _breach("no_sick_note", rule)


def _absent(rule: ClaimRule, bill: Bill, known: Known) -> Iterator[Finding]:
    if "patient_absent" not in bill.circumstances:
        yield _breach("patient_present", rule)


def _distance(rule: ClaimRule, bill: Bill, known: Known) -> Iterator[Finding]:
    if bill.distance_km is None:
        yield _unknown(rule, "distance_km")
    elif bill.distance_km < Decimal(rule.argument):
        yield _breach("too_near", rule, least=Decimal(rule.argument), distance=bill.distance_km)


def _not_when(rule: ClaimRule, bill: Bill, known: Known) -> Iterator[Finding]:
    """The words of the rule name circumstances: those that the bill gives, and the setting."""
    for circumstance in map(circumstance_of, rule.argument.split("; ")):
        if circumstance in bill.circumstances or circumstance == bill.setting:
            yield _breach("not_when", rule, circumstance=circumstance)


def _use_instead(rule: ClaimRule, bill: Bill, known: Known) -> Iterator[Finding]:
    other, _, words = rule.argument.partition(" when ")
    if circumstance_of(words) in bill.circumstances:
        yield _breach("use_instead", rule, other=other)


CHECKS: Mapping[str, Check] = {
    "distance_km_min": _distance,
    "evening_window": _evening,
    "not_when": _not_when,
    "only_setting": _setting,
    "patient_absent": _absent,
    "patient_age": _age,
    "requires_doctorate": _doctorate,
    "requires_own_list_patient": _own_list,
    "requires_sick_note": _sick_note,
    "requires_specialist": _specialist,
    "use_instead": _use_instead,
}
"""The check of each kind of rule."""


def check_performer(bill: Bill, rules: Ruleset) -> Iterator[Breach]:
    """Delegated codes are for nurses, all others for doctors, and web doctors' codes for the municipal service."""
    for code in sorted(bill.counts):
        fee = rules.fees.get(code)
        if fee is None:
            continue
        delegated = code.startswith(DELEGATED)
        if delegated != (bill.performer == Performer.NURSE):
            yield Breach("only_nurse" if delegated else "only_doctor", (code,), fee.source, 0, {"code": code})
        if of_web_doctor(fee) != (bill.setting == Setting.WEB_DOCTOR):
            kind = "only_web_doctor" if of_web_doctor(fee) else "not_web_doctor"
            yield Breach(kind, (code,), fee.source, 0, {"code": code})


def recent_years(argument: str) -> int | None:
    """Within how many years a specialist must have been approved, by the words of a rule; none where it says none."""
    found = _YEARS.fullmatch(argument)
    return int(found[1]) if found else None


def of_web_doctor(fee: Fee) -> bool:
    """Whether a fee is one of the municipal web doctors."""
    return fee.source.startswith(WEB_DOCTOR_REGULATION)


def _breach(kind: str, rule: ClaimRule, **facts: object) -> Breach:
    return Breach(kind, (rule.code,), rule.source, rule.line, {"code": rule.code, **facts})


def _unknown(rule: ClaimRule, fact: str) -> NotChecked:
    return NotChecked(rule.rule, rule.code, fact, rule.source, rule.line)

"""Rules on one code as instructions: each row of the rule file becomes a few numbers that the loop over bills reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import time
from decimal import Decimal
from enum import IntEnum

from fastlege.rules.claims.bill import Setting
from fastlege.rules.claims.checks import circumstances, combinations, conditions, limits
from fastlege.rules.claims.checks.evenings import parse_evening_window
from fastlege.rules.claims.checks.places import NO_SUCH
from fastlege.rules.claims.ruleset import Ruleset
from fastlege.rules.tariffs import ClaimRule
from fastlege.rules.tariffs.claim_rules import load_claim_rules

SETTINGS = tuple(Setting)
"""The settings by number."""

KINDS = (
    *("no_lines", "no_fee", "count_below_one", "wrong_amount", "wrong_patient_share", "no_free_card", "same_time"),
    *("only_nurse", "only_doctor", "only_web_doctor", "not_web_doctor", "not_together"),
    *("requires_code", "requires_base_code", "too_often_on_bill", "too_many_units", "too_short"),
    *("too_many_of_patient", "too_many_of_specialty", "too_many_of_pregnancy", "too_many_of_list"),
    *("too_many_for_list", "group_too_large", "not_evening", "only_gp", "only_out_of_hours_service"),
    *("only_municipal_web_doctor", "patient_age", "not_own_list", "not_specialist", "approval_too_old"),
    *("no_doctorate", "no_sick_note", "patient_present", "too_near", "not_when", "use_instead", NO_SUCH),
)
"""The kinds of breaches by number."""

LACKING = (
    *("minutes", "patient_birth", "own_list", "is_specialist", "specialist_since", "holds_doctorate"),
    *("distance_km", "group_size", "list_length", "of_patient_this_year"),
    *("of_patient_with_specialty_this_year", "of_pregnancy", "of_list_this_half_year"),
    *("free_card", "billed_by_other_at_that_minute"),
)
"""The facts that a rule may lack, by number."""


class Op(IntEnum):
    """What an instruction asks. The operands are those of `Instruction.operands`."""

    EVENING = 0
    SETTING_IS = 1
    SETTING_IS_NOT = 2
    CIRCUMSTANCE = 3
    NO_CIRCUMSTANCE = 4
    DISTANCE = 5
    GROUP = 6
    UNITS_OF_TIME = 7
    LEAST_MINUTES = 8
    AGE = 20
    OWN_LIST = 21
    SPECIALIST = 22
    LIST_LENGTH = 23
    AT_MOST = 30
    OF_PATIENT = 31
    OF_LIST = 32
    WITH_CODE = 33
    WITH_BASE = 34
    NOT_KNOWN = 40


Row = tuple[Op, tuple[int, ...], str]
"""An instruction as it is made: what is asked, its operands, and the kind of the breach."""


class Numbering:
    """The numbers that stand for names in instructions: circumstances, codes counted over bills, sets of codes."""

    def __init__(self, codes: Sequence[str], rules: Ruleset) -> None:
        self.codes, self.rules = codes, rules
        self.sets: list[list[bool]] = []

    def set_of(self, includes: Callable[[str], bool]) -> int:
        """The number of a set of codes."""
        self.sets.append([includes(code) for code in self.codes])
        return len(self.sets) - 1


def bit_of(circumstance: str) -> int:
    """The bit that stands for a circumstance."""
    return 1 << sorted(circumstances.codes()).index(circumstance)


def counted_codes(kind: str) -> tuple[str, ...]:
    """The codes that a kind of limit counts over earlier bills, whatever the day; their places are their numbers."""
    return tuple(sorted({rule.code for rule in load_claim_rules() if rule.rule == kind}))


def instructions_of(code: str, numbering: Numbering) -> Iterator[tuple[Row, int]]:
    """The instructions of the rules on a code, each with the line of its rule."""
    before = next((int(rule.argument) for rule in numbering.rules.rules_of(code, limits.MINUTES_BEFORE)), 0)
    for rule in numbering.rules.rules_of(code, limits.MINUTES_PER_UNIT):
        yield (Op.UNITS_OF_TIME, (before, int(rule.argument)), "too_many_units"), rule.line
    for rule in numbering.rules.rules_of(code, *MADE):
        for row in MADE[rule.rule](rule, numbering):
            yield row, rule.line


def _evening(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
    window = parse_evening_window(rule.argument)
    yield Op.EVENING, (_minutes(window.since), _minutes(window.until)), "not_evening"


def _setting(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
    yield Op.SETTING_IS, (SETTINGS.index(Setting(rule.argument)),), f"only_{rule.argument}"


def _age(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
    youngest, oldest = map(int, rule.argument.split(".."))
    yield Op.AGE, (youngest, oldest), "patient_age"


def _own_list(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
    yield Op.OWN_LIST, (), "not_own_list"


def _specialist(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
    years = conditions.recent_years(rule.argument)
    yield Op.SPECIALIST, (-1 if years is None else years, KINDS.index("approval_too_old")), "not_specialist"


def _doctorate(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
    yield Op.NOT_KNOWN, (LACKING.index("holds_doctorate"),), "no_doctorate"


def _needs(circumstance: str, kind: str) -> Callable[[ClaimRule, Numbering], Iterator[Row]]:
    def made(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
        yield Op.CIRCUMSTANCE, (bit_of(circumstance),), kind

    return made


def _distance(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
    yield Op.DISTANCE, (int(Decimal(rule.argument) * 1000),), "too_near"


def _not_when(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
    for circumstance in map(circumstances.circumstance_of, rule.argument.split("; ")):
        setting = SETTINGS.index(Setting(circumstance)) if circumstance in SETTINGS else -1
        yield Op.NO_CIRCUMSTANCE, (bit_of(circumstance), setting), "not_when"


def _use_instead(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
    words = rule.argument.partition(" when ")[2]
    yield Op.NO_CIRCUMSTANCE, (bit_of(circumstances.circumstance_of(words)), -1), "use_instead"


def _earlier(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
    limit = limits.EARLIER[rule.rule]
    if rule.rule == limits.OF_PATIENT:
        yield Op.OF_PATIENT, (int(rule.argument), counted_codes(rule.rule).index(rule.code)), limit.breach
    elif rule.rule == limits.OF_LIST:
        yield Op.OF_LIST, (int(rule.argument), counted_codes(rule.rule).index(rule.code)), limit.breach
    else:
        yield Op.NOT_KNOWN, (LACKING.index(limit.fact),), limit.breach


def _repeats(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
    # A repeat comes after the first time.
    yield Op.AT_MOST, (int(rule.argument) + 1,), "too_often_on_bill"


def _least_minutes(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
    yield Op.LEAST_MINUTES, (int(rule.argument),), "too_short"


def _list_length(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
    units, residents = map(int, rule.argument.split(" per "))
    yield Op.LIST_LENGTH, (units, residents), "too_many_for_list"


def _group(rule: ClaimRule, _: Numbering) -> Iterator[Row]:
    yield Op.GROUP, (int(rule.argument),), "group_too_large"


def _with_code(rule: ClaimRule, numbering: Numbering) -> Iterator[Row]:
    number = numbering.set_of(lambda code: combinations.listed(rule.argument, code))
    yield Op.WITH_CODE, (number,), "requires_code"


def _with_base(rule: ClaimRule, numbering: Numbering) -> Iterator[Row]:
    bases = combinations.BASES[rule.argument]
    number = numbering.set_of(lambda code: combinations.type_of(code, numbering.rules) in bases)
    yield Op.WITH_BASE, (number,), "requires_base_code"


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


MADE: Mapping[str, Callable[[ClaimRule, Numbering], Iterator[Row]]] = {
    "distance_km_min": _distance,
    "evening_window": _evening,
    "not_when": _not_when,
    "only_setting": _setting,
    "patient_absent": _needs("patient_absent", "patient_present"),
    "patient_age": _age,
    "requires_doctorate": _doctorate,
    "requires_own_list_patient": _own_list,
    "requires_sick_note": _needs("sick_note", "no_sick_note"),
    "requires_specialist": _specialist,
    "use_instead": _use_instead,
    **dict.fromkeys(limits.EARLIER, _earlier),
    limits.MAX_REPEATS: _repeats,
    limits.MINUTES_MINIMUM: _least_minutes,
    limits.MAX_PER_LIST_INHABITANTS: _list_length,
    limits.MAX_GROUP_SIZE: _group,
    combinations.REQUIRES_CODE: _with_code,
    combinations.REQUIRES_BASE: _with_base,
}
"""The maker of instructions for each kind of rule that concerns a code by itself or beside others on the bill."""

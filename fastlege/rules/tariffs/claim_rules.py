"""Rules on claims, one a row: what may stand together, how often, when and by whom. Here only their form is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable

from fastlege.rules.dated_rows import DATA, Line, Validity, read_each, read_validity, refuse_problems, source_problems
from fastlege.rules.tariffs.codes import is_code, parse_codes

FILE = "tariff_rules.csv"
HEADER = ("code", "rule", "argument", "valid_from", "valid_to", "source", "confidence", "note")
ALL_CODES = "ALL"


@dataclass(frozen=True)
class ClaimRule:
    """One rule on one code, or on all; the kind of rule says how its argument reads."""

    code: str
    rule: str
    argument: str
    validity: Validity
    source: str
    confidence: str
    note: str
    line: int


def _codes(text: str) -> None:
    parse_codes(text)


def _nothing(text: str) -> None:
    if text:
        raise ValueError("nothing")


def _text(text: str) -> None:
    if not text:
        raise ValueError("a text")


def _pattern(pattern: str, words: str) -> Callable[[str], None]:
    form = re.compile(pattern)

    def check(text: str) -> None:
        if not form.fullmatch(text):
            raise ValueError(words)

    return check


_whole = _pattern(r"\d+", "a whole number")
_yes = _pattern("yes", "yes")
_share = _pattern(r"0\.\d+", "a share such as 0.70")
_range = _pattern(r"\d+\.\.\d+", "a range such as 16..69")
_one_per = _pattern(r"\d+ per \d+", "a rate such as 1 per 100")

ARGUMENTS: Mapping[str, Callable[[str], None]] = {
    "answer_within_working_days": _whole,
    "control_duplicate": _text,
    "control_free_card": _text,
    "control_same_time": _text,
    "credit_time_limit_years": _whole,
    "distance_km_min": _whole,
    "evening_window": _text,
    "max_group_size": _whole,
    "max_per_list_inhabitants": _one_per,
    "max_per_list_per_half_year": _whole,
    "max_per_patient_per_calendar_year": _whole,
    "max_per_patient_specialty_calendar_year": _whole,
    "max_per_pregnancy": _whole,
    "max_repeats": _whole,
    "minutes_before": _whole,
    "minutes_minimum": _whole,
    "minutes_per_unit": _whole,
    "no_show_fee": _text,
    "not_when": _text,
    "not_with": _codes,
    "not_with_all": _nothing,
    "not_with_all_except": _codes,
    "only_setting": _text,
    "only_with": _codes,
    "only_with_oohs": _codes,
    "patient_absent": _yes,
    "patient_age": _range,
    "patient_paid_not_counted": _codes,
    "patient_share_report_days": _whole,
    "repeat_share": _share,
    "requires": _text,
    "requires_base_code_on_same_bill": _text,
    "requires_code": _codes,
    "requires_doctorate": _text,
    "requires_own_list_patient": _yes,
    "requires_sick_note": _yes,
    "requires_specialist": _text,
    "use_instead": _text,
}
"""Each kind of rule with the reader of its argument, which refuses with a `ValueError` that says what was expected."""


SETS = frozenset({"patient_paid_not_counted"})
"""Kinds that name a set of codes and refuse nothing: they may stand twice, under two provisions."""

_ONE_ROW = "Let one row end before the other begins, or make one row of the two."


@cache
def load_claim_rules(path: Traversable = DATA / FILE) -> tuple[ClaimRule, ...]:
    """All rules of a file, checked; otherwise a `DataError` that names file and line of every problem."""
    rules, problems = read_each(path, HEADER, _read_rule, lambda line: f"{line.cells['code']} {line.cells['rule']}: ")
    refuse_problems([*problems, *_twice(path.name, rules)], remedy="" if problems else _ONE_ROW)
    return tuple(rules)


def _twice(file: str, rules: Sequence[ClaimRule]) -> Iterator[str]:
    """Rows of one kind on one code that hold on the same days: a bill would be held against the rule twice."""
    of_code: dict[tuple[str, str], list[ClaimRule]] = {}
    for rule in rules:
        before = of_code.setdefault((rule.code, rule.rule), [])
        for earlier in before:
            same_set = rule.rule in SETS and rule.argument == earlier.argument and rule.source != earlier.source
            if rule.validity.period.overlaps(earlier.validity.period) and not same_set:
                where = f"{file}, line {rule.line}: {rule.code} {rule.rule}"
                yield f"{where}: it would apply twice, as line {earlier.line}."
        before.append(rule)


def _read_rule(line: Line) -> ClaimRule:
    cells = line.cells
    validity = read_validity(line)
    problems = source_problems(line, validity)
    if cells["code"] != ALL_CODES and not is_code(cells["code"]):
        problems.append("it is not a tariff code")
    if cells["rule"] not in ARGUMENTS:
        problems.append("it is not a known kind of rule")
    else:
        try:
            ARGUMENTS[cells["rule"]](cells["argument"])
        except ValueError as error:
            problems.append(f"the argument {cells['argument']!r} is not {error}")
    if problems:
        raise ValueError("; ".join(problems))
    return ClaimRule(
        cells["code"],
        cells["rule"],
        cells["argument"],
        validity,
        cells["source"],
        cells["confidence"],
        cells["note"],
        line.number,
    )

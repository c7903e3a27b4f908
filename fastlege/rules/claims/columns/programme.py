"""The rules of a day for a list of codes, as arrays: made from the same rows as the control of one bill uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.money import to_ore
from fastlege.rules.claims.bill import Setting
from fastlege.rules.claims.checks import amounts, combinations, conditions, limits, places
from fastlege.rules.claims.columns.arrays import Records
from fastlege.rules.claims.columns.instructions import KINDS, Numbering, counted_codes, instructions_of
from fastlege.rules.claims.control import SAME_TIME
from fastlege.rules.claims.decisions import load_decisions
from fastlege.rules.claims.ruleset import DELEGATED, Ruleset, ruleset_on
from fastlege.rules.geography.borders import all_borders
from fastlege.rules.tariffs import load_claim_rules, load_fees

NO_FEE, NOT_KNOWN = -1, -2
"""In place of a fee: the code has none on the day; the sources do not give it."""

_MOST_LINES = np.iinfo(np.int16).max
_MUNICIPALITY_NUMBERS = 10_000
"""Numbers of municipalities have four digits."""


CODE = np.dtype(
    [
        *(("fee", np.int64), ("share", np.int64), ("part", np.int64), ("whole", np.int64)),
        *(("first", np.int32), ("stop", np.int32), ("of_patient", np.int8), ("of_list", np.int8)),
        *(("has_row", np.bool_), ("delegated", np.bool_), ("web_doctor", np.bool_), ("no_share", np.bool_)),
    ],
    align=True,
)
"""A code: its fee and the patient's share in øre, repeats at `part` of `whole`, and its instructions from `first` up to
`stop`; the number by which use is counted over bills, -1 for none."""

INSTRUCTION = np.dtype([(name, np.int32) for name in ("op", "a", "b", "kind", "line")])
"""An instruction: what is asked, two operands, the kind of breach and the line of the rule."""


class Programme(NamedTuple):
    """What holds for codes by number. Numbers follow the alphabet, so that pairs are told as for one bill.

    `pair[s, a, b]`, of codes `a` before `b`, is the line of the rule that refuses them, below nought when the rule is
    on `b`; `s` is 1 out of hours. `places` tells of each number whether it is a municipality's. `most` is the largest
    number of instructions on a code. `lines_for_all` are the lines of the rules on free cards and on two doctors at one
    minute, 0 where there is none.
    """

    codes: Records
    pair: NDArray[np.int16]
    instructions: Records
    sets: NDArray[np.bool_]
    places: NDArray[np.bool_]
    lines_for_all: NDArray[np.int32]
    most: int


def programme_on(day: date, codes: Sequence[str]) -> Programme:
    """The rules of a day for codes in alphabetical order."""
    rules = ruleset_on(day)
    numbering = Numbering(codes, rules)
    made = [list(instructions_of(code, numbering)) for code in codes]
    rows = [(int(op), operands, kind, line) for own in made for (op, operands, kind), line in own]
    return Programme(
        _codes(codes, rules, [len(own) for own in made]),
        _pairs(codes, rules),
        _instructions(rows),
        np.array(numbering.sets, np.bool_).reshape(-1, len(codes)),
        _places(day),
        np.array([_line(rules, amounts.FREE_CARD), _line(rules, SAME_TIME)], np.int32),
        max((len(own) for own in made), default=0),
    )


def days_of_change() -> tuple[date, ...]:
    """The days from which a fee, a rule, a decision or a border holds, or no longer does."""
    validities = [fee.validity for fee in load_fees()]
    validities += [rule.validity for rule in load_claim_rules()]
    validities += [decision.validity for decision in load_decisions()]
    found = {one.first for one in validities if one.first} | {one.period.end for one in validities if one.period.end}
    found |= {borders.period.start for borders in all_borders()}
    return tuple(sorted(found))


def cut(first: date, last: date) -> tuple[date, ...]:
    """The first days of the periods, from a first to a last day, in which all rules stay the same and counts go on.

    Counts start anew with the year and the half-year.
    """
    halves = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in (1, 7)]
    bounds = sorted({first, *(day for day in (*days_of_change(), *halves) if first < day <= last)})
    if any(later <= earlier for earlier, later in pairwise(bounds)):
        raise DataError("the days of change are not in order.")
    return tuple(bounds)


def _codes(codes: Sequence[str], rules: Ruleset, sizes: Sequence[int]) -> Records:
    found = np.zeros(len(codes), CODE)
    found["stop"] = np.cumsum(sizes)
    found["first"] = found["stop"] - np.array(sizes, np.int32)
    of_patient, of_list = counted_codes(limits.OF_PATIENT), counted_codes(limits.OF_LIST)
    for number, code in enumerate(codes):
        row, fee = found[number], rules.fees.get(code)
        row["fee"], row["share"] = _amounts(code, rules)
        each = next((Fraction(rule.argument) for rule in rules.rules_of(code, amounts.REPEAT_SHARE)), Fraction(1))
        row["part"], row["whole"] = each.numerator, each.denominator
        row["of_patient"], row["of_list"] = _place(code, of_patient), _place(code, of_list)
        row["has_row"], row["delegated"] = fee is not None, code.startswith(DELEGATED)
        row["web_doctor"] = fee is not None and conditions.of_web_doctor(fee)
        row["no_share"] = code in rules.no_share
    return found


def _places(day: date) -> NDArray[np.bool_]:
    found = np.zeros(_MUNICIPALITY_NUMBERS, np.bool_)
    found[[int(code) for code in places.places_on(day) or ()]] = True
    return found


def _amounts(code: str, rules: Ruleset) -> tuple[int, int]:
    fee = rules.fees.get(code)
    if fee is None:
        return (NOT_KNOWN if code in rules.unpriced else NO_FEE), 0
    if fee.amount is None or fee.patient_share is None:
        return NOT_KNOWN, 0
    return to_ore(fee.amount), to_ore(fee.patient_share)


def _pairs(codes: Sequence[str], rules: Ruleset) -> NDArray[np.int16]:
    found = np.zeros((2, len(codes), len(codes)), np.int16)
    for place, setting in enumerate((Setting.GP, Setting.OUT_OF_HOURS)):
        for a, code in enumerate(codes):
            for b in range(a + 1, len(codes)):
                if rule := combinations.refusing(code, codes[b], rules, setting):
                    found[place, a, b] = rule.line
                elif rule := combinations.refusing(codes[b], code, rules, setting):
                    found[place, a, b] = -rule.line
    return found


def _instructions(rows: Sequence[tuple[int, tuple[int, ...], str, int]]) -> Records:
    if rows and max(line for *_, line in rows) > _MOST_LINES:
        raise DataError(f"the file of rules has more than {_MOST_LINES} lines.")
    padded = [(op, *(*operands, 0, 0)[:2], KINDS.index(kind), line) for op, operands, kind, line in rows]
    return np.array(padded, INSTRUCTION)


def _place(code: str, counted: Sequence[str]) -> int:
    return counted.index(code) if code in counted else -1


def _line(rules: Ruleset, kind: str) -> int:
    rule = rules.rule_for_all(kind)
    return rule.line if rule else 0

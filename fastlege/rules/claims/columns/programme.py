"""The rules of a day for a list of codes, as arrays: made from the same rows as the control of one bill uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.money import to_ore
from fastlege.rules.claims.bill import Setting
from fastlege.rules.claims.checks import amounts, combinations, conditions, limits
from fastlege.rules.claims.columns.instructions import KINDS, Numbering, counted_codes, instructions_of
from fastlege.rules.claims.control import SAME_TIME
from fastlege.rules.claims.decisions import load_decisions
from fastlege.rules.claims.ruleset import DELEGATED, Ruleset, ruleset_on
from fastlege.rules.tariffs import load_claim_rules, load_fees

NO_FEE, NOT_KNOWN = -1, -2
"""In place of a fee: the code has none on the day; the sources do not give it."""

_MOST_LINES = np.iinfo(np.int16).max


class Programme(NamedTuple):
    """What holds for codes by number. Numbers follow the alphabet, so that pairs are told as for one bill.

    `pair[s, a, b]`, of codes `a` before `b`, is the line of the rule that refuses them, below nought when the rule is
    on `b`; `s` is 1 out of hours. The instructions on code `c` stand from `first[c]` up to `first[c + 1]`: what is
    asked, four operands, the kind of breach and the line of the rule.
    """

    fee: NDArray[np.int64]
    share: NDArray[np.int64]
    repeat: NDArray[np.int64]
    has_row: NDArray[np.bool_]
    delegated: NDArray[np.bool_]
    web_doctor: NDArray[np.bool_]
    no_share: NDArray[np.bool_]
    pair: NDArray[np.int16]
    first: NDArray[np.int32]
    instructions: NDArray[np.int32]
    sets: NDArray[np.bool_]
    of_patient: NDArray[np.int8]
    of_list: NDArray[np.int8]
    free_card_line: int
    same_time_line: int


def programme_on(day: date, codes: Sequence[str]) -> Programme:
    """The rules of a day for codes in alphabetical order."""
    rules = ruleset_on(day)
    numbering = Numbering(codes, rules)
    made = [list(instructions_of(code, numbering)) for code in codes]
    return Programme(
        *_fees(codes, rules),
        _flags(codes, lambda code: code in rules.fees),
        _flags(codes, lambda code: code.startswith(DELEGATED)),
        _flags(codes, lambda code: code in rules.fees and conditions.of_web_doctor(rules.fees[code])),
        _flags(codes, lambda code: code in rules.no_share),
        _pairs(codes, rules),
        np.concatenate([[0], np.cumsum([len(own) for own in made])]).astype(np.int32),
        _table([(int(op), operands, kind, line) for own in made for (op, operands, kind), line in own]),
        np.array(numbering.sets, np.bool_).reshape(-1, len(codes)),
        _places(codes, counted_codes(limits.OF_PATIENT)),
        _places(codes, counted_codes(limits.OF_LIST)),
        _line(rules, amounts.FREE_CARD),
        _line(rules, SAME_TIME),
    )


def days_of_change() -> tuple[date, ...]:
    """The days from which a fee, a rule or a decision holds, or no longer does."""
    validities = [fee.validity for fee in load_fees()]
    validities += [rule.validity for rule in load_claim_rules()]
    validities += [decision.validity for decision in load_decisions()]
    found = {one.first for one in validities if one.first} | {one.period.end for one in validities if one.period.end}
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


def _fees(codes: Sequence[str], rules: Ruleset) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    fee, share = np.full(len(codes), NO_FEE, np.int64), np.zeros(len(codes), np.int64)
    repeat = np.ones((len(codes), 2), np.int64)
    for number, code in enumerate(codes):
        row = rules.fees.get(code)
        if code in rules.unpriced:
            fee[number] = NOT_KNOWN
        if row is None:
            continue
        if row.amount is None or row.patient_share is None:
            fee[number] = NOT_KNOWN
        else:
            fee[number], share[number] = to_ore(row.amount), to_ore(row.patient_share)
        each = next((Fraction(rule.argument) for rule in rules.rules_of(code, amounts.REPEAT_SHARE)), Fraction(1))
        repeat[number] = each.numerator, each.denominator
    return fee, share, repeat


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


def _table(rows: Sequence[tuple[int, tuple[int, ...], str, int]]) -> NDArray[np.int32]:
    if rows and max(line for *_, line in rows) > _MOST_LINES:
        raise DataError(f"the file of rules has more than {_MOST_LINES} lines.")
    padded = [
        (op, *operands, *(0,) * (4 - len(operands)), KINDS.index(kind), line) for op, operands, kind, line in rows
    ]
    return np.array(padded, np.int32).reshape(-1, 7)


def _flags(codes: Sequence[str], holds: Callable[[str], bool]) -> NDArray[np.bool_]:
    return np.array([holds(code) for code in codes], np.bool_)


def _places(codes: Sequence[str], counted: Sequence[str]) -> NDArray[np.int8]:
    return np.array([counted.index(code) if code in counted else -1 for code in codes], np.int8)


def _line(rules: Ruleset, kind: str) -> int:
    rule = rules.rule_for_all(kind)
    return rule.line if rule else 0

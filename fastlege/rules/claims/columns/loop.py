"""The loop over bills: each bill by the rules of its day, and what approved bills leave for those after them.

Bills, lines and codes come as records: one array of each is many times cheaper to hand on than a column a fact.
"""

from __future__ import annotations

import numba
import numpy as np

from fastlege.rules.claims.bill import Setting
from fastlege.rules.claims.columns import arrays
from fastlege.rules.claims.columns.asking import outcome
from fastlege.rules.claims.columns.instructions import KINDS, SETTINGS
from fastlege.rules.claims.columns.programme import NO_FEE, NOT_KNOWN

_NO_LINES, _NO_FEE, _BELOW_ONE = KINDS.index("no_lines"), KINDS.index("no_fee"), KINDS.index("count_below_one")
_AMOUNT, _SHARE = KINDS.index("wrong_amount"), KINDS.index("wrong_patient_share")
_ONLY_NURSE, _ONLY_DOCTOR = KINDS.index("only_nurse"), KINDS.index("only_doctor")
_ONLY_WEB, _NOT_WEB = KINDS.index("only_web_doctor"), KINDS.index("not_web_doctor")
_TOGETHER, _FREE_CARD, _SAME_TIME = map(KINDS.index, ("not_together", "no_free_card", "same_time"))
_NO_SUCH_PLACE = KINDS.index("no_such_municipality")
_OUT_OF_HOURS, _WEB = SETTINGS.index(Setting.OUT_OF_HOURS), SETTINGS.index(Setting.WEB_DOCTOR)
_BY_FREE_CARD = arrays.BY_FREE_CARD
_MINUTES = 1440
_NONE = -1


@numba.njit(cache=True, nogil=True)
def control_bills(part, bills, lines, known, found):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Check the bills of a part, or as far as there is room; returns the next bill and the number of breaches.

    `known` is the programme, the registers, what went before, and the calendar.
    """
    (start, stop), n, longest = part, 0, 1
    for at in range(start, stop):
        longest = max(longest, bills[at].lines)
    codes, counts = np.empty(longest, np.int16), np.empty(longest, np.int32)
    table, pair, breaches, approved = known[0].codes, known[0].pair, found.breaches, found.approved
    most, room = known[0].most, len(found.breaches)
    for at in range(start, stop):
        bill = bills[at]
        if room - n < bill.lines * (4 + most + bill.lines) + 4:
            return at, n
        began = n
        k = _collect(bill, lines, codes, counts)
        n = _lines(bill, lines, table, (found.unpriced, found.unsure), (breaches, n))
        place = 1 if bill.setting == _OUT_OF_HOURS else 0
        for own in range(k):
            code = table[codes[own]]
            n = _performer(bill, codes[own], code, breaches, n)
            n = _company(bill.at, codes, (own, k), pair[place], (breaches, n))
            if code.stop > code.first:
                n = _rules(bill, (codes, counts, k, own), known, (found.lacking, found.unsure), (breaches, n))
        if bill.municipality >= 0 and not known[0].places[bill.municipality]:
            n = _add(breaches, n, bill.at, (_NO_SUCH_PLACE, _NONE, _NONE, 0))
        n = _whole(bill, known[0].lines_for_all, known[2], breaches, n)
        if n == began:
            _remember(bill, lines, table, known[2])
        else:
            approved[at] = False
    return stop, n


@numba.njit(cache=True, nogil=True)
def _add(breaches, n, bill, told):  # type: ignore[no-untyped-def]  # pragma: no cover
    breach = breaches[n]
    breach.bill, breach.kind, breach.code, breach.other, breach.line = bill, told[0], told[1], told[2], told[3]
    return n + 1


@numba.njit(cache=True, nogil=True)
def _collect(bill, lines, codes, counts):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The codes of a bill in order, each once, with how often it is used over all lines."""
    k = 0
    for row in range(bill.first, bill.first + bill.lines):
        code, at = lines[row].code, k
        while at > 0 and codes[at - 1] > code:
            at -= 1
        if at > 0 and codes[at - 1] == code:
            counts[at - 1] += lines[row].times
            continue
        for place in range(k, at, -1):
            codes[place], counts[place] = codes[place - 1], counts[place - 1]
        codes[at], counts[at] = code, lines[row].times
        k += 1
    return k


@numba.njit(cache=True, nogil=True)
def _lines(bill, lines, table, lack, out):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Every code without a fee, every count below one, and every amount that is not what the fees say."""
    (unpriced, unsure), (breaches, n) = lack, out
    if bill.lines == 0:
        return _add(breaches, n, bill.at, (_NO_LINES, _NONE, _NONE, 0))
    for row in range(bill.first, bill.first + bill.lines):
        line = lines[row]
        code = table[line.code]
        if code.fee == NOT_KNOWN and (line.times >= 1 or not code.has_row):
            unpriced[line.code] += 1
            unsure[bill.at] = True
        elif code.fee == NO_FEE:
            n = _add(breaches, n, bill.at, (_NO_FEE, line.code, _NONE, 0))
        elif line.times < 1:
            n = _add(breaches, n, bill.at, (_BELOW_ONE, line.code, _NONE, 0))
        else:
            n = _amounts(bill, line, code, breaches, n)
    return n


@numba.njit(cache=True, nogil=True)
def _amounts(bill, line, code, breaches, n):  # type: ignore[no-untyped-def]  # pragma: no cover
    times = code.whole + (line.times - 1) * code.part
    if line.amount != (2 * code.fee * times + code.whole) // (2 * code.whole):
        n = _add(breaches, n, bill.at, (_AMOUNT, line.code, _NONE, 0))
    free = bill.exempt != 0 and not code.no_share
    share = 0 if free else (2 * code.share * times + code.whole) // (2 * code.whole)
    if line.patient_share != share:
        n = _add(breaches, n, bill.at, (_SHARE, line.code, _NONE, 0))
    return n


@numba.njit(cache=True, nogil=True)
def _performer(bill, number, code, breaches, n):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Delegated codes are for nurses, all others for doctors, and web doctors' codes for the municipal service."""
    if not code.has_row:
        return n
    if code.delegated != bill.nurse:
        n = _add(breaches, n, bill.at, (_ONLY_NURSE if code.delegated else _ONLY_DOCTOR, number, _NONE, 0))
    if code.web_doctor != (bill.setting == _WEB):
        n = _add(breaches, n, bill.at, (_ONLY_WEB if code.web_doctor else _NOT_WEB, number, _NONE, 0))
    return n


@numba.njit(cache=True, nogil=True)
def _company(bill, codes, span, pair, out):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The pairs of a code with the codes after it that a rule refuses."""
    (at, k), (breaches, n) = span, out
    for later in range(at + 1, k):
        line = pair[codes[at], codes[later]]
        if line > 0:
            n = _add(breaches, n, bill, (_TOGETHER, codes[at], codes[later], line))
        elif line < 0:
            n = _add(breaches, n, bill, (_TOGETHER, codes[later], codes[at], -line))
    return n


@numba.njit(cache=True, nogil=True)
def _rules(bill, own, known, lack, out):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The instructions on a code: 0 is kept, above it the kind of breach and one, below it the fact that lacks."""
    codes, _, _, at = own
    (lacking, unsure), (breaches, n) = lack, out
    code = known[0].codes[codes[at]]
    for row in range(code.first, code.stop):
        instruction = known[0].instructions[row]
        told = outcome(instruction, bill, own, known)
        if told > 0:
            n = _add(breaches, n, bill.at, (told - 1, codes[at], _NONE, instruction.line))
        elif told < 0:
            lacking[instruction.line, -told - 1] += 1
            unsure[bill.at] = True
    return n


@numba.njit(cache=True, nogil=True)
def _whole(bill, lines_for_all, before, breaches, n):  # type: ignore[no-untyped-def]  # pragma: no cover
    """What concerns the bill as a whole: a free card, and another doctor's bill for the list at that minute."""
    free_card, same_time = lines_for_all[0], lines_for_all[1]
    if free_card > 0 and bill.exempt == _BY_FREE_CARD and before.paid[bill.person] < before.ceiling[0]:
        n = _add(breaches, n, bill.at, (_FREE_CARD, _NONE, _NONE, free_card))
    if same_time > 0 and bill.gp_list > 0:
        last = before.last[bill.gp_list]
        if last.moment == np.int64(bill.day) * _MINUTES + bill.minute and last.doctor != bill.doctor:
            n = _add(breaches, n, bill.at, (_SAME_TIME, _NONE, _NONE, same_time))
    return n


@numba.njit(cache=True, nogil=True)
def _remember(bill, lines, table, before):  # type: ignore[no-untyped-def]  # pragma: no cover
    """An approved bill counts towards the ceiling of shares, the limits of its codes and the minute of its list."""
    for row in range(bill.first, bill.first + bill.lines):
        line = lines[row]
        code = table[line.code]
        if not code.no_share:
            before.paid[bill.person] += line.patient_share
        if code.of_patient >= 0:
            before.of_patient[code.of_patient, bill.person] += line.times
        if code.of_list >= 0 and bill.gp_list > 0:
            before.of_list[code.of_list, bill.gp_list] += line.times
    if bill.gp_list > 0:
        last = before.last[bill.gp_list]
        last.moment, last.doctor = np.int64(bill.day) * _MINUTES + bill.minute, bill.doctor

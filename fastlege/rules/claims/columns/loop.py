"""The loop over bills: each bill by the rules of its day, and what approved bills leave for those after them."""

from __future__ import annotations

import numba
import numpy as np

from fastlege.rules.claims.bill import Setting
from fastlege.rules.claims.columns import arrays
from fastlege.rules.claims.columns.asking import outcome
from fastlege.rules.claims.columns.instructions import KINDS, LACKING, SETTINGS
from fastlege.rules.claims.columns.programme import NO_FEE, NOT_KNOWN

_NO_LINES, _NO_FEE, _BELOW_ONE = KINDS.index("no_lines"), KINDS.index("no_fee"), KINDS.index("count_below_one")
_AMOUNT, _SHARE = KINDS.index("wrong_amount"), KINDS.index("wrong_patient_share")
_ONLY_NURSE, _ONLY_DOCTOR = KINDS.index("only_nurse"), KINDS.index("only_doctor")
_ONLY_WEB, _NOT_WEB = KINDS.index("only_web_doctor"), KINDS.index("not_web_doctor")
_TOGETHER, _FREE_CARD, _SAME_TIME = map(KINDS.index, ("not_together", "no_free_card", "same_time"))
_OUT_OF_HOURS, _WEB = SETTINGS.index(Setting.OUT_OF_HOURS), SETTINGS.index(Setting.WEB_DOCTOR)
_BY_FREE_CARD = arrays.BY_FREE_CARD
_OTHER_UNKNOWN = LACKING.index("billed_by_other_at_that_minute")
_MINUTES = 1440
_NONE = -1


@numba.njit(cache=True, nogil=True)
def control_bills(part, bills, known, found):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Check the bills of a part, or as far as there is room; returns the next bill and the number of breaches.

    `known` is the programme, the registers, what went before, and the calendar.
    """
    (start, stop), n, longest = part, 0, 1
    programme, before = known[0], known[2]
    for bill in range(start, stop):
        longest = max(longest, bills.first[bill + 1] - bills.first[bill])
    codes, counts = np.empty(longest, np.int16), np.empty(longest, np.int32)
    most = 1
    for code in range(len(programme.first) - 1):
        most = max(most, programme.first[code + 1] - programme.first[code])
    for bill in range(start, stop):
        lines = bills.first[bill + 1] - bills.first[bill]
        if len(found.kind) - n < lines * (4 + most + lines) + 3:
            return bill, n
        began = n
        k = _collect(bills, bill, codes, counts)
        n = _lines(bills, bill, programme, found, n)
        for at in range(k):
            n = _performer(bills, bill, codes[at], programme, found, n)
            n = _company(bills, bill, (codes, k, at), programme, found, n)
            n = _rules(bills, bill, (codes, counts, k, at), known, found, n)
        n = _whole(bills, bill, (programme, before), found, n)
        if n == began:
            _remember(bills, bill, programme, before)
        else:
            found.approved[bill] = False
    return stop, n


@numba.njit(cache=True, nogil=True)
def _add(found, n, bill, told):  # type: ignore[no-untyped-def]  # pragma: no cover
    kind, code, other, line = told
    found.bill[n], found.kind[n], found.code[n], found.other[n], found.line[n] = bill, kind, code, other, line
    return n + 1


@numba.njit(cache=True, nogil=True)
def _collect(bills, bill, codes, counts):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The codes of a bill in order, each once, with how often it is used over all lines."""
    k = 0
    for row in range(bills.first[bill], bills.first[bill + 1]):
        code, at = bills.code[row], k
        while at > 0 and codes[at - 1] > code:
            at -= 1
        if at > 0 and codes[at - 1] == code:
            counts[at - 1] += bills.times[row]
            continue
        for place in range(k, at, -1):
            codes[place], counts[place] = codes[place - 1], counts[place - 1]
        codes[at], counts[at] = code, bills.times[row]
        k += 1
    return k


@numba.njit(cache=True, nogil=True)
def _lines(bills, bill, programme, found, n):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Every code without a fee, every count below one, and every amount that is not what the fees say."""
    if bills.first[bill] == bills.first[bill + 1]:
        return _add(found, n, bill, (_NO_LINES, _NONE, _NONE, 0))
    for row in range(bills.first[bill], bills.first[bill + 1]):
        code, count = bills.code[row], bills.times[row]
        fee = programme.fee[code]
        if fee == NOT_KNOWN and (count >= 1 or not programme.has_row[code]):
            found.unpriced[code] += 1
        elif fee == NO_FEE:
            n = _add(found, n, bill, (_NO_FEE, code, _NONE, 0))
        elif count < 1:
            n = _add(found, n, bill, (_BELOW_ONE, code, _NONE, 0))
        else:
            n = _amounts(bills, bill, row, programme, found, n)
    return n


@numba.njit(cache=True, nogil=True)
def _amounts(bills, bill, row, programme, found, n):  # type: ignore[no-untyped-def]  # pragma: no cover
    code = bills.code[row]
    part, whole = programme.repeat[code, 0], programme.repeat[code, 1]
    times = whole + (bills.times[row] - 1) * part
    if bills.amount[row] != (2 * programme.fee[code] * times + whole) // (2 * whole):
        n = _add(found, n, bill, (_AMOUNT, code, _NONE, 0))
    free = bills.exempt[bill] != 0 and not programme.no_share[code]
    share = 0 if free else (2 * programme.share[code] * times + whole) // (2 * whole)
    if bills.patient_share[row] != share:
        n = _add(found, n, bill, (_SHARE, code, _NONE, 0))
    return n


@numba.njit(cache=True, nogil=True)
def _performer(bills, bill, code, programme, found, n):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Delegated codes are for nurses, all others for doctors, and web doctors' codes for the municipal service."""
    if not programme.has_row[code]:
        return n
    if programme.delegated[code] != bills.nurse[bill]:
        n = _add(found, n, bill, (_ONLY_NURSE if programme.delegated[code] else _ONLY_DOCTOR, code, _NONE, 0))
    if programme.web_doctor[code] != (bills.setting[bill] == _WEB):
        n = _add(found, n, bill, (_ONLY_WEB if programme.web_doctor[code] else _NOT_WEB, code, _NONE, 0))
    return n


@numba.njit(cache=True, nogil=True)
def _company(bills, bill, own, programme, found, n):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The pairs of a code with the codes after it that a rule refuses."""
    codes, k, at = own
    place = 1 if bills.setting[bill] == _OUT_OF_HOURS else 0
    for later in range(at + 1, k):
        line = programme.pair[place, codes[at], codes[later]]
        if line > 0:
            n = _add(found, n, bill, (_TOGETHER, codes[at], codes[later], line))
        elif line < 0:
            n = _add(found, n, bill, (_TOGETHER, codes[later], codes[at], -line))
    return n


@numba.njit(cache=True, nogil=True)
def _rules(bills, bill, own, known, found, n):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The instructions on a code: 0 is kept, above it the kind of breach and one, below it the fact that lacks."""
    codes, _, _, at = own
    programme = known[0]
    for row in range(programme.first[codes[at]], programme.first[codes[at] + 1]):
        instruction = programme.instructions[row]
        told = outcome(instruction, bills, bill, own, known)
        if told > 0:
            n = _add(found, n, bill, (told - 1, codes[at], _NONE, instruction[6]))
        elif told < 0:
            found.lacking[instruction[6], -told - 1] += 1
    return n


@numba.njit(cache=True, nogil=True)
def _whole(bills, bill, known, found, n):  # type: ignore[no-untyped-def]  # pragma: no cover
    """What concerns the bill as a whole: a free card, and another doctor's bill for the list at that minute."""
    programme, before = known
    with_card = programme.free_card_line > 0 and bills.exempt[bill] == _BY_FREE_CARD
    if with_card and before.paid[bills.person[bill]] < before.ceiling[0]:
        n = _add(found, n, bill, (_FREE_CARD, _NONE, _NONE, programme.free_card_line))
    if programme.same_time_line > 0:
        gp_list = bills.gp_list[bill]
        moment = np.int64(bills.day[bill]) * _MINUTES + bills.minute[bill]
        if gp_list > 0 and before.last_moment[gp_list] == moment and before.last_doctor[gp_list] != bills.doctor[bill]:
            n = _add(found, n, bill, (_SAME_TIME, _NONE, _NONE, programme.same_time_line))
    return n


@numba.njit(cache=True, nogil=True)
def _remember(bills, bill, programme, before):  # type: ignore[no-untyped-def]  # pragma: no cover
    """An approved bill counts towards the ceiling of shares, the limits of its codes and the minute of its list."""
    person, gp_list = bills.person[bill], bills.gp_list[bill]
    for row in range(bills.first[bill], bills.first[bill + 1]):
        code = bills.code[row]
        if not programme.no_share[code]:
            before.paid[person] += bills.patient_share[row]
        if programme.of_patient[code] >= 0:
            before.of_patient[programme.of_patient[code], person] += bills.times[row]
        if programme.of_list[code] >= 0 and gp_list > 0:
            before.of_list[programme.of_list[code], gp_list] += bills.times[row]
    if gp_list > 0:
        before.last_moment[gp_list] = np.int64(bills.day[bill]) * _MINUTES + bills.minute[bill]
        before.last_doctor[gp_list] = bills.doctor[bill]

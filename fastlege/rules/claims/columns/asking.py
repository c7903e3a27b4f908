"""What an instruction asks of a bill. An answer is 0 (kept), above it (a kind of breach) or below (a lacking fact)."""

from __future__ import annotations

import numba

from fastlege.rules.claims.columns.arrays import NOTHING
from fastlege.rules.claims.columns.instructions import LACKING, Op
from fastlege.rules.claims.known import NOBODY

_EVENING, _SETTING_IS, _CIRCUMSTANCE, _NO_CIRCUMSTANCE = (
    int(one) for one in (Op.EVENING, Op.SETTING_IS, Op.CIRCUMSTANCE, Op.NO_CIRCUMSTANCE)
)
_DISTANCE, _GROUP, _UNITS, _LEAST = (int(one) for one in (Op.DISTANCE, Op.GROUP, Op.UNITS_OF_TIME, Op.LEAST_MINUTES))
_AGE, _OWN_LIST, _SPECIALIST, _LENGTH = (int(one) for one in (Op.AGE, Op.OWN_LIST, Op.SPECIALIST, Op.LIST_LENGTH))
_AT_MOST, _OF_PATIENT, _OF_LIST = (int(one) for one in (Op.AT_MOST, Op.OF_PATIENT, Op.OF_LIST))
_WITH_CODE, _WITH_BASE = int(Op.WITH_CODE), int(Op.WITH_BASE)
_NO_MINUTES, _NO_BIRTH, _NO_SPECIALIST = (
    -1 - LACKING.index(one) for one in ("minutes", "patient_birth", "is_specialist")
)
_NO_DISTANCE, _NO_GROUP, _NO_LENGTH, _NO_COUNT = (
    -1 - LACKING.index(one) for one in ("distance_km", "group_size", "list_length", "of_list_this_half_year")
)
_YEAR = 10_000


@numba.njit(cache=True, nogil=True)
def outcome(instruction, bill, own, known):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The answer to one instruction on the code `own` tells of."""
    op, broken = instruction.op, instruction.kind + 1
    if op < _UNITS:
        return _of_bill(instruction, bill, known[3], broken)
    if op < _AGE:
        return _of_time(instruction, bill, own, broken)
    if op < _AT_MOST:
        return _of_registers(instruction, bill, own, known)
    if op <= _WITH_BASE:
        return _of_counts(instruction, bill, own, known)
    return -1 - instruction.a


@numba.njit(cache=True, nogil=True)
def _of_bill(instruction, bill, calendar, broken):  # type: ignore[no-untyped-def]  # pragma: no cover
    op, a, b = instruction.op, instruction.a, instruction.b
    if op == _EVENING:
        minute = bill.minute
        working = calendar.working[bill.day - calendar.first_day]
        return broken if working and b <= minute < a else 0
    if op == _SETTING_IS:
        return 0 if bill.setting == a else broken
    if op == _CIRCUMSTANCE:
        return 0 if bill.circumstances & a else broken
    if op == _NO_CIRCUMSTANCE:
        return broken if (bill.circumstances & a) or bill.setting == b else 0
    return _of_size(op, a, bill.distance_m, bill.group_size, broken)


@numba.njit(cache=True, nogil=True)
def _of_size(op, limit, distance, size, broken):  # type: ignore[no-untyped-def]  # pragma: no cover
    if op == _DISTANCE:
        if distance == NOTHING:
            return _NO_DISTANCE
        return broken if distance < limit else 0
    if size == NOTHING:
        return _NO_GROUP
    return broken if size > limit else 0


@numba.njit(cache=True, nogil=True)
def _of_time(instruction, bill, own, broken):  # type: ignore[no-untyped-def]  # pragma: no cover
    _, counts, _, at = own
    op, a, b, minutes = instruction.op, instruction.a, instruction.b, bill.minutes
    if minutes == NOTHING:
        return _NO_MINUTES
    if op == _LEAST:
        return broken if minutes < a else 0
    # Started units beyond the minutes that the consultation itself covers.
    return broken if counts[at] > max(0, -(-(minutes - a) // b)) else 0


@numba.njit(cache=True, nogil=True)
def _of_registers(instruction, bill, own, known):  # type: ignore[no-untyped-def]  # pragma: no cover
    op, a, b, broken = instruction.op, instruction.a, instruction.b, instruction.kind + 1
    registers, calendar = known[1], known[3]
    day, person = bill.day, bill.person
    if op == _AGE:
        birth = registers.birth[person] if 0 <= person < len(registers.birth) else NOBODY
        if birth == NOBODY:
            return _NO_BIRTH
        dates, first = calendar.dates, calendar.first_day
        return 0 if a <= (dates[day - first] - dates[birth - first]) // _YEAR <= b else broken
    if op == _OWN_LIST:
        return 0 if _belongs(registers, person, bill.gp_list, day) else broken
    if op == _SPECIALIST:
        return _specialist(registers, calendar, (bill.doctor, day), a, (broken, b + 1))
    return _list_length(registers, (bill.gp_list, day), own[1][own[3]], (a, b), broken)


@numba.njit(cache=True, nogil=True)
def _belongs(registers, person, gp_list, day):  # type: ignore[no-untyped-def]  # pragma: no cover
    if gp_list == 0 or person < 0 or person + 1 >= len(registers.member_first):
        return False
    for row in range(registers.member_first[person], registers.member_first[person + 1]):
        if registers.member_list[row] == gp_list and registers.member_start[row] <= day < registers.member_end[row]:
            return True
    return False


@numba.njit(cache=True, nogil=True)
def _specialist(registers, calendar, asked, years, broken):  # type: ignore[no-untyped-def]  # pragma: no cover
    doctor, day = asked
    since = registers.specialist_since[doctor] if 0 <= doctor < len(registers.specialist_since) else NOBODY
    if since == NOBODY:
        return _NO_SPECIALIST
    if since > day:
        return broken[0]
    dates, first = calendar.dates, calendar.first_day
    too_old = years >= 0 and dates[day - first] - years * _YEAR >= dates[since - first]
    return broken[1] if too_old else 0


@numba.njit(cache=True, nogil=True)
def _list_length(registers, asked, count, rate, broken):  # type: ignore[no-untyped-def]  # pragma: no cover
    gp_list, day = asked
    at = day - registers.first_day
    if not (0 < gp_list < len(registers.length) and 0 <= at < registers.length.shape[1]):
        return _NO_LENGTH
    return broken if count > registers.length[gp_list, at] // rate[1] * rate[0] else 0


@numba.njit(cache=True, nogil=True)
def _of_counts(instruction, bill, own, known):  # type: ignore[no-untyped-def]  # pragma: no cover
    codes, counts, k, at = own
    op, a, b, broken = instruction.op, instruction.a, instruction.b, instruction.kind + 1
    programme, before = known[0], known[2]
    if op == _AT_MOST:
        return broken if counts[at] > a else 0
    if op == _OF_PATIENT:
        return broken if before.of_patient[b, bill.person] + counts[at] > a else 0
    if op == _OF_LIST:
        if bill.gp_list == 0:
            return _NO_COUNT
        return broken if before.of_list[b, bill.gp_list] + counts[at] > a else 0
    for place in range(k):
        if (op == _WITH_BASE or place != at) and programme.sets[a, codes[place]]:
            return 0
    return broken

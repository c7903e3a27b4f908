"""Which of many bills are in order whatever went before them, so that they need not be looked at one by one.

Bills that arrive come in any order and rest on what the tables hold, so the loop over a year cannot decide them. It
tells instead which of them break no rule and lack no fact. The others, and all with codes that are counted over several
bills, are for the control of one bill, which also says what is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fastlege.rules.claims.bill import Bill, Known, Performer
from fastlege.rules.claims.checks.amounts import EXEMPT_BY_FREE_CARD
from fastlege.rules.claims.checks.places import places_on
from fastlege.rules.claims.columns import arrays
from fastlege.rules.claims.columns.arrays import Before, Bills, Calendar, day_number
from fastlege.rules.claims.columns.instructions import SETTINGS, bit_of
from fastlege.rules.claims.columns.loop import control_bills
from fastlege.rules.claims.columns.programme import cut, programme_on
from fastlege.rules.claims.known import NEVER, NOBODY, Registers
from fastlege.rules.tariffs import load_claim_rules

_ROOM_A_LINE = 64
_MOST_ORE, _MOST_TIMES = np.iinfo(np.int32).max, np.iinfo(np.int16).max
_SETTING = {setting: number for number, setting in enumerate(SETTINGS)}


def in_order(bills: Sequence[Bill], known: Sequence[Known]) -> NDArray[np.bool_]:
    """For each bill whether its control finds nothing at all, neither a breach nor a rule that cannot be checked.

    A false says only that it has to be controlled by itself. Counts of earlier use are not read.
    """
    fits = np.array([_fits(bill, facts) for bill, facts in zip(bills, known, strict=True)], np.bool_)
    places = np.flatnonzero(fits)
    chosen = sorted(places.tolist(), key=lambda place: bills[place].on)
    found = np.zeros(len(bills), np.bool_)
    if chosen:
        found[chosen] = _screened([bills[place] for place in chosen], [known[place] for place in chosen])
    return found


def _fits(bill: Bill, known: Known) -> bool:
    """Whether the columns hold the bill, and everything is known that they go by."""
    certain = known.own_list is not None and known.patient_birth is not None and known.is_specialist is not None
    dated = known.specialist_since is not None or not known.is_specialist
    alone = known.billed_by_other_at_that_minute is False and known.free_card is not None
    small = (bill.minutes or 0) <= _MOST_TIMES and (bill.group_size or 0) <= _MOST_TIMES
    placed = not bill.municipality or places_on(bill.on) is not None
    return (
        certain
        and dated
        and alone
        and placed
        and small
        and (bill.distance_km or 0) < _MOST_TIMES
        and _small_lines(bill)
    )


def _small_lines(bill: Bill) -> bool:
    return all(
        0 <= line.amount <= _MOST_ORE and 0 <= line.patient_share <= _MOST_ORE and 0 <= line.count <= _MOST_TIMES
        for line in bill.lines
    )


def _screened(bills: Sequence[Bill], known: Sequence[Known]) -> NDArray[np.bool_]:
    """The bills in order of days, by the rules of each."""
    codes = sorted({line.code for bill in bills for line in bill.lines})
    columns = _columns(bills, {code: number for number, code in enumerate(codes)})
    lines = 1 + max(rule.line for rule in load_claim_rules())
    found = arrays.nothing_found(len(bills), _ROOM_A_LINE * (len(columns.lines) + len(bills)), len(codes), lines)
    counted = np.zeros(len(codes), np.bool_)
    registers, before = _registers(known), _before(known)
    for first, start, stop in _periods(bills):
        programme = programme_on(first, codes)
        counted |= (programme.codes["of_patient"] >= 0) | (programme.codes["of_list"] >= 0)
        everything = (programme, registers, before, _calendar())
        while start < stop:
            start, _ = control_bills((start, stop), columns.bills, columns.lines, everything, found)
    return found.approved & ~found.unsure & ~_has_any(columns, counted)


def _periods(bills: Sequence[Bill]) -> list[tuple[date, int, int]]:
    days = np.array([day_number(bill.on) for bill in bills])
    bounds = cut(bills[0].on, bills[-1].on)
    starts = np.searchsorted(days, [day_number(bound) for bound in bounds])
    stops = [*starts[1:].tolist(), len(bills)]
    spans = zip(bounds, starts.tolist(), stops, strict=True)
    return [(bound, start, stop) for bound, start, stop in spans if stop > start]


def _columns(bills: Sequence[Bill], number: dict[str, int]) -> Bills:
    rows = np.array([_row(place, bill) for place, bill in enumerate(bills)], arrays.BILL)
    rows["first"] = np.cumsum(rows["lines"]) - rows["lines"]
    lines = [(line.amount, line.patient_share, number[line.code], line.count) for bill in bills for line in bill.lines]
    return Bills(rows, np.array(lines, arrays.LINE))


def _row(place: int, bill: Bill) -> tuple[int | bool, ...]:
    """A bill with a person, a doctor and a list of its own, so that no bill has another before it."""
    distance = arrays.NOTHING if bill.distance_km is None else int(bill.distance_km * 1000)
    exempt = arrays.OTHERWISE_EXEMPT if bill.exemption else arrays.NOT_EXEMPT
    return (
        *(place, place, place + 1, 0, sum(map(bit_of, bill.circumstances)), place, len(bill.lines)),
        *(day_number(bill.on), distance, bill.at.hour * 60 + bill.at.minute),
        *(arrays.NOTHING if one is None else one for one in (bill.minutes, bill.group_size)),
        int(bill.municipality) if bill.municipality else arrays.NOTHING,
        _SETTING[bill.setting],
        arrays.BY_FREE_CARD if bill.exemption == EXEMPT_BY_FREE_CARD else exempt,
        bill.performer == Performer.NURSE,
    )


def _registers(known: Sequence[Known]) -> Registers:
    """What is known of each bill's own patient, doctor and list. How long the list is is not asked here."""
    size = len(known)
    births = [NOBODY if one.patient_birth is None else day_number(one.patient_birth) for one in known]
    since = [NEVER if one.specialist_since is None else day_number(one.specialist_since) for one in known]
    lists = [place + 1 if one.own_list else 0 for place, one in enumerate(known)]
    return Registers(
        np.array(births, np.int32),
        np.arange(size + 1, dtype=np.int64),
        np.array(lists, np.int32),
        np.full(size, NOBODY, np.int32),
        np.full(size, NEVER, np.int32),
        np.array(since, np.int32),
        np.zeros((0, 0), np.int32),
        0,
    )


def _before(known: Sequence[Known]) -> Before:
    """Nothing, but for the free card: who has one has paid a ceiling of one."""
    before = arrays.nothing_before(len(known), len(known) + 1)
    before.paid[:] = [bool(one.free_card) for one in known]
    before.ceiling[0] = 1
    return before


def _has_any(columns: Bills, counted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The bills with a code that is counted over several bills."""
    owner = np.repeat(np.arange(len(columns.bills)), columns.bills["lines"])
    found = np.zeros(len(columns.bills), np.bool_)
    found[owner[counted[columns.lines["code"]]]] = True
    return found


@cache
def _calendar() -> Calendar:
    return arrays.calendar()

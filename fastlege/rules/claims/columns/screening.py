"""Which of many bills are in order whatever went before them, so that they need not be looked at one by one.

Bills that arrive come in any order and rest on what the tables hold, so the loop over a year cannot decide them. It
tells instead which of them break no rule and lack no fact. The others, and all with codes that are counted over several
bills, are for the control of one bill, which also says what is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastlege.rules.claims.bill import Bill, Known, Performer, Setting
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

Mask = NDArray[np.bool_]


class Arrived(NamedTuple):
    """Bills in a column a fact, about which everything is known that the rules ask of registers.

    `codes`, `counts`, `amounts` and `shares` hold the lines of each bill. `since` is the day of a specialist's
    approval, none for one who is no specialist on the day of the work.
    """

    on: Sequence[date]
    minute: Sequence[int]
    setting: Sequence[Setting]
    nurse: Sequence[bool]
    municipality: Sequence[str]
    exemption: Sequence[str]
    circumstances: Sequence[Collection[str]]
    minutes: Sequence[int | None]
    group_size: Sequence[int | None]
    distance_km: Sequence[Decimal | None]
    codes: Sequence[Sequence[str]]
    counts: Sequence[Sequence[int]]
    amounts: Sequence[Sequence[int]]
    shares: Sequence[Sequence[int]]
    birth: Sequence[date]
    own_list: Sequence[bool]
    since: Sequence[date | None]
    free_card: Sequence[bool]


def in_order(bills: Sequence[Bill], known: Sequence[Known]) -> Mask:
    """For each bill whether its control finds nothing at all, neither a breach nor a rule that cannot be checked.

    A false says only that it has to be controlled by itself. Counts of earlier use are not read.
    """
    places = [
        place for place, facts in enumerate(known) if is_certain(bills[place].on, bills[place].municipality, facts)
    ]
    found = np.zeros(len(bills), np.bool_)
    found[places] = screened(_arrived([bills[place] for place in places], [known[place] for place in places]))
    return found


def is_certain(on: date, municipality: str, known: Known) -> bool:
    """Whether everything is known that the columns go by, and no other doctor has billed at the same minute."""
    told = known.own_list is not None and known.patient_birth is not None and known.is_specialist is not None
    dated = known.specialist_since is not None or not known.is_specialist
    alone = known.billed_by_other_at_that_minute is False and known.free_card is not None
    return told and dated and alone and is_place_known(on, municipality)


def is_place_known(on: date, municipality: str) -> bool:
    """Whether a municipality that a bill gives, if any, can be held against those of the day."""
    return not municipality or places_on(on) is not None


def screened(bills: Arrived) -> Mask:
    """The same as `in_order`, for bills in columns."""
    found = np.zeros(len(bills.on), np.bool_)
    if not len(found):
        return found
    days = _days(bills.on)
    order = np.argsort(days, kind="stable")
    columns, codes, fits = _columns(bills, days)
    sorted_bills = Bills(columns.bills[order], columns.lines)
    # A bill writes what is found at its own place.
    sorted_bills.bills["at"] = np.arange(len(order))
    found[order] = _controlled(sorted_bills, codes, _registers(bills), _before(bills.free_card))
    return found & fits


def _arrived(bills: Sequence[Bill], known: Sequence[Known]) -> Arrived:
    lines = [bill.lines for bill in bills]
    return Arrived(
        on=[bill.on for bill in bills],
        minute=[bill.at.hour * 60 + bill.at.minute for bill in bills],
        setting=[bill.setting for bill in bills],
        nurse=[bill.performer == Performer.NURSE for bill in bills],
        municipality=[bill.municipality for bill in bills],
        exemption=[bill.exemption for bill in bills],
        circumstances=[bill.circumstances for bill in bills],
        minutes=[bill.minutes for bill in bills],
        group_size=[bill.group_size for bill in bills],
        distance_km=[bill.distance_km for bill in bills],
        codes=[[one.code for one in own] for own in lines],
        counts=[[one.count for one in own] for own in lines],
        amounts=[[one.amount for one in own] for own in lines],
        shares=[[one.patient_share for one in own] for own in lines],
        birth=[one.patient_birth or date.min for one in known],
        own_list=[bool(one.own_list) for one in known],
        since=[one.specialist_since for one in known],
        free_card=[bool(one.free_card) for one in known],
    )


def _controlled(columns: Bills, codes: Sequence[str], registers: Registers, before: Before) -> Mask:
    """Which bills, in order of days, are in order by the rules of each."""
    lines = 1 + max(rule.line for rule in load_claim_rules())
    size = len(columns.bills)
    found = arrays.nothing_found(size, _ROOM_A_LINE * (len(columns.lines) + size), len(codes), lines)
    counted = np.zeros(len(codes), np.bool_)
    for first, start, stop in _periods(columns.bills["day"]):
        programme = programme_on(first, codes)
        counted |= (programme.codes["of_patient"] >= 0) | (programme.codes["of_list"] >= 0)
        everything = (programme, registers, before, _calendar())
        while start < stop:
            start, _ = control_bills((start, stop), columns.bills, columns.lines, everything, found)
    return found.approved & ~found.unsure & ~arrays.with_any_line(columns.bills, counted[columns.lines["code"]])


def _periods(days: NDArray[np.int32]) -> list[tuple[date, int, int]]:
    bounds = cut(*days[[0, -1]].astype("datetime64[D]").tolist())
    starts = np.searchsorted(days, [day_number(bound) for bound in bounds])
    stops = [*starts[1:].tolist(), len(days)]
    spans = zip(bounds, starts.tolist(), stops, strict=True)
    return [(bound, start, stop) for bound, start, stop in spans if stop > start]


def _columns(bills: Arrived, days: NDArray[np.int32]) -> tuple[Bills, list[str], Mask]:
    """Bills each with a person, a doctor and a list of its own, so that no bill has another before it; their codes; and
    which of them the columns hold."""
    size = len(days)
    rows = np.zeros(size, arrays.BILL)
    rows["person"] = rows["doctor"] = np.arange(size)
    rows["gp_list"] = rows["person"] + 1
    rows["lines"] = np.fromiter(map(len, bills.codes), np.int32, size)
    rows["first"] = np.cumsum(rows["lines"]) - rows["lines"]
    rows["day"], rows["minute"], rows["nurse"] = days, bills.minute, bills.nurse
    rows["setting"] = [_SETTING[one] for one in bills.setting]
    rows["exempt"] = [_EXEMPT.get(one, arrays.OTHERWISE_EXEMPT) for one in bills.exemption]
    rows["circumstances"] = [sum(map(bit_of, one)) if one else 0 for one in bills.circumstances]
    rows["municipality"] = [int(one) if one else arrays.NOTHING for one in bills.municipality]
    fits = np.ones(size, np.bool_)
    for name, values in (("minutes", bills.minutes), ("group_size", bills.group_size)):
        rows[name] = _small(np.array([arrays.NOTHING if one is None else one for one in values], np.int64), fits)
    far = Decimal(_MOST_TIMES)
    metres = [arrays.NOTHING if one is None else int(min(one, far) * 1000) for one in bills.distance_km]
    rows["distance_m"] = metres
    fits &= rows["distance_m"] < _MOST_TIMES * 1000
    lines, codes, small = _lines(bills)
    return Bills(rows, lines), codes, fits & ~arrays.with_any_line(rows, ~small)


_EXEMPT = {"": arrays.NOT_EXEMPT, EXEMPT_BY_FREE_CARD: arrays.BY_FREE_CARD}


def _lines(bills: Arrived) -> tuple[arrays.Records, list[str], Mask]:
    """The lines of all bills, their codes in order, and which lines are small enough."""
    flat = list(chain.from_iterable(bills.codes))
    codes = sorted(set(flat))
    number = {code: place for place, code in enumerate(codes)}
    rows, small = np.zeros(len(flat), arrays.LINE), np.ones(len(flat), np.bool_)
    rows["code"] = [number[code] for code in flat]
    for name, values, most in (
        ("amount", bills.amounts, _MOST_ORE),
        ("patient_share", bills.shares, _MOST_ORE),
        ("times", bills.counts, _MOST_TIMES),
    ):
        told = np.array(list(chain.from_iterable(values)), np.int64)
        small &= (told >= 0) & (told <= most)
        rows[name] = np.where(small, told, 0)
    return rows, codes, small


def _small(values: NDArray[np.int64], fits: Mask) -> NDArray[np.int64]:
    """The values, nought where they are too large, which is noted."""
    fits &= values <= _MOST_TIMES
    return np.where(values <= _MOST_TIMES, values, 0)


def _registers(bills: Arrived) -> Registers:
    """What is known of each bill's own patient, doctor and list. How long the list is is not asked here."""
    size = len(bills.on)
    since = [date.max if one is None else one for one in bills.since]
    days = _days(since)
    days[np.fromiter((one is None for one in bills.since), np.bool_, size)] = NEVER
    lists = np.where(np.array(bills.own_list, np.bool_), np.arange(size) + 1, 0)
    return Registers(
        _days(bills.birth),
        np.arange(size + 1, dtype=np.int64),
        lists.astype(np.int32),
        np.full(size, NOBODY, np.int32),
        np.full(size, NEVER, np.int32),
        days,
        np.zeros((0, 0), np.int32),
        0,
    )


def _before(free_card: Sequence[bool]) -> Before:
    """Nothing, but for the free card: who has one has paid a ceiling of one."""
    before = arrays.nothing_before(len(free_card), len(free_card) + 1)
    before.paid[:] = free_card
    before.ceiling[0] = 1
    return before


def _days(days: Iterable[date]) -> NDArray[np.int32]:
    return np.array(list(days), "datetime64[D]").astype(np.int32)


@cache
def _calendar() -> Calendar:
    return arrays.calendar()

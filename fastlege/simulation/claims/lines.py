"""What the bill says: a main code for each contact, companions beside it, and the amounts of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.money import divide_half_up, to_ore
from fastlege.rules.claims.ruleset import Ruleset, ruleset_on
from fastlege.rules.tariffs import load_fees
from fastlege.simulation.claims.tables import assumed, companions, main_codes

Integers = NDArray[np.int64]
_SCALE = 1000


class Codes:
    """Tariff codes as small numbers, given in the order in which they come."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, code: str) -> int:
        """The number of a code; a new one is added."""
        if code not in self._numbers:
            self._numbers[code] = len(self.names)
            self.names.append(code)
        return self._numbers[code]


@dataclass(frozen=True)
class Lines:
    """Lines of bills: the row of the bill among those drawn, the code's number, and how often it is used."""

    bill: NDArray[np.int32]
    code: NDArray[np.int16]
    count: NDArray[np.int16]


def draw_main(
    place: str, group: str, evening: NDArray[np.bool_], *, on: date, codes: Codes, chance: np.random.Generator
) -> NDArray[np.int16]:
    """The code that makes each contact."""
    found = np.empty(len(evening), np.int16)
    roll = chance.random(len(evening))
    for late in (False, True):
        names, shares = main_codes(place, group, evening=late, on=on)
        numbers = np.array([codes.number(name) for name in names], np.int16)
        picked = np.searchsorted(np.cumsum(shares) / sum(shares), roll).clip(max=len(names) - 1)
        found = np.where(evening == late, numbers[picked], found)
    return found


def draw_lines(
    place: str, main: NDArray[np.int16], specialist: NDArray[np.bool_], codes: Codes, chance: np.random.Generator
) -> Lines:
    """The lines of all bills, sorted by bill, the main code first."""
    bills, numbers = [np.arange(len(main), dtype=np.int32)], [main]
    counts = [np.ones(len(main), np.int16)]
    for code, companion, share, most, doctor in (
        companions(place).select("code", "companion", "share", "most", "doctor").iter_rows()
    ):
        beside = np.flatnonzero(main == codes.number(code)).astype(np.int32)
        beside = beside[chance.random(len(beside)) < share]
        if doctor == "specialist":
            beside = beside[specialist[beside]]
        bills.append(beside)
        numbers.append(np.full(len(beside), codes.number(companion), np.int16))
        counts.append((1 + chance.random(len(beside)) * most).astype(np.int16))
    bill = np.concatenate(bills)
    order = np.argsort(bill, kind="stable")
    return Lines(bill[order], np.concatenate(numbers)[order], np.concatenate(counts)[order])


def amounts_of(codes: Codes, *, on: date) -> tuple[Integers, Integers]:
    """The fee and the patient's share of each code in whole øre on a day.

    Where the sources lack an amount on the day, it is the nearest later one known, or else the nearest earlier, a step
    down or up for each year between: an assumption of the synthetic year, never used in the control of bills.
    """
    rules = ruleset_on(on)
    pairs = [_amount(code, rules) for code in codes.names]
    return np.array([a for a, _ in pairs], np.int64), np.array([b for _, b in pairs], np.int64)


def _amount(code: str, rules: Ruleset) -> tuple[int, int]:
    fee = rules.fees.get(code)
    if fee and fee.amount is not None and fee.patient_share is not None:
        return to_ore(fee.amount), to_ore(fee.patient_share)
    known = [
        one for one in load_fees() if one.code == code and one.amount is not None and one.patient_share is not None
    ]
    if not known:
        return 0, 0
    nearest = min(
        known, key=lambda one: (_years(one.validity.first, rules.on) < 0, abs(_years(one.validity.first, rules.on)))
    )
    step = round(_SCALE * assumed("fee_step") ** max(0, _years(nearest.validity.first, rules.on)))
    return tuple(
        divide_half_up(to_ore(kroner or 0) * step, _SCALE) for kroner in (nearest.amount, nearest.patient_share)
    )  # type: ignore[return-value]


def _years(first: date | None, on: date) -> int:
    return ((first or date.min) - on).days // 365

"""What the bill says: a main code for each contact, companions beside it, and the amounts of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.money import divide_half_up, to_ore
from fastlege.rules.claims.ruleset import Ruleset, ruleset_on
from fastlege.rules.tariffs import load_fees
from fastlege.simulation.claims.tables import WORKERS, assumed, companions, main_codes

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


@dataclass(frozen=True)
class Fees:
    """The fee and the patient's share of each code in whole øre, and whether what the patient pays is no share."""

    fee: NDArray[np.int32]
    share: NDArray[np.int32]
    no_share: NDArray[np.bool_]


def draw_main(
    place: str, group: str, evening: NDArray[np.bool_], *, on: date, codes: Codes, chance: np.random.Generator
) -> NDArray[np.int16]:
    """The code that makes each contact."""
    found = np.empty(len(evening), np.int16)
    roll = chance.random(len(evening), np.float32)
    for late in (False, True):
        names, shares = main_codes(place, group, evening=late, on=on)
        numbers = np.array([codes.number(name) for name in names], np.int16)
        bounds = (np.cumsum(shares) / sum(shares)).astype(np.float32)
        picked = np.searchsorted(bounds, roll).clip(max=len(names) - 1)
        found = np.where(evening == late, numbers[picked], found)
    return found


def draw_lines(
    worker: NDArray[np.int8],
    main: NDArray[np.int16],
    specialist: NDArray[np.bool_],
    codes: Codes,
    beside: Lines,
    chance: np.random.Generator,
) -> Lines:
    """The lines of all bills by bill, the main code first; one of no worker (-1) only has those `beside`."""
    parts = [Lines(np.arange(len(main), dtype=np.int32), main, np.ones(len(main), np.int16)), beside]
    for number, name in enumerate(WORKERS):
        rows = companions(name).select("code", "companion", "share", "most", "doctor").iter_rows()
        for code, companion, share, most, doctor in rows:
            with_code = np.flatnonzero((main == codes.number(code)) & (worker == number)).astype(np.int32)
            with_code = with_code[chance.random(len(with_code), np.float32) < share]
            if doctor == "specialist":
                with_code = with_code[specialist[with_code]]
            times = (1 + chance.random(len(with_code), np.float32) * most).astype(np.int16)
            parts.append(Lines(with_code, np.full(len(with_code), codes.number(companion), np.int16), times))
    bill = np.concatenate([part.bill for part in parts])
    order = np.argsort(bill, kind="stable")
    code, count = (np.concatenate([getattr(part, name) for part in parts])[order] for name in ("code", "count"))
    return Lines(bill[order], code, count)


def fees_of(codes: Codes, *, on: date) -> Fees:
    """The amounts of all codes on a day.

    Where the sources lack an amount on the day, it is the nearest later one known, or else the nearest earlier, a step
    down or up for each year between: an assumption of the synthetic year, never used in the control of bills.
    """
    rules = ruleset_on(on)
    pairs = [_amount(code, rules) for code in codes.names]
    fee, share = (np.array(column, np.int32) for column in zip(*pairs, strict=True))
    return Fees(fee, share, np.array([code in rules.no_share for code in codes.names], np.bool_))


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

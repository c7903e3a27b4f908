"""Bills with mistakes, a documented share of each kind, so that the control has something to find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastlege.simulation.claims.lines import Codes, Lines
from fastlege.simulation.claims.to_whom.doctors import APPROVED_LONG_AGO, NO_SPECIALIST
from fastlege.simulation.recipe import claims_table

NO_FAULT = -1

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Fault:
    """One row of `faults.csv`: which bills it hits, how many of them, and what it does to a bill."""

    name: str
    main: str
    share: float
    replace: str
    beside: str
    times: int
    who: str
    changes: Mapping[str, Any]
    """What it sets by name: øre too much, ground of exemption, minutes, size of a group, circumstances, distance."""


@dataclass(frozen=True)
class Scene:
    """What a fault may ask of a month's bills: the doctor's approval, the patient's list, and so on."""

    main: NDArray[np.int16]
    at_gp: Mask
    evening: Mask
    approval: NDArray[np.int8]
    own_list: Mask
    paying: Mask
    two_doctors: Mask


WHO: Mapping[str, Callable[[Scene], Mask]] = {
    "any": lambda scene: scene.at_gp,
    "daytime": lambda scene: ~scene.evening,
    "evening": lambda scene: scene.evening,
    "other_list": lambda scene: ~scene.own_list,
    "not_specialist": lambda scene: scene.approval == NO_SPECIALIST,
    "old_specialist": lambda scene: scene.approval == APPROVED_LONG_AGO,
    "paying": lambda scene: scene.paying,
    "two_doctors": lambda scene: scene.two_doctors,
}
"""Which bills a fault may hit, by the word in its row."""


@cache
def faults() -> tuple[Fault, ...]:
    """All kinds of faults."""
    plain = ("fault", "main", "share", "replace", "beside", "times", "who", "note")
    rows = claims_table("faults").iter_rows(named=True)
    return tuple(
        Fault(
            row["fault"],
            row["main"],
            float(row["share"]),
            row["replace"] or "",
            row["beside"] or "",
            int(row["times"] or 1),
            row["who"],
            {name: value for name, value in row.items() if name not in plain and value is not None},
        )
        for row in rows
    )


def draw_faults(scene: Scene, codes: Codes, chance: np.random.Generator) -> NDArray[np.int8]:
    """The number of the fault of each bill, or `NO_FAULT`."""
    found = np.full(len(scene.main), NO_FAULT, np.int8)
    for number, fault in enumerate(faults()):
        may = np.flatnonzero((scene.main == codes.number(fault.main)) & scene.at_gp & (found == NO_FAULT))
        hit = may[chance.random(len(may)) < fault.share]
        found[hit[WHO[fault.who](scene)[hit]]] = number
    return found


def with_other_codes(main: NDArray[np.int16], fault: NDArray[np.int8], codes: Codes) -> NDArray[np.int16]:
    """The main codes, where faults have put others in their place."""
    found = main.copy()
    for number, hit in _hits(fault):
        if faults()[number].replace:
            found[hit] = codes.number(faults()[number].replace)
    return found


def lines_beside(fault: NDArray[np.int8], codes: Codes) -> Lines:
    """The lines that faults put beside the main code."""
    parts = [Lines(np.empty(0, np.int32), np.empty(0, np.int16), np.empty(0, np.int16))]
    for number, hit in _hits(fault):
        row = faults()[number]
        if row.beside:
            size = len(hit)
            code, times = np.full(size, codes.number(row.beside), np.int16), np.full(size, row.times, np.int16)
            parts.append(Lines(hit.astype(np.int32), code, times))
    return Lines(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("bill", "code", "count")))


def change(fault: NDArray[np.int8], name: str, values: NDArray[Any], numbers: Mapping[str, int] | None = None) -> None:
    """Set what faults set of a column of bills, words by their numbers."""
    for number, hit in _hits(fault):
        if name in faults()[number].changes:
            told = faults()[number].changes[name]
            values[hit] = told if numbers is None else numbers[told]


def _hits(fault: NDArray[np.int8]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    hit = np.flatnonzero(fault != NO_FAULT)
    for number in range(len(faults())):
        yield number, hit[fault[hit] == number]

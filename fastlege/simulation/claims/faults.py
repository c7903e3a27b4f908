"""Bills with mistakes, a documented share of each kind, so that the control has something to find."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastlege.simulation.claims.lines import Codes, Lines
from fastlege.simulation.recipe import claims_table

DAY, EVENING, SIMPLE, RETIRED = "2ad", "2ak", "1i", "2aes"
"""A day consultation, its evening code, a simple contact, and a code that no period knows."""

_KRONE = 100


def shares() -> dict[str, float]:
    """The share of day consultations with each kind of mistake."""
    rows = claims_table("faults")
    return dict(zip(rows["fault"], map(float, rows["share"]), strict=True))


def spoil(lines: Lines, codes: Codes, chance: np.random.Generator) -> tuple[Lines, NDArray[np.int64]]:
    """Put the mistakes into the main lines of day consultations; returns the lines, and øre too many on each."""
    code = lines.code.copy()
    too_much = np.zeros(len(code), np.int64)
    day = np.flatnonzero(code == codes.number(DAY))
    roll, bound, beside = chance.random(len(day)), 0.0, np.empty(0, np.int64)
    for fault, share in shares().items():
        hit = day[(roll >= bound) & (roll < bound + share)]
        bound += share
        if fault == "wrong_amount":
            too_much[hit] = _KRONE
        elif fault == "not_evening":
            code[hit] = codes.number(EVENING)
        elif fault == "no_fee":
            code[hit] = codes.number(RETIRED)
        else:
            beside = hit
    simple = np.int16(codes.number(SIMPLE))
    added = Lines(
        np.insert(lines.bill, beside + 1, lines.bill[beside]),
        np.insert(code, beside + 1, simple),
        np.insert(lines.count, beside + 1, np.int16(1)),
    )
    return added, np.insert(too_much, beside + 1, 0)

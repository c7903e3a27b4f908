"""How the values of many areas are spread: how many areas lie in each step of a round width."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10

from fastlege.web.formats import decimal, whole
from fastlege.web.pictures.bars import Amount

_STEPS = 10


def spread(values: Sequence[float]) -> list[Amount]:
    """One row a step, from the lowest value to the highest, with the number of areas in it."""
    if not values:
        return []
    width = _round_width((max(values) - min(values)) / _STEPS)
    first, last = floor(min(values) / width), floor(max(values) / width)
    places = max(0, -floor(log10(width)))
    counts = [0] * (last - first + 1)
    for value in values:
        counts[floor(value / width) - first] += 1
    return [
        Amount(
            f"{decimal((first + n) * width, places)}–{decimal((first + n + 1) * width, places)}", count, whole(count)
        )
        for n, count in enumerate(counts)
    ]


def _round_width(least: float) -> float:
    """The smallest width of 1, 2 or 5 times a power of ten that is not below the least."""
    if least <= 0:
        return 1.0
    power = 10.0 ** floor(log10(least))
    return next(power * step for step in (1, 2, 5, 10) if power * step >= least * (1 - 1e-9))

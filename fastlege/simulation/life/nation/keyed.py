"""Keyed chance for a month of life: the same person and month give the same draw under every policy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.draws import hash_text, mix
from fastlege.matching.compiled import compiled
from fastlege.simulation.life.nation.rates import EMIGRATION, MOVE

MOST_MONTHS = 1024
_HALF_SCALE = 2.0**-53
_YEAR = 365.2425
_MALE_CODE = 1


def uniform(seed: int, decision: str, subject: NDArray[np.int64], month: int) -> NDArray[np.float64]:
    """A number from 0 to 1 for each subject (person, list) in a month."""
    return (mix(seed, decision, subject * MOST_MONTHS + month) >> np.uint64(11)).astype(np.float64) * _HALF_SCALE


def month_key(seed: int, month: int) -> np.uint64:
    """The key of a month's events."""
    return np.uint64(hash_text(f"{seed}:life:{month}"))


@compiled
def what_happens(
    people: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int8], NDArray[np.int8], NDArray[np.int32]],
    bounds: NDArray[np.float64],
    key: np.uint64,
    today: int,
    events: NDArray[np.int8],
) -> None:
    """Write for each person (id, birth, sex, status, head) what happens in the month, 0 for nothing.

    The draw is SplitMix64 of the id and the key, as in `kernel.draws.mix`. Only heads of households move or emigrate:
    the others follow them.
    """
    person_id, birth, sex, status, head = people
    oldest, kinds = bounds.shape[1] - 1, bounds.shape[2]
    for i in range(len(person_id)):
        events[i] = 0
        if status[i] != 0:
            continue
        value = np.uint64(person_id[i]) * np.uint64(0x9E3779B97F4A7C15) + key
        value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        value = value ^ (value >> np.uint64(31))
        draw = np.float64(value >> np.uint64(11)) * _HALF_SCALE
        age = min(max(int((today - birth[i]) / _YEAR), 0), oldest)
        row = bounds[0 if sex[i] == _MALE_CODE else 1, age]
        if draw >= row[kinds - 1]:
            continue
        kind = 0
        while draw >= row[kind]:
            kind += 1
        kind += 1
        if head[i] == i or kind not in (EMIGRATION, MOVE):
            events[i] = kind

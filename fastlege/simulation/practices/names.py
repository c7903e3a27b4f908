"""Names and languages of made-up doctors, each from its id alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.draws import mix
from fastlege.kernel.vocabulary import Sex
from fastlege.simulation.recipe import assumption

_LANGUAGES = (("sv", 6), ("da", 4), ("de", 9), ("fr", 4), ("es", 4), ("pl", 4), ("ar", 4), ("ur", 3), ("fa", 2),
              ("so", 1), ("ru", 3), ("uk", 1), ("se", 1), ("lt", 1))  # fmt: skip
"""Languages other than Norwegian and English, and the percentage of doctors who speak each; assumed."""


def doctor_names(seed: int, doctors: NDArray[np.int64], sex: NDArray[np.int8]) -> list[str]:
    """A given name and a surname for each doctor, by place."""
    table = assumption("names")
    by_kind = {kind: table.filter(kind=kind)["name"].to_list() for kind in ("female", "male", "surname")}
    given, family = mix(seed, "given name", doctors), mix(seed, "surname", doctors)
    names = []
    for one, other, s in zip(given.tolist(), family.tolist(), sex.tolist(), strict=True):
        first = by_kind["female" if s == Sex.FEMALE.value else "male"]
        names.append(f"{first[one % len(first)]} {by_kind['surname'][other % len(by_kind['surname'])]}")
    return names


def languages(seed: int, doctors: NDArray[np.int64]) -> list[list[str]]:
    """Languages of each doctor: Norwegian, nearly always English, and some others."""
    drawn = {code: mix(seed, f"language {code}", doctors) % np.uint64(100) < share for code, share in _LANGUAGES}
    english = mix(seed, "language en", doctors) % np.uint64(100) < 97
    spoken = [["no", *(["en"] if speaks else [])] for speaks in english.tolist()]
    for code, speaks in drawn.items():
        for place in np.flatnonzero(speaks):
            spoken[place].append(code)
    return spoken

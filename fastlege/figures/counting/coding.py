"""Words and people as numbers, for the compiled loops."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fastlege.figures.bases.contacts import NOWHERE
from fastlege.figures.dimensions import AGE_BANDS

SEXES = ("female", "male")
Positions = NDArray[np.int64] | NDArray[np.int32]


class Codes:
    """Words as numbers, the same number in every part of a file."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._number: dict[str, int] = {}

    def numbers(self, column: pa.DictionaryArray) -> Positions:
        """The number of each word of a column."""
        for word in column.dictionary.to_pylist():
            if word not in self._number:
                self._number[word] = len(self.words)
                self.words.append(word)
        of_part = np.array([self._number[word] for word in column.dictionary.to_pylist()], np.int32)
        found: Positions = of_part[column.indices.to_numpy()]
        return found


@dataclass(frozen=True)
class People:
    """Home, age and sex of everybody, by number: `kind` of a person is the position in the three columns of kinds."""

    kind: NDArray[np.int32]
    municipality: list[str]

    @cached_property
    def size(self) -> int:
        """How many kinds there are; the last is of those who are nobody we know."""
        return len(self.municipality) * len(AGE_BANDS) * len(SEXES) + 1

    def columns(self, kinds: Positions) -> dict[str, pa.Array]:
        """The words of kinds."""
        known = kinds < self.size - 1
        rest, sex = np.divmod(np.where(known, kinds, 0), len(SEXES))
        home, age = np.divmod(rest, len(AGE_BANDS))
        nobody = len(self.municipality)
        return {
            "municipality": words_of([*self.municipality, NOWHERE], np.where(known, home, nobody)),
            "age": words_of([band.code for band in AGE_BANDS], age, ~known),
            "sex": words_of(list(SEXES), sex, ~known),
        }


def words_of(words: list[str], numbers: Positions, missing: NDArray[np.bool_] | None = None) -> pa.Array:
    """A column of words from their numbers."""
    indices = pa.array(numbers.astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))

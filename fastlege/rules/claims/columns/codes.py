"""Numbers for tariff codes: in the order in which they come, and in that of the alphabet."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


class CodeBook:
    """The codes that have come so far."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def numbers(self, column: pa.ChunkedArray) -> NDArray[np.int16]:
        """A column of codes as numbers in the order in which codes came; new ones are added."""
        parts = [np.empty(0, np.int16)]
        for chunk in column.chunks:
            words = chunk.dictionary.to_pylist()
            number = np.array([self._numbers.setdefault(word, len(self._numbers)) for word in words], np.int16)
            parts.append(number[chunk.indices.to_numpy()])
        return np.concatenate(parts)

    def codes(self) -> list[str]:
        """The codes in the order in which they came."""
        return list(self._numbers)

    def in_order(self) -> tuple[list[str], NDArray[np.int16]]:
        """The codes in alphabetical order, and the place there of each number."""
        codes = list(self._numbers)
        order = sorted(range(len(codes)), key=codes.__getitem__)
        place = np.empty(len(codes), np.int16)
        place[order] = np.arange(len(codes), dtype=np.int16)
        return [codes[number] for number in order], place

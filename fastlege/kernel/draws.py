"""Keyed chance: the same seed, decision and subject always give the same draw.

Nobody's draw moves when others are added, and a draw of legal effect can be recomputed by anyone who knows its
published seed.
"""

from __future__ import annotations

from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_STEP = np.uint64(0x9E3779B97F4A7C15)


def draw(seed: str, decision: str, *subject: int) -> int:
    """A draw of legal effect, 0 to 2**64 - 1: the first eight bytes of SHA-256 of "seed:decision:subject"."""
    return hash_text(":".join([seed, decision, *map(str, subject)]))


def hash_text(text: str) -> int:
    """First eight bytes, big-endian, of SHA-256 of the text."""
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


def stream(seed: int, decision: str) -> np.random.Generator:
    """A stream of random numbers of its own for one decision of a simulation."""
    return np.random.Generator(np.random.Philox(key=[np.uint64(seed), np.uint64(hash_text(decision))]))


def mix(seed: int, decision: str, subject: NDArray[np.int64]) -> NDArray[np.uint64]:
    """One draw a subject, vectorised (SplitMix64): for simulations, where speed counts and no right depends on it."""
    key = np.uint64(hash_text(f"{seed}:{decision}"))
    with np.errstate(over="ignore"):
        value = subject.astype(np.uint64) * _STEP + key
        value = (value ^ (value >> np.uint64(30))) * _MIX_1
        value = (value ^ (value >> np.uint64(27))) * _MIX_2
        return value ^ (value >> np.uint64(31))

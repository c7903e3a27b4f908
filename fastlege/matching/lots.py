"""Lots: the first eight bytes of SHA-256, for hundreds of thousands of short texts at once.

The same draw as `fastlege.kernel.draws.hash_text`, compiled: a round needs up to two million of them, and anybody
can recompute each with any SHA-256 program.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastlege.matching.compiled import compiled
from fastlege.matching.market import Ints

_LOT_SHIFT = 44
_WORTH_A_THREAD = 20_000
_COLON = 58
_ZERO = 48


def _fraction_bits(root: float, count: int) -> list[int]:
    """First 32 bits of the fractional parts of the roots of the first primes: SHA-256's constants by definition."""
    primes: list[int] = []
    candidate = 2
    while len(primes) < count:
        if all(candidate % prime for prime in primes):
            primes.append(candidate)
        candidate += 1
    return [_root_fraction(prime, root) for prime in primes]


def _root_fraction(number: int, root: float) -> int:
    power = round(1 / root)
    target = number << (32 * power)
    low, high = 0, 1 << 40
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**power <= target else (low, middle)
    return low & 0xFFFFFFFF


_START = np.array(_fraction_bits(1 / 2, 8), np.uint32)
_ROUND = np.array(_fraction_bits(1 / 3, 64), np.uint32)


class _Scratch(NamedTuple):
    text: NDArray[np.uint8]
    words: NDArray[np.uint32]
    state: NDArray[np.uint32]


@compiled
def _turn(value: int, bits: int) -> np.uint32:
    word = np.uint32(value)
    return np.uint32(word >> np.uint32(bits)) | np.uint32(word << np.uint32(32 - bits))


@compiled
def _expand(words: NDArray[np.uint32], text: NDArray[np.uint8], offset: int) -> None:
    for i in range(16):
        j = offset + 4 * i
        words[i] = (
            (np.uint32(text[j]) << np.uint32(24))
            | (np.uint32(text[j + 1]) << np.uint32(16))
            | (np.uint32(text[j + 2]) << np.uint32(8))
            | np.uint32(text[j + 3])
        )
    for i in range(16, 64):
        early, late = words[i - 15], words[i - 2]
        small = _turn(early, 7) ^ _turn(early, 18) ^ np.uint32(early >> np.uint32(3))
        large = _turn(late, 17) ^ _turn(late, 19) ^ np.uint32(late >> np.uint32(10))
        words[i] = np.uint32(words[i - 16] + small + words[i - 7] + large)


@compiled
def _compress(state: NDArray[np.uint32], words: NDArray[np.uint32]) -> None:
    a, b, c, d = state[0], state[1], state[2], state[3]
    e, f, g, h = state[4], state[5], state[6], state[7]
    for i in range(64):
        choice = np.uint32(e & f) ^ np.uint32(np.uint32(~e) & g)
        first = np.uint32(h + (_turn(e, 6) ^ _turn(e, 11) ^ _turn(e, 25)) + choice + _ROUND[i] + words[i])
        majority = np.uint32(a & b) ^ np.uint32(a & c) ^ np.uint32(b & c)
        second = np.uint32((_turn(a, 2) ^ _turn(a, 13) ^ _turn(a, 22)) + majority)
        h, g, f, e = g, f, e, np.uint32(d + first)
        d, c, b, a = c, b, a, np.uint32(first + second)
    state[0] += a
    state[1] += b
    state[2] += c
    state[3] += d
    state[4] += e
    state[5] += f
    state[6] += g
    state[7] += h


@compiled
def _write_number(text: NDArray[np.uint8], at: int, number: int) -> int:
    """Write a positive number in decimal digits from position `at`; give the position after it."""
    size, rest = 1, number // 10
    while rest > 0:
        size, rest = size + 1, rest // 10
    for i in range(at + size - 1, at - 1, -1):
        text[i] = _ZERO + number % 10
        number //= 10
    return at + size


@compiled
def _first_word(scratch: _Scratch, length: int) -> np.uint64:
    text, words, state = scratch
    blocks = (length + 8) // 64 + 1
    text[length] = 0x80
    for i in range(length + 1, 64 * blocks):
        text[i] = 0
    for i in range(8):
        text[64 * blocks - 1 - i] = ((8 * length) >> (8 * i)) & 0xFF
    for i in range(8):
        state[i] = _START[i]
    for block in range(blocks):
        _expand(words, text, 64 * block)
        _compress(state, words)
    return np.uint64((np.uint64(state[0]) << np.uint64(32)) | np.uint64(state[1]))


@compiled
def _hash_numbers(scratch: _Scratch, prefix: int, first: Ints, second: Ints) -> NDArray[np.uint64]:
    result = np.empty(len(first), np.uint64)
    for i in range(len(first)):
        end = _write_number(scratch.text, prefix, first[i])
        if len(second) > 0:
            scratch.text[end] = _COLON
            end = _write_number(scratch.text, end + 1, second[i])
        result[i] = _first_word(scratch, end)
    return result


def _scratch(seed: str) -> tuple[_Scratch, int]:
    prefix = np.frombuffer(f"{seed}:".encode(), np.uint8)
    text = np.zeros(len(prefix) + 192, np.uint8)
    text[: len(prefix)] = prefix
    return _Scratch(text, np.empty(64, np.uint32), np.empty(8, np.uint32)), len(prefix)


def _hash_all(seed: str, first: Ints, second: Ints) -> NDArray[np.uint64]:
    """All the hashes, in as many threads as are worth their start."""
    threads = min(os.cpu_count() or 1, 1 + len(first) // _WORTH_A_THREAD)
    cuts = [len(first) * i // threads for i in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        parts = [
            pool.submit(_hash_numbers, *_scratch(seed), first[low:high], second[low:high])
            for low, high in pairwise(cuts)
        ]
        return np.concatenate([part.result() for part in parts])


def unit_lots(seed: str, unit_id: Ints) -> NDArray[np.uint64]:
    """The lot of each unit: h("seed:id")."""
    return _hash_all(seed, unit_id, np.empty(0, np.int64))


def option_lots(seed: str, unit_id: Ints, list_id: Ints) -> Ints:
    """The twenty lot bits of each option: the highest twenty of h("seed:id:list_id")."""
    return (_hash_all(seed, unit_id, list_id) >> np.uint64(_LOT_SHIFT)).astype(np.int64)

"""Binary heaps of (key, item) in plain arrays, smallest key first, for compiled loops."""

from __future__ import annotations

from fastlege.matching.compiled import compiled
from fastlege.matching.market import Ints


@compiled
def push(keys: Ints, items: Ints, size: int, key: int, item: int) -> int:
    """Add an item to a heap of `size` items; gives the new size."""
    i = size
    while i > 0:
        above = (i - 1) >> 1
        if keys[above] <= key:
            break
        keys[i], items[i] = keys[above], items[above]
        i = above
    keys[i], items[i] = key, item
    return size + 1


@compiled
def sink(keys: Ints, items: Ints, size: int, key: int, item: int) -> None:
    """Replace the smallest item of a heap of `size` items."""
    i = 0
    while True:
        below = 2 * i + 1
        if below >= size:
            break
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[i], items[i] = keys[below], items[below]
        i = below
    keys[i], items[i] = key, item


@compiled
def drop_smallest(keys: Ints, items: Ints, size: int) -> int:
    """Take the smallest item off a heap of `size` items; gives the new size."""
    size -= 1
    sink(keys, items, size, keys[size], items[size])
    return size

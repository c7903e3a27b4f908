"""Putting rows in order, fast."""

from __future__ import annotations

import numpy as np

from fastlege.matching.market import Ints


def stable_order(keys: Ints) -> Ints:
    """The order of the rows by their keys, none below zero; equal keys keep the order they came in.

    Key and row are sorted as one number, several times faster than NumPy's stable order of keys, where both have room
    in 63 bits.
    """
    bits = len(keys).bit_length()
    if int(keys.max(initial=0)).bit_length() + bits > 63:
        return np.argsort(keys, kind="stable")
    rows: Ints = np.sort((keys << bits) | np.arange(len(keys))) & ((1 << bits) - 1)
    return rows

"""Searching what a program wrote for what says who somebody is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fastlege.kernel.identifiers import person_number_fault

_ELEVEN_DIGITS = re.compile(r"(?<!\d)\d{6} ?\d{5}(?!\d)")
_TOKEN = re.compile(r"eyJ[\w-]{8,}")


def personal(text: str, names: Iterable[str] = ()) -> list[str]:
    """Birth numbers, tokens of a provider, and names, in a text."""
    numbers = [n for n in _ELEVEN_DIGITS.findall(text) if person_number_fault(n.replace(" ", "")) is None]
    return numbers + _TOKEN.findall(text) + [name for name in names if name in text]

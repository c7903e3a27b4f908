"""Lists of tariff codes as the claim rules write them: stars, ranges and exceptions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

EXCEPT = "except"

_CODE = re.compile(r"(?P<prefix>[A-Z]?)(?P<number>\d+)(?P<letters>[a-z]*)(?P<variant>\d?)")
_ANY_WITH_NUMBER = re.compile(r"([A-Z]?\d+)\*")
_ANY_THAT_STARTS = re.compile(r"([A-Z]?\d+[a-z]+)\*")
_RANGE = re.compile(r"([A-Z]?)(\d+)\.\.([A-Z]?)(\d+)")


@dataclass(frozen=True)
class CodeList:
    """A list of codes and patterns, and the exceptions to it."""

    patterns: tuple[str, ...]
    exceptions: tuple[str, ...] = ()

    def includes(self, code: str) -> bool:
        """Whether a code is on the list and not among its exceptions."""
        return any(_matcher(one)(code) for one in self.patterns) and not any(
            _matcher(one)(code) for one in self.exceptions
        )


def is_code(text: str) -> bool:
    """Whether a text is one tariff code, such as 2ad, S2cd, 615 or H1."""
    return _CODE.fullmatch(text) is not None


def parse_codes(text: str) -> CodeList:
    """A list such as `1* 2ad 701..743 except 11e`; a `ValueError` names what cannot be read.

    `2*` is code 2 and 2 followed by a letter, but not 215. `2a*` is every code that starts with 2a. `701..743` is a
    range of the number. What follows `except` is taken out of the list before it.
    """
    listed, _, excepted = text.partition(f" {EXCEPT} ")
    found = CodeList(tuple(listed.split()), tuple(excepted.split()))
    if not found.patterns:
        raise ValueError("a list of codes, and not nothing")
    for pattern in (*found.patterns, *found.exceptions):
        _matcher(pattern)
    return found


def _matcher(pattern: str) -> Callable[[str], bool]:
    if found := _ANY_WITH_NUMBER.fullmatch(pattern):
        followed_by_letter = re.compile(f"{found[1]}([a-z].*)?")
        return lambda code: followed_by_letter.fullmatch(code) is not None
    if found := _ANY_THAT_STARTS.fullmatch(pattern):
        start = found[1]
        return lambda code: code.startswith(start)
    if (found := _RANGE.fullmatch(pattern)) and found[1] == found[3]:
        prefix, first, last = found[1], int(found[2]), int(found[4])
        return lambda code: _number(code, prefix) in range(first, last + 1)
    if is_code(pattern):
        return lambda code: code == pattern
    raise ValueError(f"codes such as 2ad, 2*, 2a* or 701..743, which {pattern!r} is not")


def _number(code: str, prefix: str) -> int | None:
    found = _CODE.fullmatch(code)
    return int(found["number"]) if found and found["prefix"] == prefix else None

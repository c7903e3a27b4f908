"""Large files read fast: rows as most programs write them, of digits, commas and line feeds.

Whatever else a file may hold (quotes, signs, other columns, a faulty row) is left to the general reader: the answer
is then None, and nothing is decided here.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fastlege.matching.compiled import compiled
from fastlege.matching.market import Ints

_Text = NDArray[np.uint8]
_Requests = tuple[Ints, Ints, Ints, Ints, Ints]
_WORTH_A_THREAD = 1 << 20
_LONGEST_LINE = 1 << 12
_COMMA, _NEWLINE, _ZERO, _QUOTE = 44, 10, 48, 34
_FIRST_TEXT, _LAST_TEXT = 32, 126
_MOST = 10**17
_MEMBERS = b"person_id,list_id,municipality,unallocated_since\n"
_REQUESTS = b"person_id,list_id,rank,requested_at,family_id\n"
_DAYS_BEFORE = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365])


@dataclass(frozen=True)
class PlainMembers:
    """`members.csv`: the numbers of all rows, and the whole lines (with a header) of those without a list."""

    person_id: Ints
    list_id: Ints
    lacking: Ints
    lines: bytes


def read_members(path: Path) -> PlainMembers | None:
    """The members when all rows are plain, else None."""
    parts = _parts(path, _MEMBERS)
    if parts is None:
        return None
    rows, shares = _shares(parts)
    person_id, list_id, start = _empty(rows), _empty(rows), _empty(rows)

    def fill(part: _Part, own: slice) -> int:
        return _members(part.text, person_id[own], list_id[own], start[own])

    with ThreadPoolExecutor(len(parts)) as pool:
        lacking = list(pool.map(fill, parts, shares))
    if min(lacking) < 0:
        return None
    found = zip(parts, shares, lacking, strict=True)
    lines = [_lines(part.text, start[own][:count]).tobytes() for part, own, count in found]
    return PlainMembers(person_id, list_id, np.flatnonzero(list_id == 0), b"".join([_MEMBERS, *lines]))


def read_requests(path: Path) -> _Requests | None:
    """Person, list, rank, time (seconds, UTC) and family (0 for none) of the requests when all rows are plain."""
    parts = _parts(path, _REQUESTS)
    if parts is None:
        return None
    rows, shares = _shares(parts)
    person, to, rank, at, family = columns = _empty(rows), _empty(rows), _empty(rows), _empty(rows), _empty(rows)

    def fill(part: _Part, own: slice) -> bool:
        return _requests(part.text, (person[own], to[own], rank[own], at[own], family[own]))

    with ThreadPoolExecutor(len(parts)) as pool:
        return columns if all(pool.map(fill, parts, shares)) else None


def _empty(rows: int) -> Ints:
    return np.empty(rows, np.int64)


@dataclass(frozen=True)
class _Part:
    """Whole lines of a file, and their number."""

    text: _Text
    rows: int


def _shares(parts: list[_Part]) -> tuple[int, list[slice]]:
    """The number of rows of all parts, and where each part's rows stand among them."""
    ends = np.cumsum([part.rows for part in parts]).tolist()
    return ends[-1], [slice(end - part.rows, end) for part, end in zip(parts, ends, strict=True)]


def _parts(path: Path, header: bytes) -> list[_Part] | None:
    """The lines after the header in as many parts as are worth a thread; None when the header or end is another."""
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if stream.read(len(header)) != header or size == len(header):
            return None
        stream.seek(size - 1)
        if stream.read(1) != b"\n":
            return None
        threads = min(os.cpu_count() or 1, 1 + size // _WORTH_A_THREAD)
        cuts = {len(header), size}
        for i in range(1, threads):
            at = stream.seek(len(header) + (size - len(header)) * i // threads)
            if (line := stream.read(_LONGEST_LINE).find(b"\n")) >= 0:
                cuts.add(at + line + 1)
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda cut: _read_part(path, *cut), pairwise(sorted(cuts))))
    return parts if all(part.rows for part in parts) else None


def _read_part(path: Path, start: int, end: int) -> _Part:
    text = np.fromfile(path, np.uint8, count=end - start, offset=start)
    # The loops below stop at line feeds: a file that was cut short meanwhile must not be gone through.
    whole = len(text) == end - start and text[-1] == _NEWLINE
    return _Part(text, _count_lines(text) if whole else 0)


@compiled
def _count_lines(text: _Text) -> int:
    rows = 0
    for i in range(len(text)):
        rows += text[i] == _NEWLINE
    return rows


@compiled
def _number(text: _Text, at: int) -> tuple[int, int]:
    """The positive number at a position and the position after it; 0 where there is none, or not a plain one."""
    number = 0
    if text[at] == _ZERO:
        return 0, at
    while True:
        digit = int(text[at]) - _ZERO
        if digit < 0 or digit > 9:
            return number, at
        if number > _MOST:
            return 0, at
        number = 10 * number + digit
        at += 1


@compiled
def _skip(text: _Text, at: int) -> int:
    """The position of the first byte that is no plain text."""
    while _FIRST_TEXT <= text[at] <= _LAST_TEXT and text[at] != _COMMA and text[at] != _QUOTE:
        at += 1
    return at


@compiled
def _members(text: _Text, person_id: Ints, list_id: Ints, start: Ints) -> int:
    """Fill the columns and the starts of lines without a list; gives the number of these, -1 if a row is not plain."""
    at, lacking = 0, 0
    for row in range(len(person_id)):
        line = at
        person_id[row], at = _number(text, at)
        if person_id[row] == 0 or text[at] != _COMMA:
            return -1
        list_id[row], after = _number(text, at + 1)
        if text[after] != _COMMA:
            return -1
        if after == at + 1:
            start[lacking] = line
            lacking += 1
        at = _skip(text, after + 1)
        if text[at] != _COMMA:
            return -1
        at = _skip(text, at + 1)
        if text[at] != _NEWLINE:
            return -1
        at += 1
    return lacking


@compiled
def _lines(text: _Text, starts: Ints) -> _Text:
    """The lines that start at these positions."""
    size = 0
    for start in starts:
        end = start
        while text[end] != _NEWLINE:
            end += 1
        size += end + 1 - start
    lines, at = np.empty(size, np.uint8), 0
    for start in starts:
        end = start
        while text[end] != _NEWLINE:
            lines[at] = text[end]
            at, end = at + 1, end + 1
        lines[at] = _NEWLINE
        at += 1
    return lines


@compiled
def _two(text: _Text, at: int) -> int:
    """Two digits as a number; far below zero when they are none."""
    first, second = int(text[at]) - _ZERO, int(text[at + 1]) - _ZERO
    if first < 0 or first > 9 or second < 0 or second > 9:
        return -1_000_000
    return 10 * first + second


@compiled
def _moment(text: _Text, at: int) -> int:
    """Seconds since 1970 of a moment as YYYY-MM-DDTHH:MM:SSZ from 1970 to 2099; -1 when it is not a plain one."""
    if at + 19 >= len(text) or text[at + 4] != 45 or text[at + 7] != 45 or text[at + 10] != 84:
        return -1
    if text[at + 13] != 58 or text[at + 16] != 58 or text[at + 19] != 90:
        return -1
    year, month, day = 100 * _two(text, at) + _two(text, at + 2), _two(text, at + 5), _two(text, at + 8)
    hour, minute, second = _two(text, at + 11), _two(text, at + 14), _two(text, at + 17)
    if year < 1970 or year > 2099 or month < 1 or month > 12 or day < 1:
        return -1
    leap = year % 4 == 0
    if day > _DAYS_BEFORE[month] - _DAYS_BEFORE[month - 1] + (leap and month == 2):
        return -1
    if hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 59:
        return -1
    days = 365 * (year - 1970) + (year - 1969) // 4 + _DAYS_BEFORE[month - 1] + (leap and month > 2) + day - 1
    return 86_400 * days + 3600 * hour + 60 * minute + second


@compiled
def _requests(text: _Text, columns: _Requests) -> bool:
    """Fill the columns; False if a row is not plain."""
    person_id, list_id, rank, requested_at, family_id = columns
    at = 0
    for row in range(len(person_id)):
        person_id[row], at = _number(text, at)
        if person_id[row] == 0 or text[at] != _COMMA:
            return False
        list_id[row], at = _number(text, at + 1)
        if list_id[row] == 0 or text[at] != _COMMA:
            return False
        rank[row], at = _number(text, at + 1)
        if rank[row] == 0 or text[at] != _COMMA:
            return False
        requested_at[row] = _moment(text, at + 1)
        if requested_at[row] < 0 or text[at + 21] != _COMMA:
            return False
        family_id[row], at = _number(text, at + 22)
        if text[at] != _NEWLINE:
            return False
        at += 1
    return True

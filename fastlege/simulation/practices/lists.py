"""Lists: their lengths, caps, status and age, so that each municipality's sums are met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.simulation.margins.model import Margins
from fastlege.simulation.margins.rounding import share_out_within
from fastlege.simulation.months import day_of_month_number, month_number

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]

_SCHEME_START = date(2001, 6, 1)
_MEAN_AGE_MONTHS = 120
_LEAST_MONTHS_OF_VACANT = 40


@dataclass(frozen=True)
class Lists:
    """All lists of the nation, by unit; places in these columns are the list ids less one."""

    unit: Counts
    length: Counts
    cap: Counts
    vacant: Flags
    over_year: Flags
    salaried: Flags
    locked: Flags
    closed: Flags
    start: Counts
    """First month of the contract, as a number of months."""

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def room(self) -> Counts:
        """Cap less length."""
        return self.cap - self.length


@dataclass(frozen=True)
class ListPlan:
    """What lists are made from."""

    margins: Margins
    as_of: date
    seed: int
    spread: float
    """Standard deviation of the logarithm of lengths within a municipality."""
    pct_locked: float
    cap_max: int
    reopens_at: int


def make_lists(plan: ListPlan) -> Lists:
    """All lists, municipality by municipality, each from a stream of its own."""
    parts = [_of_unit(plan, unit) for unit in range(len(plan.margins.lists))]
    return Lists(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def list_starts(as_of: date, months: Counts) -> NDArray[np.int32]:
    """Days on which months begin; the first month of the scheme is June 2001."""
    return day_of_month_number(np.clip(months, month_number(_SCHEME_START), month_number(as_of)))


def _of_unit(plan: ListPlan, unit: int) -> tuple[NDArray, ...]:
    rng = stream(plan.seed, f"lists:{unit}")
    m = plan.margins
    with_gp, vacant, old = int(m.lists_with_gp[unit]), int(m.lists_vacant[unit]), int(m.lists_over_year[unit])
    count = with_gp + vacant
    is_vacant = np.arange(count) >= with_gp
    over_year = np.arange(count) >= count - old
    length = np.zeros(count, np.int64)
    for group, total in (
        (~is_vacant, m.residents_with_gp[unit]),
        (is_vacant & ~over_year, m.residents_vacant[unit] - m.residents_over_year[unit]),
        (over_year, m.residents_over_year[unit]),
    ):
        length[group] = _lengths(rng, int(total), int(group.sum()), plan.spread, plan.cap_max)
    room = np.zeros(count, np.int64)
    for group, total in ((~is_vacant, m.room_with_gp[unit]), (is_vacant, m.room_vacant[unit])):
        room[group] = _rooms(rng, length[group], int(total), plan.cap_max)
    salaried = np.zeros(count, bool)
    salaried[rng.permutation(with_gp)[: m.salaried_with_gp[unit]]] = True
    salaried[with_gp + rng.permutation(vacant)[: m.salaried_vacant[unit]]] = True
    locked = rng.random(count) * 100 < plan.pct_locked
    closed = (room <= 0) | ((room < plan.reopens_at) & (rng.random(count) < 0.7))
    start = _starts(rng, plan.as_of, is_vacant)
    order = rng.permutation(count)
    columns = (np.full(count, unit), length, length + room, is_vacant, over_year, salaried, locked, closed, start)
    return tuple(column[order] for column in columns)


def _lengths(rng: np.random.Generator, total: int, count: int, spread: float, cap_max: int) -> Counts:
    if count == 0:
        return np.zeros(0, np.int64)
    weights = np.exp(spread * rng.standard_normal(count))
    lowest = np.full(count, min(150, total // count))
    return share_out_within(total, weights, lowest, np.full(count, max(int(0.96 * cap_max), -(-total // count))))


def _rooms(rng: np.random.Generator, length: Counts, total: int, cap_max: int) -> Counts:
    """Room by list: some lists are open, most are full, some over-full; the sum is `total`."""
    count = len(length)
    if count == 0:
        return np.zeros(0, np.int64)
    share = np.clip(0.24 + 5 * total / max(int(length.sum()), 1), 0.05, 0.97)
    is_open = rng.random(count) < share
    highest = cap_max - length
    free = np.minimum(length * 0.05 * rng.exponential(size=count), highest)
    room = np.where(is_open, free, -length * 0.008 * rng.exponential(size=count)).astype(np.int64)
    rest = total - int(room.sum())
    none = np.zeros(count, np.int64)
    if rest > 0:
        takes = is_open if ((highest - room) * is_open).sum() >= rest else np.ones(count, bool)
        room += share_out_within(rest, (length + 1.0) * takes + 1e-9, none, (highest - room) * takes)
    elif rest < 0:
        gives = room + length // 2
        room -= share_out_within(-rest, np.where(is_open, 0.3, 1.0) * (length + 1), none, gives)
    return _with_round_caps(length, room, cap_max)


def _with_round_caps(length: Counts, room: Counts, cap_max: int) -> Counts:
    """Caps in tens, as they are agreed; one list takes up the difference so that the sum stays."""
    cap = length + room
    rounded = (cap + 5) // 10 * 10
    taker = int(np.argmax(np.where(cap < cap_max - 10 * len(cap), cap, 0)))
    adjusted = int(rounded[taker] + cap.sum() - rounded.sum())
    if len(cap) == 1 or not length[taker] // 2 <= adjusted <= cap_max:
        return room
    rounded[taker] = adjusted
    return rounded - length


def _starts(rng: np.random.Generator, as_of: date, is_vacant: Flags) -> Counts:
    now, first = month_number(as_of), month_number(_SCHEME_START)
    age = rng.exponential(_MEAN_AGE_MONTHS, len(is_vacant)).astype(np.int64)
    age = np.where(is_vacant, np.maximum(age, _LEAST_MONTHS_OF_VACANT), age)
    return np.maximum(now - age, first)

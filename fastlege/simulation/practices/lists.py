"""Lists: their lengths, caps, status and age, so that each municipality's sums are met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.simulation.margins.model import Margins
from fastlege.simulation.margins.rounding import share_out, share_out_within
from fastlege.simulation.months import month_number

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]

_SCHEME_START = date(2001, 6, 1)
_MEAN_AGE_MONTHS = 120
_NEW = 0.045
"""Share of lists that began in the last year; assumed, a little above the growth in lists that table V1.4 shows."""
_STILL_CLOSED = 0.7
"""Share of lists with some room, but less than they reopen at, that are closed; assumed."""
_LEAST_MONTHS_OF_VACANT = 40
_SHORT = 500
_GROWING_MONTHS = 21
"""A list far below its cap, shorter than this and with a cap that is not, is new and still growing: it began within so
many months. Assumed; by table 8.5 of the annual report for 2025 there are some 120 such lists in a month."""
_CHANCE = 0.25
"""How far chance, and not length, says which lists of a municipality have a salaried GP. Section 11.5 of the annual
report for 2025 says that theirs are the shorter ones, in central municipalities and others; how much is assumed, near
what table 8.5 implies."""


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


def _of_unit(plan: ListPlan, unit: int) -> tuple[NDArray, ...]:
    """The columns of `Lists` for one unit, in an order by chance.

    They are made in another: lists with a GP, then vacant ones, those vacant for over a year last.
    """
    rng = stream(plan.seed, f"lists:{unit}")
    m = plan.margins
    with_gp, vacant, old = int(m.lists_with_gp[unit]), int(m.lists_vacant[unit]), int(m.lists_over_year[unit])
    count = with_gp + vacant
    is_vacant = np.arange(count) >= with_gp
    over_year = np.arange(count) >= count - old
    cap, room = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for group, residents, free in _groups(m, unit, is_vacant, over_year):
        cap[group] = _caps(rng, residents + free, int(group.sum()), plan)
        room[group] = _rooms(rng, cap[group], free, plan.reopens_at)
    if m.open_with_gp is not None and m.open_room_with_gp is not None:
        known = int(m.open_with_gp[unit]), int(m.open_room_with_gp[unit])
        room[:with_gp] = _rooms_of_known(rng, cap[:with_gp], int(m.room_with_gp[unit]), *known)
    salaried = np.zeros(count, bool)
    among_gps = _shorter_first(rng.permutation(with_gp), cap[:with_gp])
    among_vacant = with_gp + rng.permutation(vacant)
    salaried[among_gps[: m.salaried_with_gp[unit]]] = True
    salaried[among_vacant[: m.salaried_vacant[unit]]] = True
    locked = rng.random(count) * 100 < plan.pct_locked
    closed = (room <= 0) | ((room < plan.reopens_at) & (rng.random(count) < _STILL_CLOSED))
    length = cap - room
    start = _starts(rng, plan.as_of, is_vacant, (length < _SHORT) & (cap >= _SHORT))
    order = rng.permutation(count)
    columns = (np.full(count, unit), length, cap, is_vacant, over_year, salaried, locked, closed, start)
    return tuple(column[order] for column in columns)


def _groups(m: Margins, unit: int, is_vacant: Flags, over_year: Flags) -> list[tuple[Flags, int, int]]:
    """Lists with a GP, vacant lists and lists vacant for over a year, each with their residents and their room."""
    old_residents = int(m.residents_over_year[unit])
    new_residents = int(m.residents_vacant[unit]) - old_residents
    lately = is_vacant & ~over_year
    # The room of vacant lists is shared by residents, or all of it goes where the lists are.
    room = int(m.room_vacant[unit])
    weight = np.array([new_residents, old_residents]) + np.array([lately.sum(), over_year.sum()])
    new_room, old_room = (share_out(abs(room), weight.astype(float)) * (1 if room >= 0 else -1)).tolist()
    return [
        (~is_vacant, int(m.residents_with_gp[unit]), int(m.room_with_gp[unit])),
        (lately, new_residents, new_room),
        (over_year, old_residents, old_room),
    ]


def _caps(rng: np.random.Generator, total: int, count: int, plan: ListPlan) -> Counts:
    """Caps that add to `total`: in tens, as they are agreed, but for one list."""
    if count == 0:
        return np.zeros(0, np.int64)
    tens, rest = divmod(total, 10)
    weights = np.exp(plan.spread * rng.standard_normal(count))
    lowest = np.full(count, min(20, tens // count))
    cap = 10 * share_out_within(tens, weights, lowest, np.full(count, plan.cap_max // 10))
    cap[np.argmax(np.where(cap + rest <= plan.cap_max, cap, -1))] += rest
    return cap


def _rooms(rng: np.random.Generator, cap: Counts, total: int, reopens_at: int) -> Counts:
    """Room by list that adds to `total`: some lists are open, most are full or nearly so, some are over-full."""
    count = len(cap)
    if count < 2:
        return np.full(count, total)
    kind = rng.random(count)
    is_open = kind < np.clip(0.2 + 5 * total / max(int(cap.sum()), 1), 0.04, 0.97)
    left = rng.random(count)
    over = ~is_open & (left > 0.8)
    room = np.select(
        [is_open, over, left < 0.5],
        [reopens_at + cap * 0.04 * rng.exponential(size=count), -1 - cap * 0.015 * rng.exponential(size=count),
         -rng.integers(0, 3, count)],
        rng.integers(1, reopens_at, count),
    ).astype(np.int64)  # fmt: skip
    room = np.clip(room, -(cap // 3), cap * 2 // 3)
    lowest, highest = -(cap // 2), cap * 4 // 5
    full = np.full(count, reopens_at)
    for takes, low, high in ((is_open, full, highest), (over, lowest, full), (np.ones(count, bool), lowest, highest)):
        room = _towards(room, total, cap, np.where(takes, low, room), np.where(takes, high, room))
    return room


def _rooms_of_known(rng: np.random.Generator, cap: Counts, total: int, open_lists: int, open_room: int) -> Counts:
    """Room by list that adds to `total`, where it is known how many lists are open and how much room these have."""
    room = np.zeros(len(cap), np.int64)
    is_open = np.zeros(len(cap), bool)
    is_open[rng.permutation(len(cap))[:open_lists]] = True
    inside = cap[is_open]
    room[is_open] = share_out_within(
        open_room, inside * rng.exponential(size=open_lists), np.full(open_lists, 10), inside * 4 // 5
    )
    # Most closed lists are just full; a fifth of them carry what is over.
    full = cap[~is_open]
    over = np.where(rng.random(len(full)) < 0.2, 1.0, 0.02) * full.astype(float)
    room[~is_open] = -share_out_within(open_room - total, over, np.zeros(len(full), np.int64), full // 2)
    return room


def _towards(room: Counts, total: int, cap: Counts, lowest: Counts, highest: Counts) -> Counts:
    """Move the sum of `room` towards `total` as far as the bounds allow, in proportion to the caps."""
    rest = total - int(room.sum())
    most = np.maximum(highest - room, 0) if rest > 0 else np.maximum(room - lowest, 0)
    step = share_out_within(min(abs(rest), int(most.sum())), cap * (most > 0) + 1e-9, np.zeros_like(room), most)
    return room + step if rest > 0 else room - step


def _shorter_first(chance: Counts, cap: Counts) -> Counts:
    """The order in which lists get a salaried GP: the shorter ones first, with some chance."""
    return np.argsort(np.argsort(np.argsort(cap, kind="stable")) + _CHANCE * chance, kind="stable")


def _starts(rng: np.random.Generator, as_of: date, is_vacant: Flags, is_growing: Flags) -> Counts:
    now, first = month_number(as_of), month_number(_SCHEME_START)
    count = len(is_vacant)
    age = 12 + rng.exponential(_MEAN_AGE_MONTHS, count).astype(np.int64)
    age = np.where(rng.random(count) < _NEW, rng.integers(0, 12, count), age)
    age = np.where(is_growing, age % _GROWING_MONTHS, age)
    age = np.where(is_vacant, np.maximum(age, _LEAST_MONTHS_OF_VACANT), age)
    return np.maximum(now - age, first)

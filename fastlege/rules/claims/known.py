"""What the registers know of the patients and doctors of bills, in columns: from the tables of a snapshot.

The same facts for one bill are a `Known`. What other bills say (earlier use, who billed at the same minute, the free
card) is no register: whoever goes through the bills in order of time keeps it, see `rules/claims/columns`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.claims.bill import Known

Days = NDArray[np.int32]
Integers = NDArray[np.int64]

NOBODY = np.iinfo(np.int32).min
"""In place of a day: the register has no such person or doctor."""

NEVER = np.iinfo(np.int32).max
"""In place of a day: a doctor who is no specialist; the end of a membership that still runs."""

_EPOCH = date(1970, 1, 1)


class Registers(NamedTuple):
    """The registers as arrays by id; days are days since 1970.

    The memberships of person `p` stand from `member_first[p]` up to `member_first[p + 1]`. `length[l, d]` is how many
    belong to list `l` on the day `first_day + d`.
    """

    birth: Days
    member_first: Integers
    member_list: Days
    member_start: Days
    member_end: Days
    specialist_since: Days
    length: Days
    first_day: int


def registers_of(snapshot: Snapshot, first: date, last: date) -> Registers:
    """The registers of a snapshot for bills from a first to a last day."""
    members = snapshot.table("memberships", ["person_id", "list_id", "start", "end"])
    person, gp_list = members["person_id"].to_numpy(), members["list_id"].to_numpy()
    start, end = _days(members["start"], NOBODY), _days(members["end"], NEVER)
    # Tables come sorted by person and start.
    counts = np.bincount(person, minlength=int(person.max(initial=-1)) + 1)
    from_day, days = _number(first), (last - first).days + 1
    return Registers(
        days_by_id(snapshot, "persons", "person_id", "birth_date", empty=NOBODY),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        gp_list.astype(np.int32),
        start,
        end,
        days_by_id(snapshot, "doctors", "doctor_id", "specialist_since", empty=NEVER),
        _lengths(gp_list, start, end, (from_day, days)),
        from_day,
    )


def known_of(registers: Registers, *, person: int, doctor: int, gp_list: int, on: date) -> Known:
    """What the registers know of one bill; `gp_list` is the list that the doctor worked for, 0 for none."""
    day = _number(on)
    birth = _at(registers.birth, person)
    since = _at(registers.specialist_since, doctor)
    in_period = 0 <= day - registers.first_day < registers.length.shape[1]
    has_length = 0 < gp_list < len(registers.length) and in_period
    return Known(
        patient_birth=None if birth == NOBODY else _day(birth),
        own_list=_belongs(registers, person, gp_list, day),
        list_length=int(registers.length[gp_list, day - registers.first_day]) if has_length else None,
        is_specialist=None if since == NOBODY else since <= day,
        specialist_since=_day(since) if NOBODY < since <= day else None,
    )


def _belongs(registers: Registers, person: int, gp_list: int, day: int) -> bool:
    """Whether a person belonged to a list on a day; a doctor who worked for no list has nobody on it."""
    if gp_list == 0 or not 0 <= person < len(registers.member_first) - 1:
        return False
    own = slice(registers.member_first[person], registers.member_first[person + 1])
    on_day = (registers.member_start[own] <= day) & (day < registers.member_end[own])
    return bool(np.any(on_day & (registers.member_list[own] == gp_list)))


def _lengths(gp_list: Integers, start: Days, end: Days, period: tuple[int, int]) -> Days:
    """Members of each list on each day: those who came less those who left."""
    first, days = period
    size = int(gp_list.max(initial=0)) + 1
    changes = np.zeros((size, days + 1), np.int64)
    for moment, sign in ((start, 1), (end, -1)):
        at = gp_list * (days + 1) + np.clip(moment.astype(np.int64) - first, 0, days)
        changes += sign * np.bincount(at, minlength=changes.size).reshape(changes.shape)
    return np.cumsum(changes[:, :days], axis=1).astype(np.int32)


def days_by_id(snapshot: Snapshot, table: str, key: str, column: str, *, empty: int) -> Days:
    """A column of days in places by id: `NOBODY` where there is no row, `empty` where the row has no day."""
    rows = snapshot.table(table, [key, column])
    ids = rows[key].to_numpy()
    found = np.full(int(ids.max(initial=0)) + 1, NOBODY, np.int32)
    found[ids] = _days(rows[column], empty)
    return found


def _days(column: pa.ChunkedArray, empty: int) -> Days:
    return pc.fill_null(column.cast(pa.int32()), int(empty)).to_numpy()


def _at(column: NDArray[Any], number: int) -> int:
    return int(column[number]) if 0 <= number < len(column) else int(NOBODY)


def _number(day: date) -> int:
    return (day - _EPOCH).days


def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)

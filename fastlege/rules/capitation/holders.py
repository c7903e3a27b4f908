"""Who is paid what part of a list's month: the GPs who hold the list, and the municipality for the rest.

The amount of a list is one; here it is shared out. A self-employed GP has the part of the month in which the list was
theirs, those who share a list share each day by their working percentages, and the municipality keeps the days on which
nobody holds it, and the whole month of a salaried list. Substitutes are never paid by this stream: the holder, or the
municipality, pays them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import pyarrow.compute as pc

from fastlege.kernel.periods import days_in_month, next_month
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import Relationship
from fastlege.rules.capitation.one_list import part_of
from fastlege.rules.capitation.register_day import RegisterDay
from fastlege.rules.capitation.terms import PartMonths

_HOLDING = (Relationship.REGULAR.value, Relationship.PART_LIST.value)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Holding:
    """One doctor's time as a holder of a list."""

    doctor_id: int
    percentage: int
    start: date
    end: date | None

    def covers(self, day: date) -> bool:
        """Whether the doctor holds the list on the day."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class Part:
    """One payee's part of a list's month: from `before` up to `before + share` of the whole; no doctor, the town."""

    doctor_id: int | None
    before: Fraction
    share: Fraction

    def of(self, amount: int) -> int:
        """The øre of this part. The parts of one list add up to the amount, whatever they are."""
        return part_of(amount, before=self.before, share=self.share)


WHOLE = Fraction(1)


def holdings_of(snapshot: Snapshot, month: date) -> Mapping[int, Sequence[Holding]]:
    """Who holds each list at some time in a month, by list."""
    columns = ["list_id", "doctor_id", "relationship", "working_percentage", "start", "end"]
    periods = snapshot.table("doctor_periods", columns)
    after = next_month(month)
    own = periods.filter(
        pc.field("relationship").isin(_HOLDING)
        & (pc.field("start") < after)
        & (pc.field("end").is_null() | (pc.field("end") > month))
    )
    found: dict[int, list[Holding]] = defaultdict(list)
    for row in own.to_pylist():
        found[row["list_id"]].append(Holding(row["doctor_id"], row["working_percentage"], row["start"], row["end"]))
    return found


def parts_by_list(
    day: RegisterDay, holdings: Mapping[int, Sequence[Holding]], month: date, reading: PartMonths
) -> list[tuple[Part, ...]]:
    """The parts of each list of the register day, in its order.

    A calculation for another month than that of the register day goes by the holders of that day, for nothing more is
    known of them.
    """
    is_split = reading is PartMonths.DAYS and day.day == month
    first = day.day
    days = [first + _ONE_DAY * number for number in range(days_in_month(month) if is_split else 1)]
    return [
        (Part(None, Fraction(0), WHOLE),) if salaried else month_parts(holdings.get(list_id, ()), days)
        for list_id, salaried in zip(day.list_ids.tolist(), day.salaried.tolist(), strict=True)
    ]


def month_parts(holdings: Sequence[Holding], days: Sequence[date]) -> tuple[Part, ...]:
    """The parts of one self-employed list, by doctor, with the municipality's last; parts of nothing are left out."""
    if len(holdings) == 1 and all(holdings[0].covers(day) for day in (days[0], days[-1])):
        return (Part(holdings[0].doctor_id, Fraction(0), WHOLE),)
    shares: dict[int, Fraction] = defaultdict(Fraction)
    for day in days:
        for doctor, share in _shares_of_day(one for one in holdings if one.covers(day)):
            shares[doctor] += share / len(days)
    rest = WHOLE - sum(shares.values(), Fraction(0))
    payees: list[tuple[int | None, Fraction]] = [*sorted(shares.items()), (None, rest)]
    parts, before = [], Fraction(0)
    for doctor_id, share in payees:
        if share:
            parts.append(Part(doctor_id, before, share))
            before += share
    return tuple(parts)


def _shares_of_day(present: Iterable[Holding]) -> list[tuple[int, Fraction]]:
    own = list(present)
    whole = sum(one.percentage for one in own)
    # Holders of whom no percentage is known share the day alike.
    return [(one.doctor_id, Fraction(one.percentage, whole) if whole else Fraction(1, len(own))) for one in own]

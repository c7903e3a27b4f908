"""Each doctor's pattern in a year of claims: how many bills have which codes, by quarter, and what each day holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.claims.columns.arrays import Bills, with_any_line
from fastlege.rules.claims.columns.codes import CodeBook
from fastlege.rules.warnings.watches import CONSULTATIONS, Watch, consultation_codes, load_watches

QUARTERS = 4
_EPOCH = date(1970, 1, 1)
_DAYS = 366


@dataclass(frozen=True)
class Profiles:
    """Patterns by doctor_id: `used[w, q, d]` bills with the codes of watch `w` in quarter `q`, among `of[w, q, d]`.

    `minutes[d, n]` and `consultations[d, n]` are those of day `n` from `first`. `peers[d]` is the number of the group
    of doctors whose lists lie in like places, -1 for doctors without a list.
    """

    used: NDArray[np.int64]
    of: NDArray[np.int64]
    minutes: NDArray[np.int32]
    consultations: NDArray[np.int32]
    peers: NDArray[np.int8]
    first: date


class Counting:
    """Counts bills of one year into profiles, part by part."""

    def __init__(self, snapshot: Snapshot, first: date) -> None:
        self.first = date(first.year, 1, 1)
        self.peers = peer_groups(snapshot)
        size, watches = len(self.peers), len(load_watches())
        self._used = np.zeros((watches, QUARTERS, size), np.int64)
        self._of = np.zeros((watches, QUARTERS, size), np.int64)
        self._minutes = np.zeros(size * _DAYS, np.int32)
        self._consultations = np.zeros(size * _DAYS, np.int32)

    def add(self, bills: Bills, book: CodeBook, numbers: NDArray[np.int16]) -> None:
        """Add some bills; `numbers` are the codes of their lines as the book numbers them."""
        rows = bills.bills
        doctor, day = rows["doctor"], rows["day"] - (self.first - _EPOCH).days
        known = (doctor < len(self.peers)) & (day >= 0) & (day < _DAYS)
        months = rows["day"].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
        quarter = months // (12 // QUARTERS)
        place = np.where(known, quarter * len(self.peers) + doctor, -1)
        consults = with_any_line(rows, _table(book, consultation_codes().__contains__)[numbers])
        for number, watch in enumerate(load_watches()):
            among = consults if watch.of == CONSULTATIONS else np.ones(len(rows), np.bool_)
            used = among & with_any_line(rows, _table(book, watch.codes.includes)[numbers])
            self._of[number] += self._count(place[among & known])
            self._used[number] += self._count(place[used & known])
        at = np.where(known, doctor * _DAYS + day, 0)
        minutes = np.where(known, np.maximum(rows["minutes"], 0), 0)
        self._minutes += np.bincount(at, minutes, len(self._minutes)).astype(np.int32)
        self._consultations += np.bincount(at, consults & known, len(self._minutes)).astype(np.int32)

    def profiles(self) -> Profiles:
        """What has been counted."""
        by_day = (-1, _DAYS)
        minutes, consultations = self._minutes.reshape(by_day), self._consultations.reshape(by_day)
        return Profiles(self._used, self._of, minutes, consultations, self.peers, self.first)

    def _count(self, place: NDArray[np.int64]) -> NDArray[np.int64]:
        size = QUARTERS * len(self.peers)
        return np.bincount(place, minlength=size).reshape(QUARTERS, -1)


def peer_groups(snapshot: Snapshot) -> NDArray[np.int8]:
    """The centrality class of each doctor's newest list, by doctor_id; -1 for doctors without a list."""
    lists = pl.DataFrame(snapshot.table("lists", ["list_id", "municipality"]))
    towns = pl.DataFrame(snapshot.table("municipalities", ["municipality", "centrality"]))
    periods = pl.DataFrame(snapshot.table("doctor_periods", ["list_id", "doctor_id", "start"])).sort("start", "list_id")
    placed = periods.join(lists.join(towns, on="municipality"), on="list_id").unique("doctor_id", keep="last")
    doctors = snapshot.table("doctors", ["doctor_id"])["doctor_id"].to_numpy()
    found = np.full(int(doctors.max(initial=0)) + 1, -1, np.int8)
    found[placed["doctor_id"].to_numpy()] = placed["centrality"].to_numpy()
    return found


def day_of(profiles: Profiles, number: int) -> date:
    """A day of the profiles."""
    return profiles.first + timedelta(days=number)


def watch_number(name: str) -> int:
    """The place of a watch."""
    return [one.name for one in load_watches()].index(name)


def _table(book: CodeBook, holds) -> NDArray[np.bool_]:  # type: ignore[no-untyped-def]
    return np.array([holds(code) for code in book.codes()], np.bool_)


__all__ = ["Counting", "Profiles", "Watch", "day_of", "peer_groups", "watch_number"]

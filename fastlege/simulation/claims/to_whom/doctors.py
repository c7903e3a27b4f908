"""To whom they come: doctors by list, day and municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.draws import mix
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import Relationship
from fastlege.rules.claims.known import NEVER, NOBODY, days_by_id
from fastlege.simulation.claims.moments import opening_minutes
from fastlege.simulation.claims.people import People
from fastlege.simulation.claims.tables import GP, assumed

Integers = NDArray[np.int64]

NO_SPECIALIST, APPROVED_RECENTLY, APPROVED_LONG_AGO, IN_BETWEEN = range(4)

_SHARES = 1 << 20
_DAYS = 1 << 20


@dataclass(frozen=True)
class Doctors:
    """For each list (rows sorted by list_id) its regular GP, another doctor, and one in a first post; 0 for none.

    Lists of a municipality stand together in `of_place`, from `first[m]` up to `first[m + 1]`, as rows.
    """

    list_id: Integers
    regular: Integers
    other: Integers
    in_first_post: Integers
    of_place: Integers
    first: Integers


class Register:
    """The lists and doctor periods of a snapshot, and since when each doctor is a specialist."""

    def __init__(self, snapshot: Snapshot, people: People) -> None:
        number = {code: row for row, code in enumerate(people.municipalities)}
        self._places = len(people.municipalities)
        self._lists = pl.DataFrame(snapshot.table("lists", ["list_id", "municipality", "start", "end"])).with_columns(
            place=pl.col("municipality").replace_strict(number, return_dtype=pl.Int32)
        )
        self._periods = pl.DataFrame(
            snapshot.table("doctor_periods", ["list_id", "doctor_id", "relationship", "start", "end"])
        )
        self._as_of = snapshot.as_of
        self.specialist_since = days_by_id(snapshot, "doctors", "doctor_id", "specialist_since", empty=NEVER)

    def on(self, day: date) -> Doctors:
        """The doctors of a day; a snapshot that does not reach back so far lends those of its first days."""
        found = self._on(day)
        return found if len(found.list_id) else self._on(self._as_of)

    def _on(self, day: date) -> Doctors:
        periods, kind = self._periods.filter(_holds(day)), pl.col("relationship")
        regular = kind == Relationship.REGULAR.value
        first_post = kind == Relationship.LIS1.value
        joined = (
            self._lists.filter(_holds(day))
            .join(_one_each(periods.filter(regular), "regular"), on="list_id", how="left")
            .join(_one_each(periods.filter(~regular & ~first_post), "other"), on="list_id", how="left")
            .join(_one_each(periods.filter(first_post), "in_first_post"), on="list_id", how="left")
            .filter(pl.col("regular").is_not_null() | pl.col("other").is_not_null())
            .sort("list_id")
        )
        place = joined["place"].to_numpy()
        return Doctors(
            joined["list_id"].to_numpy(),
            joined["regular"].fill_null(0).to_numpy(),
            joined["other"].fill_null(0).to_numpy(),
            joined["in_first_post"].fill_null(0).to_numpy(),
            np.argsort(place, kind="stable"),
            np.searchsorted(np.sort(place), np.arange(self._places + 1)),
        )


@dataclass(frozen=True)
class Visits:
    """Who comes when: lists (0 for none), municipalities where they come, use, days since 1970, minutes of the day."""

    gp_list: NDArray[np.int32]
    municipality: NDArray[np.int16]
    use: NDArray[np.float32]
    day: NDArray[np.int32]
    minute: NDArray[np.int16]
    evening: NDArray[np.bool_]


@dataclass(frozen=True)
class Chosen:
    """The doctor and the list (0 out of hours) of each contact, and whether the doctor is in a first post."""

    doctor: NDArray[np.int32]
    gp_list: NDArray[np.int32]
    in_first_post: NDArray[np.bool_]


def choose(visits: Visits, doctors: Doctors, place: str, seed: int, chance: np.random.Generator) -> Chosen:
    """To whom each comes: the own list's doctor mostly, else one in the municipality.

    On a day either the regular GP works for a list, or the other doctor; a doctor in a first post has some mornings
    instead, and some of those who come often then come in the afternoon (their `minute` is changed).
    """
    own = np.searchsorted(doctors.list_id, visits.gp_list).clip(max=len(doctors.list_id) - 1)
    has_own = doctors.list_id[own] == visits.gp_list
    near = _near(visits.municipality, doctors, chance)
    stays = has_own & (chance.random(len(own)) < assumed("own_list_share"))
    # Where a municipality has no list with a doctor, people go to their own.
    row = np.where((stays if place == GP else False) | (near < 0), own, near)
    roll = mix(seed, "claims:who works", doctors.list_id[row] * _DAYS + visits.day) >> np.uint64(44)
    by_regular = roll < np.uint64(assumed("regular_gp_share") * _SHARES)
    regular, other = doctors.regular[row], doctors.other[row]
    # A list without another doctor is served by its regular GP, a vacant one by the other.
    doctor = np.where((by_regular | (other == 0)) & (regular > 0), regular, other)
    gp_list = doctors.list_id[row] if place == GP else np.zeros(len(row), np.int64)
    first_post = np.zeros(len(row), np.bool_)
    if place == GP:
        first_post = _mornings(visits, doctors, row, seed, chance)
        doctor = np.where(first_post, doctors.in_first_post[row], doctor)
    return Chosen(doctor.astype(np.int32), gp_list.astype(np.int32), first_post)


def _mornings(
    visits: Visits, doctors: Doctors, row: Integers, seed: int, chance: np.random.Generator
) -> NDArray[np.bool_]:
    """Which contacts a doctor in a first post has; some who come often are given an hour after noon instead."""
    opens, closes = opening_minutes()
    half = (closes - opens) // 2
    roll = mix(seed, "claims:mornings", doctors.list_id[row] * _DAYS + visits.day) >> np.uint64(44)
    their_day = (doctors.in_first_post[row] > 0) & (roll < np.uint64(assumed("lis1_days") * _SHARES))
    theirs = their_day & ~visits.evening & (visits.minute < opens + half)
    to_gp = theirs & (visits.use > assumed("lis1_often")) & (chance.random(len(row)) < assumed("lis1_often_to_gp"))
    visits.minute[to_gp] += half
    return theirs & ~to_gp


def approvals(since: NDArray[np.int32], *, recent: tuple[int, int], first: int) -> NDArray[np.int8]:
    """Which doctors are specialists through a month that begins on a first day, approved recently or long ago.

    `recent` are the days before which an approval is too old on the first and on the last day of the month.
    """
    found = np.full(len(since), IN_BETWEEN, np.int8)
    found[since == NEVER] = NO_SPECIALIST
    found[(since > recent[1]) & (since <= first)] = APPROVED_RECENTLY
    found[(since <= recent[0]) & (since != NOBODY)] = APPROVED_LONG_AGO
    return found


def _near(municipality: NDArray[np.int16], doctors: Doctors, chance: np.random.Generator) -> Integers:
    first, count = doctors.first[municipality], np.diff(doctors.first)[municipality]
    drawn = first + (chance.random(len(municipality)) * count).astype(np.int64)
    rows = doctors.of_place[drawn.clip(max=len(doctors.of_place) - 1)]
    return np.where(count > 0, rows, -1)


def _one_each(periods: pl.DataFrame, name: str) -> pl.DataFrame:
    return periods.group_by("list_id").agg(pl.col("doctor_id").min().alias(name))


def _holds(on: date) -> pl.Expr:
    return (pl.col("start") <= on) & (pl.col("end").is_null() | (pl.col("end") > on))

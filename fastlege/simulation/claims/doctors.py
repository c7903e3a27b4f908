"""To whom they come: doctors by list and by municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import Relationship
from fastlege.simulation.claims.people import People
from fastlege.simulation.claims.tables import GP, assumed

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Doctors:
    """For each list (rows sorted by list_id) its regular GP and another doctor, 0 where there is none.

    Lists of a municipality stand together in `of_place`, from `first[m]` up to `first[m + 1]`, as rows. `specialists`
    are the doctors whose approval is recent enough for the specialists' codes, by the day from which it no longer is.
    """

    list_id: Integers
    regular: Integers
    other: Integers
    of_place: Integers
    first: Integers
    specialists: Integers


def read_doctors(snapshot: Snapshot, people: People, *, specialist_from: date) -> Doctors:
    """The doctors of a snapshot's lists. Specialists are those approved on or after a day."""
    on = snapshot.as_of
    lists = pl.DataFrame(snapshot.table("lists", ["list_id", "municipality", "start", "end"])).filter(_holds(on))
    periods = pl.DataFrame(
        snapshot.table("doctor_periods", ["list_id", "doctor_id", "relationship", "start", "end"])
    ).filter(_holds(on))
    is_regular = pl.col("relationship") == Relationship.REGULAR.value
    regular = periods.filter(is_regular).group_by("list_id").agg(regular=pl.col("doctor_id").min())
    other = periods.filter(~is_regular).group_by("list_id").agg(other=pl.col("doctor_id").min())
    number = {code: row for row, code in enumerate(people.municipalities)}
    joined = (
        lists.join(regular, on="list_id", how="left")
        .join(other, on="list_id", how="left")
        .with_columns(place=pl.col("municipality").replace_strict(number, return_dtype=pl.Int32))
        .filter(pl.col("regular").is_not_null() | pl.col("other").is_not_null())
        .sort("list_id")
    )
    place = joined["place"].to_numpy()
    doctors = pl.DataFrame(snapshot.table("doctors", ["doctor_id", "specialist_since"]))
    return Doctors(
        joined["list_id"].to_numpy(),
        joined["regular"].fill_null(0).to_numpy(),
        joined["other"].fill_null(0).to_numpy(),
        np.argsort(place, kind="stable"),
        np.searchsorted(np.sort(place), np.arange(len(people.municipalities) + 1)),
        doctors.filter(pl.col("specialist_since") >= specialist_from)["doctor_id"].sort().to_numpy(),
    )


def choose(
    people: People, comers: Integers, doctors: Doctors, place: str, chance: np.random.Generator
) -> tuple[Integers, Integers]:
    """The doctor and the list (0 out of hours) of each contact: the own list's mostly, else one in the municipality."""
    own = np.searchsorted(doctors.list_id, people.gp_list[comers]).clip(max=len(doctors.list_id) - 1)
    has_own = doctors.list_id[own] == people.gp_list[comers]
    near = _near(people.municipality[comers], doctors, chance)
    stays = has_own & (chance.random(len(comers)) < assumed("own_list_share"))
    # Where a municipality has no list with a doctor, people go to their own.
    row = np.where((stays if place == GP else False) | (near < 0), own, near)
    by_regular = chance.random(len(comers)) < assumed("regular_gp_share")
    regular, other = doctors.regular[row], doctors.other[row]
    # A list without another doctor is served by its regular GP, a vacant one by the other.
    doctor = np.where((by_regular | (other == 0)) & (regular > 0), regular, other)
    return doctor, (doctors.list_id[row] if place == GP else np.zeros(len(comers), np.int64))


def _near(municipality: NDArray[np.int32], doctors: Doctors, chance: np.random.Generator) -> Integers:
    first, count = doctors.first[municipality], np.diff(doctors.first)[municipality]
    drawn = first + (chance.random(len(municipality)) * count).astype(np.int64)
    rows = doctors.of_place[drawn.clip(max=len(doctors.of_place) - 1)]
    return np.where(count > 0, rows, -1)


def _holds(on: date) -> pl.Expr:
    return (pl.col("start") <= on) & (pl.col("end").is_null() | (pl.col("end") > on))

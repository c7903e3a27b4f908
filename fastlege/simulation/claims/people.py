"""Who comes: each person's weight for each group of contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import PersonStatus, Sex
from fastlege.simulation.claims.tables import assumed
from fastlege.simulation.recipe import claims_table

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

_ALIVE = [PersonStatus.RESIDENT.value, PersonStatus.OPTED_OUT.value]
_OLDEST = 120


@dataclass(frozen=True)
class People:
    """Those who may come, by person_id: ages at the middle of the year, municipality as a number, list or 0."""

    person_id: Integers
    age: NDArray[np.int16]
    woman: NDArray[np.bool_]
    use: Floats
    municipality: NDArray[np.int32]
    gp_list: Integers
    municipalities: tuple[str, ...]
    size_groups: tuple[str, ...]


def read_people(snapshot: Snapshot, year: int) -> People:
    """The living residents of a snapshot with what a year of claims needs to know of them."""
    persons = pl.DataFrame(
        snapshot.table("persons", ["person_id", "birth_date", "sex", "municipality", "status", "gp_use"])
    ).filter(pl.col("status").is_in(_ALIVE) & (pl.col("birth_date") < date(year, 7, 1)))
    members = pl.DataFrame(snapshot.table("memberships", ["person_id", "list_id", "start", "end"]))
    now = members.filter(
        (pl.col("start") <= snapshot.as_of) & (pl.col("end").is_null() | (pl.col("end") > snapshot.as_of))
    )
    joined = persons.join(now.select("person_id", "list_id"), on="person_id", how="left").sort("person_id")
    places = pl.DataFrame(snapshot.table("municipalities", ["municipality", "size_group"])).sort("municipality")
    number = {code: row for row, code in enumerate(places["municipality"])}
    age = year - joined["birth_date"].dt.year()
    return People(
        joined["person_id"].to_numpy(),
        age.cast(pl.Int16).clip(0, _OLDEST).to_numpy(),
        (joined["sex"] == Sex.FEMALE.value).to_numpy(),
        joined["gp_use"].cast(pl.Float32).to_numpy() + np.float32(assumed("least_use")),
        joined["municipality"].replace_strict(number, return_dtype=pl.Int32).to_numpy(),
        joined["list_id"].fill_null(0).to_numpy(),
        tuple(places["municipality"]),
        tuple(places["size_group"]),
    )


def cumulative_weights(people: People, place: str, group: str) -> NDArray[np.float64]:
    """Running sum of weights, one a person: own use, times factors of age, sex and size of the municipality."""
    factor = _age_factors(group)[people.woman.astype(np.int8), people.age]
    sizes = claims_table("places").filter(pl.col("place") == place).cast({"factor": pl.Float32})
    by_size = dict(zip(sizes["size_group"], sizes["factor"], strict=True))
    by_place = np.array([by_size[size] for size in people.size_groups], np.float32)
    return np.cumsum(people.use * factor * by_place[people.municipality], dtype=np.float64)


def _age_factors(group: str) -> Floats:
    """Factors by sex (men, women) and age: each row holds from its age on."""
    rows = claims_table("use").filter(pl.col("group") == group).cast({"age_from": pl.Int64}).sort("age_from")
    table = np.ones((2, _OLDEST + 1), np.float32)
    for age, men, women in rows.select("age_from", "men", "women").iter_rows():
        table[0, age:], table[1, age:] = float(men), float(women)
    return table

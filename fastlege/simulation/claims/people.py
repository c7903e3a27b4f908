"""Who comes: each person's weight for each group of contacts, and the list each belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fastlege.kernel.draws import mix
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import PersonStatus, Sex
from fastlege.simulation.claims.tables import assumed
from fastlege.simulation.recipe import claims_table

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

_ALIVE = [PersonStatus.RESIDENT.value, PersonStatus.OPTED_OUT.value]
_OLDEST = 120
EVENING = "evening"
"""The time of day that evenings, nights and weekends are in `places.csv`; the other is `day`."""
_EPOCH = date(1970, 1, 1)
_FOREVER = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Memberships:
    """Who belonged to which list when: rows of people, lists, and days since 1970."""

    row: NDArray[np.int32]
    gp_list: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]


@dataclass(frozen=True)
class People:
    """Those who may come, by person_id: ages in the year, days of birth, municipality as a number."""

    person_id: NDArray[np.int32]
    age: NDArray[np.int16]
    birth: NDArray[np.int32]
    woman: NDArray[np.bool_]
    use: Floats
    municipality: NDArray[np.int16]
    memberships: Memberships
    municipalities: tuple[str, ...]
    size_groups: tuple[str, ...]
    counties: tuple[str, ...]

    def lists_on(self, day: date) -> NDArray[np.int32]:
        """The list that each belongs to on a day, 0 for none."""
        found, number, rows = np.zeros(len(self.person_id), np.int32), (day - _EPOCH).days, self.memberships
        holds = (rows.start <= number) & (number < rows.end)
        found[rows.row[holds]] = rows.gp_list[holds]
        return found


def read_people(snapshot: Snapshot, year: int, seed: int) -> People:
    """The living residents of a snapshot with what a year of claims needs to know of them."""
    columns = ["person_id", "birth_date", "sex", "municipality", "status", "gp_use"]
    table = snapshot.table("persons", columns, as_dictionary=["municipality", "status"])
    alive = pc.is_in(table["status"].cast(pa.string()), pa.array(_ALIVE))
    table = table.filter(pc.and_(alive, pc.less(table["birth_date"], pa.scalar(date(year, 7, 1)))))
    table = table.select(columns[:4] + columns[5:]).combine_chunks()
    places = pl.DataFrame(snapshot.table("municipalities", ["municipality", "size_group", "county"])).sort(
        "municipality"
    )
    number = {code: row for row, code in enumerate(places["municipality"])}
    coded = table["municipality"].combine_chunks()
    place = np.array([number[code] for code in coded.dictionary.to_pylist()], np.int16)
    person = table["person_id"].to_numpy().astype(np.int32)
    births = table["birth_date"].cast(pa.int32()).to_numpy()
    years = births.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int32) + 1970
    age = np.clip(year - years, 0, _OLDEST).astype(np.int16)
    woman = table["sex"].to_numpy() == Sex.FEMALE.value
    municipality = place[coded.indices.to_numpy()]
    groups = sorted(set(places["size_group"]))
    size = np.array([groups.index(name) for name in places["size_group"]], np.int64)[municipality]
    use = table["gp_use"].to_numpy().astype(np.float32) + np.float32(assumed("least_use"))
    return People(
        person,
        age,
        births,
        woman,
        concentrated(use, person, (size * 2 + woman) * (_OLDEST + 1) + age, seed),
        municipality,
        _memberships(snapshot, person, year),
        tuple(places["municipality"]),
        tuple(places["size_group"]),
        tuple(places["county"]),
    )


def concentrated(use: Floats, person: NDArray[np.int32], cell: Integers, seed: int) -> Floats:
    """The same use within each cell in sum, on fewer people: each times a factor drawn for the person and the seed."""
    rows = claims_table("concentration").cast({"people": pl.Float64, "factor": pl.Float64})
    bounds = np.cumsum(rows["people"].to_numpy()) / rows["people"].sum()
    roll = mix(seed, "claims:who comes often", person.astype(np.int64)) / float(2**64)
    factor = rows["factor"].to_numpy()[np.searchsorted(bounds, roll, side="right").clip(max=len(bounds) - 1)]
    drawn = np.minimum(use * factor, assumed("most_use"))
    before, after = (np.bincount(cell, weights) for weights in (use, drawn))
    return (drawn * (before / np.maximum(after, np.finfo(float).tiny))[cell]).astype(np.float32)


def times(place: str, group: str) -> tuple[str, ...]:
    """The times of day whose contacts are spread over the country each in its way; one that is empty for both."""
    return tuple(sorted(set(_places(place, group)["time"].fill_null(""))))


def cumulative_weights(people: People, of: tuple[str, str, str], born: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Running sum of weights, one a person: own use, times factors of age, sex and of where the person lives.

    `of` is the place, the group and the time of day of the contacts.
    """
    place, group, time = of
    factor = _age_factors(group)[people.woman.astype(np.int8), people.age]
    by_place = _place_factors(people, _places(place, group).filter(pl.col("time").fill_null("") == time))
    return np.cumsum(people.use * factor * by_place[people.municipality] * born, dtype=np.float64)


def draw_people(weights: NDArray[np.float64], count: int, chance: np.random.Generator) -> NDArray[np.int32]:
    """People by their weights, in no order that tells of them."""
    # Looked up in order, which is many times faster in a long column, and then put back in the order of the draws.
    rolls = chance.random(count) * weights[-1]
    order = np.argsort(rolls)
    found = np.empty(count, np.int32)
    found[order] = np.searchsorted(weights, rolls[order], side="right").clip(max=len(weights) - 1)
    return found


def _memberships(snapshot: Snapshot, person: NDArray[np.int32], year: int) -> Memberships:
    """The memberships of a year."""
    table = snapshot.table("memberships", ["person_id", "list_id", "start", "end"])
    start = table["start"].cast(pa.int32()).to_numpy()
    end = pc.fill_null(table["end"].cast(pa.int32()), int(_FOREVER)).to_numpy()
    who = table["person_id"].to_numpy()
    row = np.searchsorted(person, who).clip(max=len(person) - 1).astype(np.int32)
    holds = (start < (date(year + 1, 1, 1) - _EPOCH).days) & (end > (date(year, 1, 1) - _EPOCH).days)
    holds &= person[row] == who
    return Memberships(row[holds], table["list_id"].to_numpy()[holds].astype(np.int32), start[holds], end[holds])


def _places(place: str, group: str) -> pl.DataFrame:
    return claims_table("places").filter((pl.col("place") == place) & (pl.col("group") == group))


def _place_factors(people: People, rows: pl.DataFrame) -> Floats:
    """The factor of each municipality: that of its size times that of its county, where they have one."""
    factor = np.ones(len(people.municipalities), np.float32)
    for areas, value in rows.select("areas", "factor").iter_rows():
        named = set(areas.split())
        inside = [
            bool(named & {size, county}) for size, county in zip(people.size_groups, people.counties, strict=True)
        ]
        factor[inside] *= np.float32(value)
    return factor


def _age_factors(group: str) -> Floats:
    """Factors by sex (men, women) and age: each row holds from its age on."""
    rows = claims_table("use").filter(pl.col("group") == group).cast({"age_from": pl.Int64}).sort("age_from")
    table = np.ones((2, _OLDEST + 1), np.float32)
    for age, men, women in rows.select("age_from", "men", "women").iter_rows():
        table[0, age:], table[1, age:] = float(men), float(women)
    return table

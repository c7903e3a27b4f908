"""The areas that figures are given for: municipality, county, size group, centrality class, country."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import SizeGroup


class Level(StrEnum):
    """A way to divide the country into areas; each area is a set of municipalities."""

    MUNICIPALITY = "municipality"
    COUNTY = "county"
    COUNTY_SIZE_GROUP = "county_size_group"
    SIZE_GROUP = "size_group"
    CENTRALITY = "centrality"
    COUNTRY = "country"


COUNTRY = "country"
"""Code of the only area at country level."""

NESTED: tuple[tuple[Level, Level], ...] = (
    (Level.MUNICIPALITY, Level.COUNTY_SIZE_GROUP),
    (Level.MUNICIPALITY, Level.COUNTY),
    (Level.MUNICIPALITY, Level.SIZE_GROUP),
    (Level.MUNICIPALITY, Level.CENTRALITY),
    (Level.COUNTY_SIZE_GROUP, Level.COUNTY),
    (Level.COUNTY_SIZE_GROUP, Level.SIZE_GROUP),
    (Level.COUNTY, Level.COUNTRY),
    (Level.SIZE_GROUP, Level.COUNTRY),
    (Level.CENTRALITY, Level.COUNTRY),
)
"""Pairs of levels where each area of the first lies whole within one area of the second."""


@dataclass(frozen=True)
class Words:
    """One text in the three languages of the site."""

    nb: str
    nn: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in bokmål (nb), nynorsk (nn) or English (en)."""
        return {"nb": self.nb, "nn": self.nn, "en": self.en}[language]


_FIXED: dict[tuple[Level, str], Words] = {
    (Level.COUNTRY, COUNTRY): Words("Hele landet", "Heile landet", "The whole country"),
    (Level.SIZE_GROUP, SizeGroup.UNDER_2000): Words(
        "Under 2 000 innbyggere", "Under 2 000 innbyggjarar", "Under 2,000 residents"
    ),
    (Level.SIZE_GROUP, SizeGroup.FROM_2000): Words(
        "2 000–4 999 innbyggere", "2 000–4 999 innbyggjarar", "2,000–4,999 residents"
    ),
    (Level.SIZE_GROUP, SizeGroup.FROM_5000): Words(
        "5 000–9 999 innbyggere", "5 000–9 999 innbyggjarar", "5,000–9,999 residents"
    ),
    (Level.SIZE_GROUP, SizeGroup.FROM_10000): Words(
        "10 000–49 999 innbyggere", "10 000–49 999 innbyggjarar", "10,000–49,999 residents"
    ),
    (Level.SIZE_GROUP, SizeGroup.FROM_50000): Words(
        "50 000 innbyggere eller flere", "50 000 innbyggjarar eller fleire", "50,000 residents or more"
    ),
    (Level.CENTRALITY, "1"): Words("1 mest sentral", "1 mest sentral", "1 most central"),
    (Level.CENTRALITY, "6"): Words("6 minst sentral", "6 minst sentral", "6 least central"),
}


def level_named(name: str) -> Level:
    """The level of that name; an unknown one is a `DataError` that lists the known ones."""
    try:
        return Level(name.replace("-", "_"))
    except ValueError:
        near = get_close_matches(name, list(Level), n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise DataError(f"there is no level {name!r}.", remedy=f"{hint}The levels are {', '.join(Level)}.") from None


class Areas:
    """The areas of a snapshot's municipalities at every level, with their names and what lies within what.

    `served` are the municipalities that have lists of their own; all when not given. Those that co-operate with a
    neighbour have none, nor have those outside a part of the country: they are counted, but not shown. `now` gives,
    for a snapshot on other borders, the municipality in which each of its municipalities is counted.
    """

    def __init__(
        self,
        municipalities: pa.Table,
        served: Collection[str] | None = None,
        now: Mapping[str, str] | None = None,
    ) -> None:
        self._now = now or {}
        county, size = municipalities["county"], municipalities["size_group"]
        columns: dict[str, pa.ChunkedArray | pa.Array] = {
            Level.MUNICIPALITY: municipalities["municipality"],
            Level.COUNTY: county,
            Level.COUNTY_SIZE_GROUP: pc.binary_join_element_wise(county, size, ":"),
            Level.SIZE_GROUP: size,
            Level.CENTRALITY: municipalities["centrality"].cast(pa.string()),
            Level.COUNTRY: pa.array([COUNTRY] * municipalities.num_rows),
        }
        self.table = pa.table({level.value: columns[level].cast(pa.string()) for level in Level})
        """One row a municipality, one column a level, holding the code of the area it lies in."""
        self._codes = {level: sorted(set(self.table[level.value].to_pylist())) for level in Level}
        self._parts: dict[tuple[Level, Level], list[NDArray[np.intp]]] = {}
        in_order = self.table.sort_by(Level.MUNICIPALITY.value)
        self._positions = {
            level: pc.index_in(in_order[level.value], pa.array(self.codes(level), pa.string()))
            .to_numpy()
            .astype(np.intp)
            for level in Level
        }
        own = in_order[Level.MUNICIPALITY.value]
        self._served = np.array([served is None or code in served for code in own.to_pylist()], dtype=np.bool_)
        self._names = dict(
            zip(municipalities["municipality"].to_pylist(), municipalities["name"].to_pylist(), strict=True)
        )
        self._counties = dict(zip(county.to_pylist(), municipalities["county_name"].to_pylist(), strict=True))

    @classmethod
    def of(cls, snapshot: Snapshot) -> Areas:
        """The areas of a snapshot; one without municipalities is a `DataError`."""
        table = snapshot.table("municipalities")
        if not table.num_rows:
            raise DataError(
                "the table municipalities is empty, so there are no areas to count by.",
                where=str(snapshot.folder),
                remedy="Build or export the snapshot again.",
            )
        return cls(table, _served(snapshot))

    @classmethod
    def on_borders(cls, snapshot: Snapshot, municipalities: pa.Table, now: Mapping[str, str]) -> Areas:
        """The areas of a snapshot on the borders of another day: `now` says where its municipalities are counted."""
        return cls(municipalities, {now.get(code, code) for code in _served(snapshot)}, now)

    def places(self, municipalities: pa.ChunkedArray | pa.Array) -> pa.Int32Array:
        """The positions of municipalities, as the snapshot has them, among the codes; null for an unknown one."""
        if self._now:
            former = pa.array(self._now.keys(), pa.string())
            today = pa.array(self._now.values(), pa.string())
            municipalities = pc.coalesce(today.take(pc.index_in(municipalities, former)), municipalities)
        return pc.index_in(municipalities, pa.array(self.codes(Level.MUNICIPALITY), pa.string()))

    def codes(self, level: Level) -> list[str]:
        """The areas at a level, in the order of their codes; size groups from small to large."""
        if level is Level.SIZE_GROUP:
            return [group for group in SizeGroup if group in self._codes[level]]
        return self._codes[level]

    def shown(self, level: Level) -> NDArray[np.bool_]:
        """Which areas of a level, in the order of their codes, have lists; the country is always shown."""
        shown = np.bincount(self._positions[level], weights=self._served, minlength=len(self.codes(level))) > 0
        return shown | (level is Level.COUNTRY)

    def positions(self, level: Level) -> NDArray[np.intp]:
        """For each municipality, in the order of their codes: the position of its area among the level's codes."""
        return self._positions[level]

    def parts(self, child: Level, parent: Level) -> list[NDArray[np.intp]]:
        """For a pair of `NESTED`: for each area of the parent level, the positions of the child areas within it."""
        if (child, parent) not in self._parts:
            within = np.zeros(len(self.codes(child)), dtype=np.intp)
            within[self.positions(child)] = self.positions(parent)
            self._parts[child, parent] = [np.flatnonzero(within == total) for total in range(len(self.codes(parent)))]
        return self._parts[child, parent]

    def name(self, level: Level, code: str) -> Words:
        """The name of an area."""
        if level is Level.MUNICIPALITY:
            return _same(self._names[code])
        if level is Level.COUNTY:
            return _same(self._counties[code])
        if level is Level.COUNTY_SIZE_GROUP:
            county, size = code.split(":")
            group = _FIXED[Level.SIZE_GROUP, size]
            return Words(*(f"{self._counties[county]}, {text[0].lower()}{text[1:]}" for text in _each(group)))
        return _FIXED.get((level, code)) or _same(code)


def _served(snapshot: Snapshot) -> set[str]:
    """The municipalities with a list in force."""
    lists = snapshot.table("lists", ["municipality", "start", "end"])
    begun = pc.less_equal(lists["start"], snapshot.as_of)
    over = pc.fill_null(pc.less_equal(lists["end"], snapshot.as_of), False)
    return set(pc.unique(lists["municipality"].filter(pc.and_not(begun, over))).to_pylist())


def _same(text: str) -> Words:
    return Words(text, text, text)


def _each(words: Words) -> tuple[str, str, str]:
    return words.nb, words.nn, words.en

"""What the register says of each list on the day that a month is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import Relationship
from fastlege.rules.capitation.counting import in_force
from fastlege.rules.geography import cooperating_on

_LIST_COLUMNS = ("list_id", "municipality", "cap", "salaried", "agreement_date", "start", "end")


@dataclass(frozen=True)
class RegisterDay:
    """The lists in force on a day, in order of `list_ids`, one entry a list in each column.

    `municipality` holds places in `municipalities`; `population` is by those places too. `has_gp` is false for a
    vacant list, whether a substitute serves it or nobody. `agreement_date` is a column of days (datetime64[D]).
    `centrality` is the class of each of the municipalities, and `served` their people with those of the municipalities
    that they run the scheme for.
    """

    day: date
    list_ids: NDArray[np.int64]
    municipality: NDArray[np.int64]
    cap: NDArray[np.int64]
    salaried: NDArray[np.bool_]
    has_gp: NDArray[np.bool_]
    agreement_date: NDArray[np.datetime64]
    municipalities: tuple[str, ...]
    population: NDArray[np.int64]
    centrality: NDArray[np.int64]
    served: NDArray[np.int64]

    @cached_property
    def lists_in_municipality(self) -> NDArray[np.int64]:
        """Number of lists in force by municipality, vacant ones too."""
        return np.bincount(self.municipality, minlength=len(self.municipalities))

    def sum_by_municipality(self, amounts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Whole numbers by list added up by municipality."""
        total = np.zeros(len(self.municipalities), dtype=np.int64)
        np.add.at(total, self.municipality, amounts)
        return total


def register_day(snapshot: Snapshot) -> RegisterDay:
    """Read the lists in force on the snapshot's own day."""
    day = snapshot.as_of
    lists = in_force(snapshot.table("lists", _LIST_COLUMNS), day).sort_by("list_id")
    towns = snapshot.table("municipalities", ["municipality", "population", "centrality"]).sort_by("municipality")
    codes = pc.index_in(lists["municipality"], towns["municipality"].combine_chunks())
    if codes.null_count:
        missing = sorted(set(lists["municipality"].filter(codes.is_null()).to_pylist()))
        raise DataError(
            f"lists lie in municipalities that are not in the table municipalities: {', '.join(missing)}.",
            where=str(snapshot.folder),
            remedy="Nothing was paid. Correct the snapshot first.",
        )
    periods = in_force(snapshot.table("doctor_periods", ["list_id", "relationship", "start", "end"]), day)
    held = periods.filter(pc.equal(periods["relationship"], Relationship.REGULAR.value))["list_id"]
    return RegisterDay(
        day=day,
        list_ids=_numbers(lists["list_id"]),
        municipality=_numbers(codes),
        cap=_numbers(lists["cap"]),
        salaried=lists["salaried"].to_numpy(),
        has_gp=pc.is_in(lists["list_id"], held.combine_chunks()).to_numpy(),
        agreement_date=lists["agreement_date"].to_numpy(),
        municipalities=tuple(towns["municipality"].to_pylist()),
        population=_numbers(towns["population"]),
        centrality=_numbers(towns["centrality"]),
        served=_served(towns, day),
    )


def _served(towns: pa.Table, day: date) -> NDArray[np.int64]:
    places = {code: place for place, code in enumerate(towns["municipality"].to_pylist())}
    own = _numbers(towns["population"])
    served = own.copy()
    for code, by in cooperating_on(day).items():
        if code in places and by in places:
            served[places[by]] += own[places[code]]
    return served


def _numbers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    return column.cast(pa.int64()).to_numpy()

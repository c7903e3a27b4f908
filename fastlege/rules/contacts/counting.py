"""A year of contacts counted by month, county, age, sex and type, straight from the claims: no file in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numba
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.claims.columns.reading import in_advance
from fastlege.rules.contacts.columns import NO_KIND, Positions
from fastlege.rules.contacts.line_reader import LineReader
from fastlege.rules.contacts.types import NO_TYPE, contact_types, load_contact_kinds

Report = Callable[[str, float], None]

AGES = (0, 20, 40, 60, 80)
"""The first year of each age group; ages are those reached in the year of the contact."""

MONTHS, SEXES = 12, (1, 2)
_CLAIMS = ("claim_id", "person_id", "date")
_PART = 1 << 20
_NOBODY = -1


@dataclass(frozen=True)
class Volumes:
    """Contacts of one year: `counts[month, county, age, sex, type]`, from the names of counties and types."""

    year: int
    counties: tuple[str, ...]
    types: tuple[str, ...]
    counts: NDArray[np.int64]

    def table(self) -> pa.Table:
        """The counts as rows, those above nought."""
        month, county, age, sex, kind = np.nonzero(self.counts)
        return pa.table(
            {
                "month": pa.array(month + 1, pa.int8()),
                "county": pa.array(self.counties).take(pa.array(county)),
                "age_from": pa.array(np.array(AGES, np.int16)[age]),
                "sex": pa.array(np.array(SEXES, np.int8)[sex]),
                "contact_type": pa.array(self.types).take(pa.array(kind)),
                "contacts": pa.array(self.counts[month, county, age, sex, kind]),
            }
        )


def count_contacts(snapshot: Snapshot, *, report: Report = lambda *_: None) -> Volumes:
    """Type and count all claims of a snapshot, which are of one year."""
    if not snapshot.has("claims"):
        raise DataError("the table claims is missing.", where=str(snapshot.folder), remedy="Name a folder with claims.")
    year = _year(snapshot)
    counties, groups = _groups(snapshot, year)
    types, type_of_kind = _types()
    cells = len(counties) * len(AGES) * len(SEXES)
    counts = np.zeros((MONTHS, cells, len(types)), np.int64)
    total, done = snapshot.rows("claims"), 0
    months = _months(year)
    classes = (groups, months.of_day, type_of_kind)
    for (ids, people, days), lines in in_advance(_parts(snapshot)):
        periods = np.searchsorted(lines[2].first_days, days, side="right") - 1
        positions = (periods, lines[2].of_code)
        _refuse(_count((ids, people, days - months.first), lines[:2], positions, classes, counts))
        done += len(ids)
        report("contacts", done / total)
    shape = (MONTHS, len(counties), len(AGES), len(SEXES), len(types))
    return Volumes(year, counties, types, counts.reshape(shape))


@dataclass(frozen=True)
class _Months:
    """The month of each day of a year, from its first day on."""

    first: int
    of_day: NDArray[np.int8]


def _months(year: int) -> _Months:
    days = np.arange(np.datetime64(f"{year}-01-01"), np.datetime64(f"{year + 1}-01-01"))
    return _Months(
        int(days[0].astype(np.int64)), (days.astype("datetime64[M]").astype(np.int64) % MONTHS).astype(np.int8)
    )


Claims = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]
Lines = tuple[NDArray[np.int64], NDArray[np.int32], Positions]


def _parts(snapshot: Snapshot) -> Iterator[tuple[Claims, Lines]]:
    lines = LineReader(snapshot)
    for batch in pq.ParquetFile(snapshot.path("claims")).iter_batches(_PART, columns=list(_CLAIMS)):
        ids = batch["claim_id"].to_numpy()
        claims = (ids, batch["person_id"].to_numpy(), batch["date"].cast(pa.int32()).to_numpy())
        yield claims, lines.up_to(int(ids[-1]))
    lines.refuse_rest()


def _groups(snapshot: Snapshot, year: int) -> tuple[tuple[str, ...], NDArray[np.int16]]:
    """The counties; and the number of each person's county, age and sex together, by person_id."""
    towns = snapshot.table("municipalities", ["municipality", "county"]).to_pydict()
    counties = tuple(sorted(set(towns["county"])))
    county = dict(zip(towns["municipality"], map(counties.index, towns["county"]), strict=True))
    columns = ["person_id", "birth_date", "sex", "municipality"]
    people = snapshot.table("persons", columns, as_dictionary=["municipality"]).combine_chunks()
    place = people["municipality"].combine_chunks()
    at = np.array([county[code] for code in place.dictionary.to_pylist()], np.int16)[place.indices.to_numpy()]
    born = people["birth_date"].cast(pa.int32()).to_numpy().astype("datetime64[D]").astype("datetime64[Y]")
    age = np.searchsorted(AGES, year - (born.astype(np.int64) + 1970), side="right") - 1
    sex = people["sex"].to_numpy() - SEXES[0]
    ids = people["person_id"].to_numpy()
    found = np.full(int(ids.max(initial=0)) + 1, _NOBODY, np.int16)
    found[ids] = (at * len(AGES) + np.maximum(age, 0)) * len(SEXES) + sex
    return counties, found


def _types() -> tuple[tuple[str, ...], NDArray[np.int8]]:
    """The types; and the number of the type of each kind of contact, `NO_KIND` too."""
    types = (*contact_types(), NO_TYPE)
    found = np.full(NO_KIND + 1, len(types) - 1, np.int8)
    for kind, row in enumerate(load_contact_kinds()):
        found[kind] = types.index(row.contact_type)
    return types, found


def _year(snapshot: Snapshot) -> int:
    file = pq.ParquetFile(snapshot.path("claims"))
    at = file.schema_arrow.get_field_index("date")
    bounds = [file.metadata.row_group(group).column(at).statistics for group in range(file.num_row_groups)]
    first, last = min(one.min for one in bounds), max(one.max for one in bounds)
    if not isinstance(first, date) or first.year != last.year:
        raise DataError(f"the claims are of {first} to {last}, not of one year.", where=str(snapshot.folder))
    return first.year


def _refuse(wrong: int) -> None:
    if wrong == 1:
        raise DataError("a claim names a person that the snapshot lacks.", where="claims")
    if wrong == 2:
        raise DataError("a claim line has no claim, or is not in order.", where="claim_lines")
    if wrong == 3:
        raise DataError("a claim is older than the rows on contact types.", where="claims")
    if wrong == 4:
        raise DataError("a claim has no lines.", where="claim_lines", remedy="Add its lines, or take the claim away.")


@numba.njit(cache=True, nogil=True)
def _count(claims, lines, positions, classes, counts):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add each claim to its cell by the smallest position of its codes; what was wrong, or 0."""
    ids, people, days = claims
    line_claims, line_codes = lines
    periods, of_code = positions
    groups, month_of_day, type_of_kind = classes
    at = 0
    for claim in range(len(ids)):
        if periods[claim] < 0:
            return 3
        kind, first = np.uint8(NO_KIND), at
        while at < len(line_claims) and line_claims[at] == ids[claim]:
            kind = min(kind, of_code[periods[claim], line_codes[at]])
            at += 1
        if at == first:
            return 4
        if not 0 <= people[claim] < len(groups) or groups[people[claim]] < 0:
            return 1
        counts[month_of_day[days[claim]], groups[people[claim]], type_of_kind[kind]] += 1
    return 0 if at == len(line_claims) else 2

"""Base tables of a year of contacts, made in one pass over the file by compiled loops: the same rows, much sooner.

Their definition is the Ibis expression in `bases`; tests hold the two against each other on made-up years. An engine
that is given runs the expressions as they stand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fastlege.figures.bases.contacts import CONSULTATIONS, GP
from fastlege.figures.counting.coding import SEXES, Codes, People, Positions
from fastlege.figures.counting.consultations import Consultations
from fastlege.figures.counting.cube import Cube
from fastlege.figures.dimensions import AGE_BANDS
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import Relationship, Sex

FAST = frozenset({"contacts", "diagnoses", "person_continuity", "list_continuity"})
"""The base tables that can be made so."""

_PART = 1 << 20
_SPARSE = 1 << 31
_THREADS = 2
_WORDS = ("contact_type", "medium", "place", "relation", "diagnosis")


def is_dense(snapshot: Snapshot) -> bool:
    """Whether persons are numbered closely enough to be kept by number."""
    metadata = pq.read_metadata(snapshot.path("persons"))
    groups = (metadata.row_group(each).column(0).statistics for each in range(metadata.num_row_groups))
    last = max((found.max if found and found.has_min_max else _SPARSE for found in groups), default=0)
    return bool(last < _SPARSE and last < 1_000_000 + 20 * metadata.num_rows)


def made(snapshot: Snapshot, bases: Collection[str]) -> dict[str, pa.Table]:
    """Some base tables of `FAST`, from one reading of the contacts."""
    people = _people(snapshot)
    codes = {name: Codes() for name in _WORDS}
    cube, consultations = Cube(people, codes), Consultations(people, codes)
    follow = bool({"person_continuity", "list_continuity"} & set(bases))

    def keep(part: pa.RecordBatch, numbers: dict[str, Positions]) -> None:
        if follow:
            consultations.add(part, _counted(part, numbers, codes), numbers)

    # The loops and the reading let go of the interpreter, so that two threads share the work.
    with ThreadPoolExecutor(_THREADS) as pool:
        for part in _ahead(_parts(snapshot, diagnoses="diagnoses" in bases), pool):
            numbers = {name: codes[name].numbers(part[name]) for name in _WORDS if name in part.schema.names}
            kept = pool.submit(keep, part, numbers)
            cube.add(part, _kind_of(part["person_id"].to_numpy(), people), numbers)
            kept.result()
        found = {
            "person_continuity": consultations.by_person,
            "contacts": cube.contacts,
            "diagnoses": cube.diagnoses,
            "list_continuity": lambda: consultations.by_list(*_lists(snapshot)),
        }
        rows = {base: pool.submit(make) for base, make in found.items() if base in bases}
        return {base: each.result() for base, each in rows.items()}


def _ahead(parts: Iterator[pa.RecordBatch], pool: ThreadPoolExecutor) -> Iterator[pa.RecordBatch]:
    """The same parts, the next one read while one is being counted."""
    coming = pool.submit(next, parts, None)
    while (part := coming.result()) is not None:
        coming = pool.submit(next, parts, None)
        yield part


def _counted(part: pa.RecordBatch, numbers: dict[str, Positions], codes: dict[str, Codes]) -> NDArray[np.bool_]:
    """The consultations that continuity is about."""
    of_type = np.isin(np.array(codes["contact_type"].words, dtype=object), CONSULTATIONS)[numbers["contact_type"]]
    at_gp = np.array([word == GP for word in codes["place"].words], np.bool_)[numbers["place"]]
    own_work = ~part["delegated"].to_numpy(zero_copy_only=False)
    counted: NDArray[np.bool_] = of_type & at_gp & own_work
    return counted


def _parts(snapshot: Snapshot, *, diagnoses: bool) -> Iterator[pa.RecordBatch]:
    words = [name for name in _WORDS if diagnoses or name != "diagnosis"]
    columns = ["claim_id", "person_id", "doctor_id", "date", "evening", "delegated", *words]
    try:
        file = pq.ParquetFile(snapshot.path("contacts"), read_dictionary=words)
        yield from file.iter_batches(_PART, columns=columns)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(
            f"cannot be counted ({' '.join(str(error).split())}).",
            where=str(snapshot.path("contacts")),
            remedy="Make it again with `fastlege claims classify`.",
        ) from error


def _people(snapshot: Snapshot) -> People:
    table = snapshot.table(
        "persons", ["person_id", "municipality", "birth_date", "sex"], as_dictionary=["municipality"]
    )
    municipality = table["municipality"].unify_dictionaries().combine_chunks()
    sex = (table["sex"].to_numpy() != Sex.FEMALE.value).astype(np.int32)
    age = _age_bands(table["birth_date"].to_numpy(), np.datetime64(snapshot.as_of, "D"))
    kind = (municipality.indices.to_numpy().astype(np.int32) * len(AGE_BANDS) + age) * len(SEXES) + sex
    people = People(np.empty(0, np.int32), municipality.dictionary.to_pylist())
    number = table["person_id"].to_numpy()
    by_number = np.full(int(number.max(initial=0)) + 1, people.size - 1, np.int32)
    by_number[number] = kind
    return People(by_number, people.municipality)


def _age_bands(birth: NDArray[np.datetime64], on: np.datetime64) -> NDArray[np.int32]:
    """The position of each person's band of age on a day."""
    day, month = birth.astype("M8[D]"), birth.astype("M8[M]")
    year = birth.astype("M8[Y]")
    of_year = (month - year).astype(np.int32) * 100 + (day - month).astype(np.int32)
    now_month, now_year = on.astype("M8[M]"), on.astype("M8[Y]")
    now = int((now_month - now_year).astype(int)) * 100 + int((on - now_month).astype(int))
    age = (now_year - year).astype(np.int32) - (of_year > now)
    return np.searchsorted([band.last for band in AGE_BANDS], age).astype(np.int32)


def _kind_of(person: Positions, people: People) -> NDArray[np.int32]:
    known = (person >= 0) & (person < len(people.kind))
    kind: NDArray[np.int32] = people.kind[np.where(known, person, 0)]
    return kind if known.all() else np.where(known, kind, np.int32(people.size - 1))


def _lists(snapshot: Snapshot) -> tuple[Positions, dict[int, tuple[int, str]]]:
    """The list of each person on the day, 0 for none, and the GP and municipality of each list that has a GP."""
    members = _running(snapshot, "memberships", ["person_id", "list_id"])
    person = members["person_id"].to_numpy()
    list_of = np.zeros(int(person.max(initial=0)) + 1, np.int64)
    list_of[person] = members["list_id"].to_numpy()
    places = _running(snapshot, "lists", ["list_id", "municipality"])
    municipality = dict(zip(places["list_id"].to_pylist(), places["municipality"].to_pylist(), strict=True))
    periods = _running(snapshot, "doctor_periods", ["list_id", "doctor_id", "relationship"])
    regular = periods.filter(pc.equal(periods["relationship"], Relationship.REGULAR.value))
    first = regular.group_by("list_id").aggregate([("doctor_id", "min")])
    pairs = zip(first["list_id"].to_pylist(), first["doctor_id_min"].to_pylist(), strict=True)
    return list_of, {each: (gp, municipality[each]) for each, gp in pairs if each in municipality}


def _running(snapshot: Snapshot, name: str, columns: list[str]) -> pa.Table:
    table = snapshot.table(name, [*columns, "start", "end"])
    day = pa.scalar(snapshot.as_of)
    runs = pc.and_(pc.less_equal(table["start"], day), pc.fill_null(pc.greater(table["end"], day), True))
    return table.filter(runs).select(columns)

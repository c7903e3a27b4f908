"""A year of claims, month by month: drawn, ordered by time, and streamed to a folder with the snapshot's tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.kernel.errors import DataError
from fastlege.kernel.periods import years_before
from fastlege.kernel.snapshot import Snapshot, SnapshotWriter, new_snapshot
from fastlege.kernel.snapshot_tables import ALL_TABLES
from fastlege.kernel.table_writer import TableWriter
from fastlege.rules.parameters import load_rulebook
from fastlege.simulation.claims import tables
from fastlege.simulation.claims.doctors import Doctors, choose, read_doctors
from fastlege.simulation.claims.faults import spoil
from fastlege.simulation.claims.lines import Codes, Lines, amounts_of, draw_lines, draw_main
from fastlege.simulation.claims.moments import draw_moments
from fastlege.simulation.claims.people import People, cumulative_weights, read_people
from fastlege.simulation.claims.shares import Ceiling
from fastlege.simulation.recipe import claims_table

Report = Callable[[str, float], None]
Integers = NDArray[np.int64]

_EXEMPT_UNDER = "fee.exempt_under_age"
_RECENT_YEARS = 5


@dataclass(frozen=True)
class _Drawn:
    """The contacts of one place and month, a row each."""

    person: Integers
    doctor: Integers
    gp_list: Integers
    day: NDArray[np.int32]
    minute: NDArray[np.int16]
    main: NDArray[np.int16]


class _Year:
    """What stays the same through the year, and what is counted."""

    def __init__(self, snapshot: Snapshot, year: int, seed: int) -> None:
        self.year, self.seed = year, seed
        self.people = read_people(snapshot, year)
        self.doctors: Doctors = read_doctors(
            snapshot, self.people, specialist_from=years_before(date(year, 12, 31), _RECENT_YEARS)
        )
        self.volumes = tables.volumes(year)
        self.share = _share_of_nation(snapshot, self.people)
        self.ceiling = Ceiling(len(self.people.person_id), year=year, book=load_rulebook())
        self.codes = Codes()
        self.claims = 0


def build_year(snapshot: Snapshot, out: Path, *, year: int, seed: int = 1, report: Report = lambda *_: None) -> None:
    """Write the snapshot's tables and a year of claims to a folder, whole or not at all.

    A part of the country gets its share of the nation's contacts. The same snapshot, year and seed give the same bytes.
    """
    if seed < 0:
        raise DataError(f"the seed {seed} is below nought.", remedy="Give a whole number from 0.")
    drawing = _Year(snapshot, year, seed)
    with new_snapshot(out) as writer, writer.stream("claims") as claims, writer.stream("claim_lines") as lines:
        for month in range(1, 13):
            report(f"claims of {year}-{month:02}", (month - 1) / 12)
            _write_month(drawing, date(year, month, 1), claims, lines)
        _copy_state(snapshot, writer)
        writer.write_meta(snapshot.as_of, {**_kept(snapshot), "claims_year": str(year), "claims_seed": str(seed)})
    report("done", 1.0)


def _write_month(drawing: _Year, month: date, claims: TableWriter, lines: TableWriter) -> None:
    for place in tables.PLACES:
        drawn = _draw(drawing, month, place)
        chance = stream(drawing.seed, f"claims:bills:{place}:{month}")
        specialist = np.isin(drawn.doctor, drawing.doctors.specialists)
        bill_lines = draw_lines(place, drawn.main, specialist, drawing.codes, chance)
        first = drawing.claims + 1
        drawing.claims += len(drawn.person)
        claims.write_table(_claims_table(drawing, drawn, place, first, chance))
        lines.write_table(_lines_table(drawing, drawn, bill_lines, first, month, chance))


def _draw(drawing: _Year, month: date, place: str) -> _Drawn:
    """All contacts of a place in a month, in order of time."""
    parts: list[_Drawn] = []
    for group in drawing.volumes.filter(drawing.volumes["place"] == place)["group"]:
        chance = stream(drawing.seed, f"claims:{place}:{group}:{month}")
        count = _count(drawing, place, group, month)
        weights = cumulative_weights(drawing.people, place, group)
        person = np.searchsorted(weights, chance.random(count) * weights[-1]).astype(np.int64)
        doctor, gp_list = choose(drawing.people, person, drawing.doctors, place, chance)
        day, minute, evening = draw_moments(month, place, count, chance)
        main = draw_main(place, group, evening, on=month, codes=drawing.codes, chance=chance)
        parts.append(_Drawn(person, doctor, gp_list, day, minute, main))
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in _Drawn.__dataclass_fields__]
    order = np.argsort(columns[3].astype(np.int64) * 1440 + columns[4], kind="stable")
    return _Drawn(*(column[order] for column in columns))


def _count(drawing: _Year, place: str, group: str, month: date) -> int:
    """The month's part of the year's contacts: parts are cut so that they add up to the whole."""
    rows = drawing.volumes.filter((drawing.volumes["place"] == place) & (drawing.volumes["group"] == group))
    whole = round(int(rows["contacts"].item()) * drawing.share)
    weights = np.array(claims_table("months")[place].to_list(), float)
    bounds = np.round(np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum() * whole).astype(np.int64)
    return int(bounds[month.month] - bounds[month.month - 1])


def _claims_table(drawing: _Year, drawn: _Drawn, place: str, first: int, chance: np.random.Generator) -> pa.Table:
    size = len(drawn.person)
    found = claims_table("diagnoses")
    roll = np.searchsorted(np.cumsum(found["share"].to_numpy()), chance.random(size)).clip(max=len(found) - 1)
    gp_list = pa.array(drawn.gp_list, mask=drawn.gp_list == 0)
    return pa.table(
        {
            "claim_id": np.arange(first, first + size),
            "doctor_id": drawn.doctor,
            "performer_id": pa.nulls(size, pa.int64()),
            "list_id": gp_list,
            "person_id": drawing.people.person_id[drawn.person],
            "date": pa.array(drawn.day).cast(pa.date32()),
            "time": drawn.minute,
            "place": pa.DictionaryArray.from_arrays(np.zeros(size, np.int8), [place]).cast(pa.string()),
            "diagnosis": pa.array(found["diagnosis"].to_list()).take(pa.array(roll)),
        }
    )


def _lines_table(
    drawing: _Year, drawn: _Drawn, lines: Lines, first: int, month: date, chance: np.random.Generator
) -> pa.Table:
    lines, too_much = spoil(lines, drawing.codes, chance)
    fee, share = amounts_of(drawing.codes, on=month)
    patient = share[lines.code] * lines.count
    # What is not reimbursed at all is no share of anything: it does not count, and nobody is exempt from it.
    counts = share[lines.code] < fee[lines.code]
    exempt = _exempt(drawing, drawn, np.bincount(lines.bill, np.where(counts, patient, 0), len(drawn.person)), month)
    patient = np.where(counts & exempt[lines.bill], 0, patient)
    amount = fee[lines.code] * lines.count + too_much
    starts = np.flatnonzero(np.diff(lines.bill, prepend=-1))
    number = np.arange(len(lines.bill)) - np.repeat(starts, np.diff(np.append(starts, len(lines.bill))))
    return pa.table(
        {
            "claim_id": lines.bill.astype(np.int64) + first,
            "line": (number + 1).astype(np.int8),
            "tariff": pa.DictionaryArray.from_arrays(lines.code, drawing.codes.names).cast(pa.string()),
            "count": lines.count,
            "amount": amount.astype(np.int32),
            "reimbursed": (amount - patient).astype(np.int32),
            "patient_share": patient.astype(np.int32),
        }
    )


def _exempt(drawing: _Year, drawn: _Drawn, sums: NDArray[Any], month: date) -> NDArray[np.bool_]:
    """Which bills cost the patient nothing: children's, and those after the ceiling was reached."""
    under = drawing.people.age[drawn.person] < load_rulebook().whole(_EXEMPT_UNDER, on=month)
    return under | drawing.ceiling.exempt(drawn.person, np.where(under, 0, sums).astype(np.int64))


def _share_of_nation(snapshot: Snapshot, people: People) -> float:
    """Which part of the nation's contacts a snapshot has: all, or by its number of people for a part of the country."""
    if not snapshot.meta.get("areas"):
        return 1.0
    return len(people.person_id) / tables.assumed("residents")


def _copy_state(snapshot: Snapshot, writer: SnapshotWriter) -> None:
    for name in ALL_TABLES.keys() - {"meta"}:
        if snapshot.has(name):
            writer.write(name, snapshot.table(name))


def _kept(snapshot: Snapshot) -> dict[str, str]:
    """What the snapshot says of itself, but for what the writer says anew."""
    return {key: value for key, value in snapshot.meta.items() if key not in ("as_of", "version", "digest")}

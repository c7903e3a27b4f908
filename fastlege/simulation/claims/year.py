"""A year of claims, month by month: drawn, ordered by time, and streamed to a folder with the snapshot's tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.kernel.errors import DataError
from fastlege.kernel.periods import next_month
from fastlege.kernel.snapshot import Snapshot, SnapshotWriter, new_snapshot
from fastlege.kernel.snapshot_tables import ALL_TABLES
from fastlege.kernel.table_writer import TableWriter
from fastlege.rules.claims.columns.programme import cut
from fastlege.simulation.claims import tables
from fastlege.simulation.claims.details import OTHERWISE, UNDER_AGE, WITH_CARD, Said, details_table, draw_minutes
from fastlege.simulation.claims.faults import NO_FAULT, change, faults
from fastlege.simulation.claims.history import in_year
from fastlege.simulation.claims.lines import Fees, fees_of
from fastlege.simulation.claims.month import Contacts, Month, Year, draw_month
from fastlege.simulation.claims.shares import draw_grounds
from fastlege.simulation.recipe import claims_table

Report = Callable[[str, float], None]

_EPOCH = date(1970, 1, 1)
_ABSENT_WITH = "2kd"
"""The code for work of which the bill says that the patient was absent."""


def build_year(snapshot: Snapshot, out: Path, *, year: int, seed: int = 1, report: Report = lambda *_: None) -> None:
    """Write the snapshot's tables and a year of claims to a folder, whole or not at all.

    A part of the country gets its share of the nation's contacts. The same snapshot, year and seed give the same bytes.
    """
    if seed < 0:
        raise DataError(f"the seed {seed} is below nought.", remedy="Give a whole number from 0.")
    snapshot = in_year(snapshot, year)
    drawing = Year(snapshot, year, seed)
    with (
        new_snapshot(out) as writer,
        writer.stream("claims") as claims,
        writer.stream("claim_lines") as lines,
        writer.stream("claim_details") as details,
    ):
        for month in range(1, 13):
            report(f"claims of {year}-{month:02}", (month - 1) / 12)
            _write_month(drawing, date(year, month, 1), (claims, lines, details))
        _copy_state(snapshot, writer)
        writer.write_meta(snapshot.as_of, {**_kept(snapshot), "claims_year": str(year), "claims_seed": str(seed)})
    report("done", 1.0)


def _write_month(drawing: Year, month: date, writers: tuple[TableWriter, TableWriter, TableWriter]) -> None:
    drawn = draw_month(drawing, month)
    chance = stream(drawing.seed, f"claims:details:{month}")
    first = drawing.claims + 1
    drawing.claims += len(drawn.contacts.person)
    claim = np.arange(first, first + len(drawn.contacts.person))
    writers[0].write_table(_claims_table(drawing, drawn.contacts, claim, chance))
    exempt, lines = _lines_table(drawing, drawn, first, month)
    writers[1].write_table(lines)
    minutes = draw_minutes(drawn.contacts.main, drawn.lines, drawing.codes, on=month, chance=chance)
    absent = drawn.contacts.main == drawing.codes.number(_ABSENT_WITH)
    writers[2].write_table(details_table(claim, Said(minutes, exempt, absent), drawn.fault))


def _claims_table(drawing: Year, drawn: Contacts, claim: NDArray[np.int64], chance: np.random.Generator) -> pa.Table:
    size = len(claim)
    found = claims_table("diagnoses")
    bounds = np.cumsum(found["share"].to_numpy()).astype(np.float32)
    roll = np.searchsorted(bounds, chance.random(size, np.float32)).clip(max=len(found) - 1).astype(np.int8)
    return pa.table(
        {
            "claim_id": claim,
            "doctor_id": drawn.doctor,
            "performer_id": pa.nulls(size, pa.int64()),
            "list_id": pa.array(drawn.gp_list, mask=drawn.gp_list == 0),
            "person_id": drawing.people.person_id[drawn.person],
            "date": pa.array(drawn.day).cast(pa.date32()),
            "time": drawn.minute,
            "place": pa.DictionaryArray.from_arrays((~drawn.at_gp).astype(np.int8), list(tables.PLACES)).cast(
                pa.string()
            ),
            "diagnosis": pa.DictionaryArray.from_arrays(roll, found["diagnosis"].to_list()).cast(pa.string()),
        }
    )


def _lines_table(drawing: Year, drawn: Month, first: int, month: date) -> tuple[NDArray[np.int8], pa.Table]:
    """Why each bill's patient pays nothing; and the lines."""
    lines, fault = drawn.lines, drawn.fault
    amount, patient, no_share = _amounts(drawing, drawn, month)
    patient[no_share], own_part = 0, np.where(no_share, patient, 0)
    share = np.bincount(lines.bill, patient, len(fault)).astype(np.int32)
    exempt = _exempt(drawing, drawn, share, stream(drawing.seed, f"claims:exemptions:{month}"))
    patient[exempt[lines.bill] > 0] = 0
    patient += own_part
    starts = np.flatnonzero(np.diff(lines.bill, prepend=-1))
    for name, column in (("amount", amount), ("patient_share", patient)):
        added = np.zeros(len(fault), np.int32)
        change(fault, name, added)
        column[starts] += added
    number = np.arange(len(lines.bill), dtype=np.int32) - np.repeat(starts, np.diff(np.append(starts, len(lines.bill))))
    table = pa.table(
        {
            "claim_id": lines.bill.astype(np.int64) + first,
            "line": (number + 1).astype(np.int8),
            "tariff": pa.DictionaryArray.from_arrays(lines.code, drawing.codes.names).cast(pa.string()),
            "count": lines.count,
            "amount": amount,
            "reimbursed": amount - patient,
            "patient_share": patient,
        }
    )
    return exempt, table


def _amounts(
    drawing: Year, drawn: Month, month: date
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
    """Fee and patient's share of each line by the fees of its day, and whether what the patient pays is no share."""
    bounds = cut(month, next_month(month) - timedelta(days=1))
    periods = np.searchsorted([(day - _EPOCH).days for day in bounds], drawn.contacts.day, side="right") - 1
    period, lines = periods[drawn.lines.bill], drawn.lines
    fees = [fees_of(drawing.codes, on=day) for day in bounds]
    count = lines.count.astype(np.int32)
    fee, share, no_share = (
        np.stack([getattr(one, name) for one in fees])[period, lines.code] for name in Fees.__dataclass_fields__
    )
    return (fee * count).astype(np.int32), (share * count).astype(np.int32), no_share


def _exempt(drawing: Year, drawn: Month, share: NDArray[np.int32], chance: np.random.Generator) -> NDArray[np.int8]:
    """Children pay nothing, nor on other grounds, nor when the card has come; a faulty bill brings it no nearer."""
    people, person = drawing.people, drawn.contacts.person
    ground = draw_grounds(drawn.contacts.worker, people.age[person], people.woman[person], chance)
    free = drawn.under_age | (ground >= 0)
    counts = np.where(free | (drawn.fault != NO_FAULT), 0, share).astype(np.int32)
    reached = drawing.ceiling.reached(person, counts)
    other = np.where(ground >= 0, ground + OTHERWISE, np.where(reached, WITH_CARD, 0))
    found = np.where(drawn.under_age, UNDER_AGE, other).astype(np.int8)
    card = np.zeros(len(found), np.bool_)
    change(drawn.fault, "exemption", card, {name: True for one in faults() if (name := one.changes.get("exemption"))})
    found[card] = WITH_CARD
    return np.where(share > 0, found, 0).astype(np.int8)


def _copy_state(snapshot: Snapshot, writer: SnapshotWriter) -> None:
    for name in ALL_TABLES.keys() - {"meta"}:
        if snapshot.has(name):
            writer.write(name, snapshot.table(name))


def _kept(snapshot: Snapshot) -> dict[str, str]:
    """What the snapshot says of itself, but for what the writer says anew."""
    return {key: value for key, value in snapshot.meta.items() if key not in ("as_of", "version", "digest")}

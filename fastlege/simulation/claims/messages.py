"""Claims of a synthetic year as the messages that doctors' systems would have sent: one of each doctor and day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import orjson
import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.kernel.identifiers import digits_of, synthetic_hpr_numbers, synthetic_person_numbers_of_keys
from fastlege.kernel.snapshot import Snapshot

_ICPC = "ICPC-2"

Report = Callable[[str, float], None]


@dataclass(frozen=True)
class Written:
    """How much was written."""

    messages: int
    bills: int


@dataclass(frozen=True)
class _Places:
    """The municipality of each list, and where each person lives."""

    lists: dict[int, str]
    homes: dict[int, str]

    def of(self, gp_list: int | None, person: int) -> str:
        """Where work for a list, or for none, was done."""
        return self.homes[person] if gp_list is None else self.lists[gp_list]


def write_messages(
    snapshot: Snapshot, out: Path, *, first: date, last: date, report: Report = lambda *_: None
) -> Written:
    """Write the claims of some days as messages, one a line in order of the days, whole or not at all.

    A message is sent on the morning after. Patients have the numbers that a synthetic register computes for them, and
    nurses numbers of the synthetic series. Work for a list is done in the list's municipality, other work where the
    patient lives.
    """
    if not snapshot.has("claims"):
        raise DataError("the table claims is missing.", where=str(snapshot.folder), remedy="Name a folder with claims.")
    doctors = _by(snapshot, "doctors", "doctor_id", "hpr")
    places = _Places(
        _by(snapshot, "lists", "list_id", "municipality"), _by(snapshot, "persons", "person_id", "municipality")
    )
    days = (last - first).days + 1
    messages = bills = 0
    with whole_file(out) as path, path.open("wb") as file:
        for place in range(days):
            day = first + timedelta(days=place)
            for message in _of_day(snapshot, day, doctors, places):
                file.write(orjson.dumps(message) + b"\n")
                messages += 1
                bills += len(message["bills"])
            report(day.isoformat(), (place + 1) / days)
    return Written(messages, bills)


def _of_day(snapshot: Snapshot, day: date, doctors: dict[int, str], places: _Places) -> Iterator[dict[str, Any]]:
    claims = _lazy(snapshot, "claims").filter(pl.col("date") == day)
    rows = claims.collect()
    if rows.is_empty():
        return
    span = pl.col("claim_id").is_between(rows["claim_id"].min(), rows["claim_id"].max())
    lines = _lazy(snapshot, "claim_lines").filter(span).collect()
    if snapshot.has("claim_details"):
        rows = rows.join(_lazy(snapshot, "claim_details").filter(span).collect(), on="claim_id", how="left")
    numbers = digits_of(synthetic_person_numbers_of_keys(rows["person_id"].to_numpy()))
    rows = rows.with_columns(number=pl.Series(numbers.astype(object), dtype=pl.String))
    of_claim = {key[0]: part.to_dicts() for key, part in lines.partition_by("claim_id", as_dict=True).items()}
    for (doctor,), part in sorted(rows.partition_by("doctor_id", as_dict=True).items()):
        bills = [_bill(row, of_claim[row["claim_id"]], places) for row in part.iter_rows(named=True)]
        yield _message(doctors[int(doctor)], day, bills)


def _message(hpr: str, day: date, bills: list[dict[str, Any]]) -> dict[str, Any]:
    key = blake2b(f"{hpr} {day}".encode(), digest_size=16).digest()
    return {
        "message_id": str(UUID(bytes=key)),
        "sent_at": f"{day + timedelta(days=1)}T06:00:00Z",
        "practice_id": hpr,
        "currency": "NOK",
        "practitioner": {"hpr": hpr},
        "bills": bills,
    }


def _bill(row: dict[str, Any], lines: list[dict[str, Any]], places: _Places) -> dict[str, Any]:
    bill: dict[str, Any] = {
        "bill_number": str(row["claim_id"]),
        "at": f"{row['date']}T{row['time'] // 60:02}:{row['time'] % 60:02}:00",
        "setting": row["place"],
        "place": places.of(row["list_id"], row["person_id"]),
        "patient": {"number": row["number"]},
        "diagnoses": [{"system": _ICPC, "code": row["diagnosis"]}],
        "lines": [
            {
                "code": line["tariff"],
                "count": line["count"],
                "amount": line["amount"],
                "patient_share": line["patient_share"],
            }
            for line in lines
        ],
    }
    if row["performer_id"] is not None:
        (nurse,) = synthetic_hpr_numbers(np.array([row["performer_id"]], np.int64)).tolist()
        bill["performed_by"] = {"hpr": str(nurse), "profession": "nurse"}
    return bill | _details(row)


def _details(row: dict[str, Any]) -> dict[str, Any]:
    """What the bill says besides, where the table of details has a row for it."""
    said = {name: row[name] for name in ("minutes", "group_size") if row.get(name) is not None}
    if row.get("exemption"):
        said["exemption"] = row["exemption"]
    if row.get("circumstances"):
        said["circumstances"] = row["circumstances"].split()
    if row.get("distance_m") is not None:
        said["distance_km"] = row["distance_m"] / 1000
    return said


def _lazy(snapshot: Snapshot, table: str) -> pl.LazyFrame:
    return pl.scan_parquet(snapshot.path(table))


def _by(snapshot: Snapshot, table: str, key: str, column: str) -> dict[int, str]:
    rows = snapshot.table(table, [key, column])
    return dict(zip(rows[key].to_pylist(), rows[column].to_pylist(), strict=True))

"""Small hand-made snapshots for rounds: only what the case is about has to be said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from fastlege.kernel.snapshot import Snapshot, new_snapshot
from fastlege.kernel.snapshot_tables import ALL_TABLES

AS_OF = date(2026, 8, 1)
ON = date(2026, 9, 1)
HOME = "0301"
AWAY = "4601"


def moment(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@dataclass
class Scene:
    """Rows of a snapshot, with defaults for what does not matter."""

    as_of: date = AS_OF
    rows: dict[str, list[dict]] = field(default_factory=lambda: {name: [] for name in ALL_TABLES})

    def municipality(self, code: str = HOME, *, latitude: float = 60.0) -> None:
        if any(row["municipality"] == code for row in self.rows["municipalities"]):
            return
        place = {"latitude": latitude, "longitude": 10.0, "population": 1000}
        self.rows["municipalities"].append(
            {"municipality": code, "name": code, "county": code[:2], "county_name": code[:2], **place}
            | {"size_group": "under_2000", "centrality": 1}
        )
        self.rows["basic_units"].append({"basic_unit": f"{code}0001", "name": code, "municipality": code, **place})

    def list(self, list_id: int, *, cap: int, status: str = "open", municipality: str = HOME, **changes) -> None:
        self.municipality(municipality)
        position = {"latitude": changes.pop("latitude", 60.0), "longitude": 10.0}
        self.rows["offices"].append(
            {"office_id": list_id, "name": f"Office {list_id}", "organisation_number": "999999999"}
            | {"municipality": municipality, "services": [], **position}
        )
        self.rows["lists"].append(
            {"list_id": list_id, "name": f"List {list_id}", "municipality": municipality, "office_id": list_id}
            | {"cap": cap, "status": status, "salaried": False, "agreement_date": date(2015, 1, 1)}
            | {"start": date(2015, 1, 1), "shared_group": None, "end": None, "end_reason": None, **changes}
        )

    def person(self, person_id: int, *, on_list: int | None = None, municipality: str = HOME, **changes) -> None:
        self.municipality(municipality)
        self.rows["persons"].append(
            {"person_id": person_id, "birth_date": date(1980, 1, 1), "sex": 1, "municipality": municipality}
            | {"basic_unit": f"{municipality}0001", "household_id": person_id, "mother_id": None, "father_id": None}
            | {"status": "resident", "gp_use": 0, **changes}
        )
        if on_list is not None:
            self.membership(person_id, on_list)

    def people(self, ids: range, *, on_list: int | None = None, **changes) -> None:
        for person_id in ids:
            self.person(person_id, on_list=on_list, **changes)

    def membership(self, person_id: int, list_id: int, start: date = date(2020, 1, 1), **changes) -> None:
        self.rows["memberships"].append(
            {"person_id": person_id, "list_id": list_id, "start": start, "end": None}
            | {"begin_reason": "chosen_direct", "end_reason": None, **changes}
        )

    def gp(self, list_id: int, start: date = date(2015, 1, 1), **changes) -> None:
        self.rows["doctor_periods"].append(
            {"list_id": list_id, "doctor_id": list_id, "relationship": "regular", "working_percentage": 100}
            | {"start": start, "end": None, "end_reason": None, **changes}
        )

    def queue(self, person_id: int, list_id: int, since: date, *, rank: int = 1, family: int | None = None) -> None:
        self.rows["queue"].append(
            {"person_id": person_id, "list_id": list_id, "rank": rank, "requested_at": moment(since)}
            | {"family_id": family}
        )

    def ask_first(self, person_id: int, list_id: int) -> None:
        self.rows["asked_first"].append({"person_id": person_id, "list_id": list_id})

    def offer(self, person_id: int, list_id: int, made_on: date, answer_by: date) -> None:
        self.rows["offers"].append(
            {"person_id": person_id, "list_id": list_id, "made_on": made_on, "answer_by": answer_by}
        )

    def unplaced(self, person_id: int, since: date) -> None:
        self.rows["unplaced"].append({"person_id": person_id, "since": since})

    def switch(self, person_id: int, origin: int | None, to: int, on: date, **changes) -> None:
        self.rows["switches"].append(
            {"person_id": person_id, "from_list": origin, "to_list": to, "on": on, "reason": "chosen_direct"}
            | {"chosen": True, "queued_since": None, **changes}
        )

    def write(self, folder: Path, *, shuffle: int | None = None) -> Snapshot:
        with new_snapshot(folder) as writer:
            for name, contract in ALL_TABLES.items():
                if name == "meta":
                    continue
                table = pa.Table.from_pylist(self.rows[name], schema=contract.schema)
                table = table.sort_by([(column, "ascending") for column in contract.key])
                if shuffle is not None:
                    table = table.take(np.random.default_rng(shuffle).permutation(table.num_rows))
                writer.write(name, table)
            writer.write_meta(self.as_of, {"recipe": "scene", "seed": "1"})
        return Snapshot(folder)


def moves_of(plan) -> dict[int, tuple[int | None, int, str]]:
    """Who moves from where to where, and how."""
    return {
        row["person_id"]: (row["from_list"], row["to_list"], row["explanation_key"]) for row in plan.moves.to_pylist()
    }

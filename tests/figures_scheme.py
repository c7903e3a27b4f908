"""A scheme small enough to count by hand, as a snapshot. Used by the tests of figures and editions.

Two counties: 11 with Eigersund (1101) and Stavanger (1103), 46 with Bergen (4601) and Bygland (4220), which has no
lists. The day is 1 October 2023.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from fastlege.kernel.snapshot import Snapshot, new_snapshot
from fastlege.kernel.snapshot_tables import TABLES

ON = date(2023, 10, 1)
LONG_AGO = date(2010, 1, 1)

MUNICIPALITIES = [
    ("1101", "Eigersund", "11", "Rogaland", "10000_49999", 4),
    ("1103", "Stavanger", "11", "Rogaland", "50000_plus", 1),
    ("4220", "Bygland", "46", "Vestland", "under_2000", 6),
    ("4601", "Bergen", "46", "Vestland", "50000_plus", 1),
]

# list, municipality, cap, status, salaried, length, and then the doctor periods below
LISTS = [
    (1, "1101", 12, "open", False, 10),
    (2, "1101", 5, "closed", True, 8),
    (3, "1103", 20, "closed", False, 20),
    (4, "1103", 10, "open", False, 4),
    (5, "4601", 10, "open", True, 7),
    (6, "4601", 10, "locked", True, 3),
]

# list, doctor, relationship, start, end
PERIODS = [
    (1, 1, "regular", LONG_AGO, None),
    (2, 2, "regular", LONG_AGO, date(2022, 10, 1)),  # vacant for exactly a year: not for more than one
    (3, 3, "regular", LONG_AGO, None),
    (4, 3, "regular", LONG_AGO, None),  # the same GP on two lists
    (5, 1, "regular", date(2023, 10, 1), None),  # from the very day; the same GP in two municipalities
    (5, 4, "regular", LONG_AGO, date(2023, 10, 1)),  # until the very day
    (6, 4, "regular", LONG_AGO, date(2022, 9, 30)),  # vacant for more than a year
    (6, 2, "regular", date(2023, 11, 1), None),  # has not begun yet
    (2, 5, "substitute", date(2023, 1, 1), None),
    (6, 5, "substitute", date(2023, 1, 1), None),
    (6, 6, "substitute", date(2023, 1, 1), date(2023, 9, 1)),
    (7, 6, "regular", date(2023, 2, 1), ON),  # came and left within the year, with the list
]

# doctor, sex, specialist_since
DOCTORS = [
    (1, 2, date(2015, 1, 1)),
    (2, 1, None),
    (3, 1, date(2023, 10, 2)),
    (4, 2, LONG_AGO),
    (5, 2, None),
    (6, 1, None),
]

# person, list
QUEUE = [(person, 3) for person in range(1, 9)] + [(1, 5), (2, 5), (60, 5), (51, 2)]
# person, from, to, on, reason, queued since
SWITCHES = [
    (1, 2, 1, date(2023, 9, 1), "chosen_queue", date(2023, 6, 1)),  # waited 92 days
    (2, 3, 1, ON, "chosen_direct", None),  # on the very day
    (3, 1, 3, date(2022, 10, 1), "chosen_direct", None),  # a year to the day: too early
    (4, 2, 3, date(2022, 10, 2), "practice_closed", None),
    (5, 6, 5, date(2023, 1, 1), "chosen_queue", date(2022, 12, 22)),  # waited 10 days
    (6, 6, 5, date(2023, 10, 2), "chosen_direct", None),  # not yet
]
UNPLACED = [(53, date(2023, 9, 1)), (54, date(2023, 11, 1))]


def write_scheme(
    folder: Path,
    *,
    municipalities: list = MUNICIPALITIES,
    unplaced: list = UNPLACED,
    on: date = ON,
    empty_lists_in: tuple[str, ...] = (),
) -> Snapshot:
    """Write the scheme above, or a variant, and open it."""
    with new_snapshot(folder) as writer:
        writer.write("municipalities", _rows("municipalities", [_municipality(*row) for row in municipalities]))
        more = [_list(100 + place, code, 10, "open", False) for place, code in enumerate(empty_lists_in)]
        writer.write("lists", _rows("lists", [*(_list(*row[:5]) for row in LISTS), _ended_list(), *more]))
        writer.write("doctors", _rows("doctors", [_doctor(*row) for row in DOCTORS]))
        writer.write("doctor_periods", _rows("doctor_periods", [_period(*row) for row in PERIODS]))
        writer.write("memberships", _rows("memberships", _memberships()))
        writer.write("persons", _rows("persons", [_person(person) for person in range(1, 61)]))
        writer.write("queue", _rows("queue", [_queue_place(*row) for row in QUEUE]))
        writer.write("switches", _rows("switches", [_switch(*row) for row in SWITCHES]))
        writer.write("unplaced", _rows("unplaced", [{"person_id": p, "since": day} for p, day in unplaced]))
        writer.write_meta(on, {"recipe": "hand-made"})
    return Snapshot(folder)


def _rows(table: str, rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=TABLES[table].schema)


def _municipality(code: str, name: str, county: str, county_name: str, size_group: str, centrality: int) -> dict:
    return {
        "municipality": code, "name": name, "county": county, "county_name": county_name, "size_group": size_group,
        "centrality": centrality, "population": 100, "latitude": 60.0, "longitude": 6.0,
    }  # fmt: skip


def _list(list_id: int, municipality: str, cap: int, status: str, salaried: bool) -> dict:
    return {
        "list_id": list_id, "name": f"List {list_id}", "municipality": municipality, "office_id": 1, "cap": cap,
        "status": status, "salaried": salaried, "shared_group": None, "agreement_date": LONG_AGO, "start": LONG_AGO,
        "end": None, "end_reason": None,
    }  # fmt: skip


def _ended_list() -> dict:
    return _list(7, "1101", 500, "open", False) | {"end": ON, "end_reason": "closed"}


def _doctor(doctor_id: int, sex: int, specialist_since: date | None) -> dict:
    return {
        "doctor_id": doctor_id, "hpr": str(doctor_id), "name": f"Doctor {doctor_id}", "birth_date": LONG_AGO,
        "sex": sex, "languages": [], "specialist_since": specialist_since, "training_since": None,
    }  # fmt: skip


def _period(list_id: int, doctor_id: int, relationship: str, start: date, end: date | None) -> dict:
    return {
        "list_id": list_id, "doctor_id": doctor_id, "relationship": relationship, "working_percentage": 100,
        "start": start, "end": end, "end_reason": None,
    }  # fmt: skip


def _memberships() -> list[dict]:
    on_lists = [list_id for list_id, *_, length in LISTS for _ in range(length)]
    now = [_membership(person, list_id, LONG_AGO, None) for person, list_id in enumerate(on_lists, start=1)]
    # One has left on the day, one comes the day after: neither is counted.
    return [*now, _membership(59, 1, LONG_AGO, ON), _membership(60, 1, date(2023, 10, 2), None)]


def _membership(person_id: int, list_id: int, start: date, end: date | None) -> dict:
    reason = "chosen_direct" if end else None
    return {
        "person_id": person_id, "list_id": list_id, "start": start, "end": end, "begin_reason": "birth",
        "end_reason": reason,
    }  # fmt: skip


def _person(person_id: int) -> dict:
    at_first = person_id <= 18
    return {
        "person_id": person_id, "birth_date": LONG_AGO if at_first else date(1980, 10, 2), "sex": 1,
        "municipality": "1101" if at_first else "1103", "basic_unit": "x",
        "household_id": person_id, "mother_id": None, "father_id": None, "status": "resident", "gp_use": 0,
    }  # fmt: skip


def _queue_place(person_id: int, list_id: int) -> dict:
    moment = datetime(2023, 9, 1, tzinfo=UTC)
    return {"person_id": person_id, "list_id": list_id, "rank": 1, "requested_at": moment, "family_id": None}


def _switch(person: int, from_list: int, to_list: int, on: date, reason: str, queued_since: date | None) -> dict:
    return {
        "person_id": person, "from_list": from_list, "to_list": to_list, "on": on, "reason": reason,
        "chosen": reason.startswith("chosen"), "queued_since": queued_since,
    }  # fmt: skip

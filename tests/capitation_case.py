"""Small hand-made snapshots for the tests of payments: who stands on which list, and nothing else."""

from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from fastlege.kernel.snapshot import Snapshot, new_snapshot
from fastlege.kernel.snapshot_tables import TABLES
from fastlege.rules.parameters import load_rulebook

DAY = date(2023, 10, 1)


def with_weights(book, weigh):
    """The rulebook with other weights: `weigh` is given the name of each and its value."""
    rows = [row for name in book.names if name.startswith("capitation.weight.") for row in book.history(name)]
    return book.with_rows([replace(row, value=weigh(row.parameter, row.value), source="test") for row in rows])


EQUAL = with_weights(load_rulebook(), lambda name, value: 1)
"""The rulebook where every resident counts for one person, so that amounts can be checked by hand."""


@dataclass(frozen=True)
class ListCase:
    """One list of a test: by default an established one of a self-employed GP in a large municipality."""

    list_id: int
    members: int
    municipality: str = "0301"
    cap: int = 1200
    salaried: bool = False
    vacant: bool = False
    agreement_date: date = date(2010, 1, 1)
    start: date = date(2010, 1, 1)
    end: date | None = None


def small(list_id, members, **rest):
    """A list in a municipality with fewer than 5 000 residents."""
    return ListCase(list_id, members, **{"municipality": "1144", **rest})


POPULATIONS = {"0301": 700_000, "1144": 520, "1145": 4_999, "1146": 5_000}


def snapshot_of(folder, *lists, day=DAY, people=None, memberships=None, periods=None):
    """Write and open a snapshot; members, and a GP or substitute, are made for each list unless given as rows."""
    made_people, made_memberships = _members(lists)
    with new_snapshot(folder) as writer:
        writer.write("municipalities", _table("municipalities", [_municipality(c) for c in POPULATIONS]))
        writer.write("basic_units", _table("basic_units", [_basic_unit(c) for c in POPULATIONS]))
        writer.write("offices", _table("offices", [_office()]))
        held = [_period(case) for case in lists] if periods is None else periods
        writer.write("doctors", _table("doctors", [_doctor(n) for n in sorted({row["doctor_id"] for row in held})]))
        writer.write("persons", _table("persons", made_people if people is None else people))
        writer.write("memberships", _table("memberships", made_memberships if memberships is None else memberships))
        writer.write("lists", _table("lists", [_list(case) for case in lists]))
        writer.write("doctor_periods", _table("doctor_periods", held))
        writer.write_meta(day, {"recipe": "hand-made"})
    return Snapshot(folder)


def person(person_id, *, born=date(1980, 5, 17), sex=1, municipality="0301", gp_use=0):
    """One row of persons."""
    return {
        "person_id": person_id,
        "birth_date": born,
        "sex": sex,
        "municipality": municipality,
        "basic_unit": f"{municipality}0100",
        "household_id": person_id,
        "mother_id": None,
        "father_id": None,
        "status": "resident",
        "gp_use": gp_use,
    }


def membership(person_id, list_id, *, start=date(2020, 1, 1), end=None):
    """One row of memberships."""
    return {
        "person_id": person_id,
        "list_id": list_id,
        "start": start,
        "end": end,
        "begin_reason": "chosen_direct",
        "end_reason": None if end is None else "chosen_direct",
    }


def _members(lists):
    people, memberships = [], []
    for case in lists:
        for _ in range(case.members):
            number = len(people) + 1
            people.append(person(number, municipality=case.municipality))
            memberships.append(membership(number, case.list_id))
    return people, memberships


def _list(case):
    return {
        "list_id": case.list_id,
        "name": f"Liste {case.list_id}",
        "municipality": case.municipality,
        "office_id": 1,
        "cap": case.cap,
        "status": "open",
        "salaried": case.salaried,
        "shared_group": None,
        "agreement_date": case.agreement_date,
        "start": case.start,
        "end": case.end,
        "end_reason": None,
    }


def _period(case):
    return period(case.list_id, case.list_id, relationship="substitute" if case.vacant else "regular")


def period(list_id, doctor_id, *, relationship="regular", percentage=100, start=date(2010, 1, 1), end=None):
    """One row of doctor_periods."""
    return {
        "list_id": list_id,
        "doctor_id": doctor_id,
        "relationship": relationship,
        "working_percentage": percentage,
        "start": start,
        "end": end,
        "end_reason": None if end is None else "left",
    }


def _basic_unit(code):
    return {
        "basic_unit": f"{code}0100",
        "name": f"Grunnkrets {code}",
        "municipality": code,
        "population": POPULATIONS[code],
        "latitude": 60.0,
        "longitude": 10.0,
    }


def _office():
    return {
        "office_id": 1,
        "name": "Kontoret",
        "organisation_number": "999999999",
        "municipality": "0301",
        "latitude": 60.0,
        "longitude": 10.0,
        "services": [],
    }


def _doctor(doctor_id):
    return {
        "doctor_id": doctor_id,
        "hpr": f"{1_000_000 + doctor_id}",
        "name": f"Lege {doctor_id}",
        "birth_date": date(1970, 1, 1),
        "sex": 2,
        "languages": ["nb"],
        "specialist_since": None,
        "training_since": None,
    }


def _municipality(code):
    return {
        "municipality": code,
        "name": f"Kommune {code}",
        "county": code[:2],
        "county_name": f"Fylke {code[:2]}",
        "size_group": "under_2000",
        "centrality": 1 if code == "0301" else 6,
        "population": POPULATIONS[code],
        "latitude": 60.0,
        "longitude": 10.0,
    }


def _table(name, rows):
    return pa.Table.from_pylist(rows, schema=TABLES[name].schema)

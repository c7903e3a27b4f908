"""A small scheme with something of everything that the site shows, as a snapshot. Used by the tests of the site.

Three municipalities in two counties on 1 October 2023. Oslo has 60 lists, so that a search fills more than a page.
The first five lists each show one situation; see `LISTS`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from fastlege.kernel.snapshot import Snapshot, new_snapshot
from fastlege.kernel.snapshot_tables import TABLES

ON = date(2023, 10, 1)
LONG_AGO = date(2015, 1, 1)

# list, name, municipality, office, cap, status, length, GP, people in its queue
LISTS = [
    (1, "Aase Ødegård", "4204", 1, 20, "open", 8, 1, 0),
    (2, "Bjørn Lie", "4204", 1, 10, "closed", 10, 2, 7),
    (3, "Cecilie Moe", "4202", 2, 12, "open", 9, None, 2),
    (4, "Dag <b>Haug</b>", "4202", 2, 8, "locked", 5, 4, 0),
    (5, "Eva Dahl", "4204", 3, 10, "open", 10, 5, 1),
    *(
        (n, f"Lege {n:02}", "0301", 4 + n % 2, 10, "open" if n % 3 else "closed", 9 if n % 3 else 10, n, n % 4)
        for n in range(6, 66)
    ),
]

# office, name, municipality, latitude, longitude, services
OFFICES = [
    (1, "Lund legesenter", "4204", 58.155, 8.010, ["blood_tests", "step_free"]),
    (2, "Grimstad legekontor", "4202", 58.341, 8.593, ["vaccination"]),
    (3, "Vågsbygd helsehus", "4204", 58.120, 7.950, []),
    (4, "Grünerløkka legesenter", "0301", 59.923, 10.758, ["video", "ultrasound"]),
    (5, "Frogner fastlegesenter", "0301", 59.919, 10.700, ["blood_tests"]),
]

MUNICIPALITIES = [
    ("0301", "Oslo", "03", "Oslo", "50000_plus", 1, 700_000, 59.91, 10.75),
    ("4202", "Grimstad", "42", "Agder", "10000_49999", 3, 24_000, 58.34, 8.59),
    ("4204", "Kristiansand", "42", "Agder", "50000_plus", 2, 115_000, 58.15, 8.00),
]

BASIC_UNITS = [
    ("03010101", "Grünerløkka vest", "0301", 9_000, 59.924, 10.757),
    ("03010102", "Frogner", "0301", 12_000, 59.920, 10.702),
    ("42020101", "Grimstad sentrum", "4202", 4_000, 58.342, 8.594),
    ("42040101", "Lund", "4204", 9_500, 58.156, 8.011),
    ("42040102", "Vågsbygd", "4204", 14_000, 58.121, 7.951),
]


def site_scheme(folder: Path) -> Snapshot:
    """Write the scheme as a snapshot."""
    with new_snapshot(folder) as writer:
        writer.write("municipalities", _table("municipalities", MUNICIPALITIES))
        writer.write("basic_units", _table("basic_units", BASIC_UNITS))
        writer.write("offices", _table("offices", [(o[0], o[1], f"9{o[0]:08}", *o[2:]) for o in OFFICES]))
        writer.write("doctors", _table("doctors", _doctors()))
        writer.write("lists", _table("lists", _lists()))
        writer.write("doctor_periods", _table("doctor_periods", _periods()))
        persons = [(person, each[0]) for each in LISTS for person in range(each[0] * 100, each[0] * 100 + each[6])]
        home = {each[0]: each[2] for each in LISTS}
        writer.write("persons", _table("persons", [_person(person, home[on_list]) for person, on_list in persons]))
        rows = [(person, on_list, LONG_AGO, None, "chosen_direct", None) for person, on_list in persons]
        writer.write("memberships", _table("memberships", rows))
        writer.write("queue", _table("queue", _queue()))
        writer.write_meta(ON, {"recipe": "site-test", "seed": "0"})
    return Snapshot(folder)


def _table(name: str, rows: list[tuple]) -> pa.Table:
    schema = TABLES[name].schema
    return pa.table(
        {
            field.name: pa.array(column, field.type)
            for field, column in zip(schema, zip(*rows, strict=True), strict=True)
        },
        schema=schema,
    )


def _doctors() -> list[tuple]:
    names = {each[7]: each[1] for each in LISTS if each[7]} | {90: "Vera Vikar"}
    specialists = {1, 5}
    return [
        (
            n,
            f"{n:09}",
            name,
            date(1970, 1, 1),
            2 if n % 2 else 1,
            ["nb", "so"] if n == 2 else ["nb"],
            LONG_AGO if n in specialists else None,
            None,
        )
        for n, name in sorted(names.items())
    ]


def _lists() -> list[tuple]:
    return [
        (n, name, municipality, office, cap, status, False, None, LONG_AGO, LONG_AGO, None, None)
        for n, name, municipality, office, cap, status, *_ in LISTS
    ]


def _periods() -> list[tuple]:
    regular = [(each[0], each[7], "regular", 100, LONG_AGO, None, None) for each in LISTS if each[7]]
    left = (3, 1, "regular", 100, LONG_AGO, date(2023, 3, 1), "moved")
    return sorted([*regular, left, (3, 90, "substitute", 50, date(2023, 3, 1), None, None)], key=lambda row: row[:3])


def _person(person: int, municipality: str) -> tuple:
    unit = next(each[0] for each in BASIC_UNITS if each[2] == municipality)
    return (person, date(1980, 1, 1), 1 + person % 2, municipality, unit, person, None, None, "resident", 1)


def _queue() -> list[tuple]:
    """People of list 65 and down wait for others' lists, each for one."""
    wanted = [each[0] for each in LISTS for _ in range(each[8])]
    waiting = (person for each in reversed(LISTS) for person in range(each[0] * 100, each[0] * 100 + each[6]))
    pairs = sorted(zip(waiting, wanted, strict=False))
    moment = datetime(2023, 5, 1, tzinfo=UTC)
    return [(person, on_list, 1, moment, None) for person, on_list in pairs if person // 100 != on_list]

"""A small scheme with residents whose situations are worth a page each, as a snapshot: for the journeys of Min side.

Kristiansand and Grimstad on 1 October 2026, when one may wait for five lists. `WHO` names the residents.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
from site_scheme import BASIC_UNITS, MUNICIPALITIES, OFFICES

from fastlege.kernel.snapshot import Snapshot, new_snapshot
from fastlege.kernel.snapshot_tables import ALL_TABLES

ON = date(2026, 10, 1)
ROUND = date(2026, 11, 1)
SEED = 7
LONG_AGO = date(2015, 1, 1)

# list, name, municipality, office, cap, status, people who only fill it, GP
LISTS = [
    (1, "Aase Ødegård", "4204", 1, 40, "open", 12, 1),
    (2, "Bjørn Lie", "4204", 1, 10, "closed", 10, 2),
    (3, "Cecilie Moe", "4202", 2, 12, "open", 8, None),
    (4, "Dag Haug", "4202", 2, 8, "locked", 5, 4),
    (5, "Eva Dahl", "4204", 3, 10, "closed", 8, 5),
    (6, "Finn Berg", "4204", 3, 10, "closed", 9, 6),
    (7, "Guri Nes", "4204", 3, 10, "closed", 9, 7),
    (8, "Hans Vik", "4204", 1, 13, "open", 10, 8),
    (9, "Ida Strand", "4202", 2, 10, "closed", 9, 9),
    (10, "Jon Tveit", "0301", 4, 11, "open", 10, 10),
    (11, "Kari Lund", "0301", 5, 12, "closed", 12, 11),
]

WHO = {
    "mother": 20_001,
    "father": 20_002,
    "small child": 20_003,
    "big child": 20_004,
    "seventeen": 20_010,
    "vacant": 20_020,
    "waiting": 20_030,
    "used up": 20_040,
    "protected": 20_050,
    "opted out": 20_060,
    "unplaced": 20_070,
    "ring": 20_080,
    "ring 2": 20_081,
    "ring 3": 20_082,
    "served": 20_090,
    "asked": 20_095,
    "guardian": 20_100,
    "ward": 20_101,
    "asked mother": 20_110,
    "asked child": 20_111,
}

# person, birth date, household, mother, father, status, list
RESIDENTS = [
    ("mother", date(1984, 4, 2), 20_001, None, None, "resident", 7),
    ("father", date(1982, 9, 9), 20_002, None, None, "resident", 1),
    ("small child", date(2019, 5, 3), 20_001, "mother", "father", "resident", 1),
    ("big child", date(2013, 3, 10), 20_001, "mother", "father", "resident", 1),
    ("seventeen", date(2009, 2, 2), 20_010, None, None, "resident", 1),
    ("vacant", date(1990, 1, 1), 20_020, None, None, "resident", 3),
    ("waiting", date(1975, 7, 7), 20_030, None, None, "resident", 5),
    ("used up", date(1992, 2, 2), 20_040, None, None, "resident", 1),
    ("protected", date(1988, 8, 8), 20_050, None, None, "resident", 1),
    ("opted out", date(1960, 6, 6), 20_060, None, None, "opted_out", None),
    ("unplaced", date(2000, 3, 3), 20_070, None, None, "resident", None),
    ("ring", date(1970, 1, 1), 20_080, None, None, "resident", 5),
    ("ring 2", date(1971, 1, 1), 20_081, None, None, "resident", 6),
    ("ring 3", date(1972, 1, 1), 20_082, None, None, "resident", 9),
    ("served", date(1995, 5, 5), 20_090, None, None, "resident", 1),
    ("asked", date(1996, 6, 6), 20_095, None, None, "resident", 1),
    ("guardian", date(1965, 1, 1), 20_100, None, None, "resident", 1),
    ("ward", date(1950, 5, 5), 20_101, None, None, "resident", 1),
    ("asked mother", date(1985, 1, 1), 20_110, None, None, "resident", 1),
    ("asked child", date(2013, 6, 1), 20_110, "asked mother", None, "resident", 1),
]

# person, list, rank, since
QUEUE = [
    ("waiting", 2, 1, datetime(2024, 9, 12, 8, 30, tzinfo=UTC)),
    ("waiting", 11, 2, datetime(2025, 2, 1, 9, 0, tzinfo=UTC)),
    ("ring", 6, 1, datetime(2026, 1, 5, 12, 0, tzinfo=UTC)),
    ("ring 2", 9, 1, datetime(2026, 2, 6, 12, 0, tzinfo=UTC)),
    ("ring 3", 5, 1, datetime(2026, 3, 7, 12, 0, tzinfo=UTC)),
    ("served", 8, 1, datetime(2026, 4, 8, 12, 0, tzinfo=UTC)),
    ("asked", 8, 1, datetime(2026, 5, 9, 12, 0, tzinfo=UTC)),
    ("asked child", 8, 1, datetime(2026, 5, 10, 12, 0, tzinfo=UTC)),
]


LEFT = {105: 1, 106: 3, 107: 5, 108: 6, 109: 8, 110: 9}
"""Those on list 1 who left list 11 this year, and in which month."""
CAME = {1100: 1, 1101: 3, 1102: 5, 1103: 6, 1104: 8, 1105: 9}


def resident_scheme(folder: Path) -> Snapshot:
    """Write the scheme as a snapshot."""
    with new_snapshot(folder) as writer:
        rows = {
            "municipalities": MUNICIPALITIES,
            "basic_units": BASIC_UNITS,
            "offices": [(o[0], o[1], f"9{o[0]:08}", *o[2:]) for o in OFFICES],
            "doctors": _doctors(),
            "lists": [
                (n, name, area, office, cap, status, False, None, LONG_AGO, LONG_AGO, None, None)
                for n, name, area, office, cap, status, *_ in LISTS
            ],
            "doctor_periods": _periods(),
            "persons": _persons(),
            "memberships": _memberships(),
            "queue": _queue(),
            "unplaced": [(WHO["unplaced"], date(2026, 9, 10))],
            "switches": _switches(),
            "custody": _custody(),
            "protected_addresses": [(WHO["protected"], "confidential", date(2024, 1, 1))],
            "asked_first": [(WHO[who], 8) for who in ("asked", "asked child")],
        }
        for name, table in rows.items():
            writer.write(name, _table(name, table))
        writer.write_meta(ON, {"recipe": "resident-test", "seed": "0"})
    return Snapshot(folder)


def _table(name: str, rows: list[tuple]) -> pa.Table:
    schema = ALL_TABLES[name].schema
    columns = zip(*rows, strict=True)
    arrays = {field.name: pa.array(column, field.type) for field, column in zip(schema, columns, strict=True)}
    return pa.table(arrays, schema=schema)


def _doctors() -> list[tuple]:
    names = {each[7]: each[1] for each in LISTS if each[7]} | {90: "Vera Vikar"}
    return [
        (n, f"{n:09}", name, date(1970, 1, 1), 1 + n % 2, ["nb"], LONG_AGO if n in {1, 5} else None, None)
        for n, name in sorted(names.items())
    ]


def _periods() -> list[tuple]:
    regular = [(each[0], each[7], "regular", 100, LONG_AGO, None, None) for each in LISTS if each[7]]
    left = (3, 1, "regular", 100, LONG_AGO, date(2026, 3, 1), "moved")
    return sorted([*regular, left, (3, 90, "substitute", 50, date(2026, 3, 1), None, None)], key=lambda row: row[:3])


def _fillers() -> list[tuple[int, int]]:
    return [(each[0] * 100 + n, each[0]) for each in LISTS for n in range(each[6])]


def _persons() -> list[tuple]:
    area = {each[0]: each[2] for each in LISTS}
    unit = {"4204": "42040101", "4202": "42020101", "0301": "03010101"}
    fillers = [
        (n, date(1980, 1, 1), 1 + n % 2, area[on_list], unit[area[on_list]], n, None, None, "resident", 1)
        for n, on_list in _fillers()
    ]
    residents = [
        (WHO[who], born, 1 + n % 2, "4204", "42040101", home, WHO.get(mother), WHO.get(father), status, 1)
        for n, (who, born, home, mother, father, status, _) in enumerate(RESIDENTS)
    ]
    return sorted(fillers + residents)


def _memberships() -> list[tuple]:
    fillers = [(n, on_list, _since(n), None, "chosen_direct", None) for n, on_list in _fillers()]
    fillers += [(n, 11, LONG_AGO, _since(n), "chosen_direct", "chosen_direct") for n in LEFT]
    residents = [
        (WHO[who], on_list, max(born, LONG_AGO), None, "chosen_direct", None)
        for who, born, *_, on_list in RESIDENTS
        if on_list and who not in {"mother", "used up"}
    ]
    moved = [
        (WHO["mother"], 2, LONG_AGO, date(2022, 3, 1), "chosen_direct", "chosen_direct"),
        (WHO["mother"], 7, date(2022, 3, 1), None, "chosen_direct", None),
        (WHO["used up"], 5, LONG_AGO, date(2026, 2, 1), "chosen_direct", "chosen_direct"),
        (WHO["used up"], 6, date(2026, 2, 1), date(2026, 6, 1), "chosen_direct", "chosen_direct"),
        (WHO["used up"], 1, date(2026, 6, 1), None, "chosen_direct", None),
    ]
    return sorted(fillers + residents + moved, key=lambda row: (row[0], row[2]))


def _since(person: int) -> date:
    """List 11 has come and gone: people went to list 1 and others came, so that a wait for it can be estimated."""
    month = (LEFT | CAME).get(person)
    return date(2026, month, 1) if month else LONG_AGO


def _queue() -> list[tuple]:
    """Some of those who fill list 1 wait for the full lists of other places, before and after our residents."""
    others = [
        (100 + n, on_list, 1, datetime(2024, 5 + n % 3, 1 + n, tzinfo=UTC), None)
        for n, on_list in enumerate([2, 2, 2, 7, 11, 11])
    ]
    own = [(WHO[who], on_list, rank, since, None) for who, on_list, rank, since in QUEUE]
    return sorted(others + own, key=lambda row: (row[0], row[2]))


def _switches() -> list[tuple]:
    return [
        (WHO["mother"], 2, 7, date(2022, 3, 1), "chosen_direct", True, None),
        (WHO["used up"], 5, 6, date(2026, 2, 1), "chosen_direct", True, None),
        (WHO["used up"], 6, 1, date(2026, 6, 1), "chosen_direct", True, None),
    ]


def _custody() -> list[tuple]:
    """The small child with both parents, the big one with the mother alone; a ward with a guardian."""
    joint = [(WHO["small child"], WHO[who], "joint", date(2019, 5, 3), None) for who in ("mother", "father")]
    return [
        *joint,
        (WHO["big child"], WHO["mother"], "sole", date(2016, 1, 1), None),
        (WHO["ward"], WHO["guardian"], "guardian", date(2025, 1, 1), None),
        (WHO["asked child"], WHO["asked mother"], "sole", date(2013, 6, 1), None),
    ]

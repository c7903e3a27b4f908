"""Small editions for several days, in the folder that the site reads. For the tests of the open data."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from fastlege.figures.catalogue import definition
from fastlege.reporting.edition import AREA_COLUMNS, AREAS, FIGURES, GROUPS, META, VERSION

DAYS = ("2022-10-01", "2023-10-01")
PLACES = {
    "municipality": {"1101": "Eigersund", "1103": "Stavanger", "4601": "Bergen"},
    "county": {"11": "Rogaland", "46": "Vestland"},
    "size_group": {"50000_plus": "50 000 innbyggere eller flere"},
    "country": {"country": "Hele landet"},
}
WHOLE = ("lists", "lists_vacant", "share_lists_vacant", "waiting_persons", "free_places_per_1000", "unplaced")
DIVIDED = {"share_of_waits": ("wait", ("0000_0031", "0032_0092")), "share_own_gp": ("sex", ("female", "male"))}


def write_edition(folder: Path) -> Path:
    """An edition with figures of every kind: whole, divided, hidden, and without anything to divide by."""
    folder.mkdir(parents=True)
    whole = [_row(figure, level, area) for figure in WHOLE for level, areas in PLACES.items() for area in areas]
    for row in whole:
        row |= {"unit": definition(row["figure"]).unit, "as_of": date.fromisoformat(DAYS[0])}
    groups = [
        _row(figure, level, area) | {"dimension": dimension, "group": group}
        for figure, (dimension, codes) in DIVIDED.items()
        for group in codes
        for level in ("county", "country")
        for area in PLACES[level]
    ]
    names = [
        dict(zip(AREA_COLUMNS, (level, code, name, name, _english(name)), strict=True))
        for level, areas in PLACES.items()
        for code, name in areas.items()
    ]
    for file, rows in ((FIGURES, whole), (GROUPS, groups), (AREAS, names)):
        pq.write_table(pa.Table.from_pylist(rows), folder / file)
    meta = {"version": VERSION, "as_of": DAYS[0], "threshold": "6", "recipe": "hand-made", "software": "0.1.0"}
    (folder / META).write_bytes(orjson.dumps(meta))
    return folder


def install(built: Path, editions: Path, day: str, note: str = "") -> None:
    """Put the edition among the others as if it were of another day; another note makes it another edition."""
    target = editions / day
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(built, target)
    meta = orjson.loads((target / META).read_bytes())
    (target / META).write_bytes(orjson.dumps(meta | {"as_of": day, "note": note}))


def _row(figure: str, level: str, area: str) -> dict[str, object]:
    """Counts that differ from cell to cell; those of persons in 1101 and 46 are hidden."""
    count = 3 + sum(map(ord, figure + level + area)) % 90
    made = {"figure": figure, "level": level, "area": area, "suppressed": False}
    if figure == "waiting_persons" and area in {"1101", "46"}:
        return made | {"numerator": None, "denominator": None, "value": None, "suppressed": True}
    if definition(figure).denominator is None:
        return made | {"numerator": count, "denominator": None, "value": float(count)}
    if area == "4601":
        return made | {"numerator": 0, "denominator": 0, "value": None}
    return made | {"numerator": count, "denominator": 200, "value": count / 2}


def _english(name: str) -> str:
    return {"Hele landet": "The whole country"}.get(name, name)

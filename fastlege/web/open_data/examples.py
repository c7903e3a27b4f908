"""Examples for openapi.json: rows of the real reference data, and values of an edition that might be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from fastlege.figures.catalogue import definition
from fastlege.reporting import licence
from fastlege.web.open_data import reference
from fastlege.web.open_data.of_figures import CSV_COLUMNS, described, summary
from fastlege.web.open_data.problems import ROOT
from fastlege.web.open_data.reading.cursors import Cursor, Key, state_of

_FIGURE = "waiting_persons_per_1000"
_KEY = Key(date(2026, 5, 1), bytes.fromhex("3f9a1c07"))
_VALUE = {
    "edition": str(_KEY),
    "as_of": "2026-05-01",
    "figure": _FIGURE,
    "level": "county",
    "area": "56",
    "dimension": None,
    "group": None,
    "value": 41.2,
    "numerator": 3_080,
    "denominator": 74_757,
    "unit": "persons_per_1000",
    "suppressed": False,
    "reason": None,
}
_HIDDEN = {**_VALUE, "level": "municipality", "area": "5636", "value": None, "numerator": None}


_SEX = {"code": "female", "name": {"nb": "Kvinner", "nn": "Kvinner", "en": "Women"}}
_DIMENSION = {"id": "sex", "title": {"nb": "Kjønn", "nn": "Kjønn", "en": "Sex"}, "groups": [_SEX]}


def _index() -> Any:
    return {
        "resources": [{"address": ROOT + "values", "summary": "The values, a page at a time"}],
        "description": ROOT + "openapi.json",
        "documentation": "/api/",
        "license": licence.PAGE,
        "latest": str(_KEY),
    }


def _editions() -> Any:
    about = {"as_of": "2026-05-01", "threshold": "6", "software": "0.1.0", "version": "1"}
    one = {"id": str(_KEY), "as_of": "2026-05-01", "synthetic": True, "values": 28_730, "figures": [_FIGURE]}
    return {"editions": [{**one, "levels": ["county"], "about": about}], "withdrawn": [], "state": state_of([_KEY])}


def _values() -> Any:
    more = f"{ROOT}values?figure={_FIGURE}&limit=2&cursor={Cursor(b'question', (_KEY,), 0, 402)}"
    hidden = {**_HIDDEN, "suppressed": True, "reason": "few_persons"}
    return {"values": [_VALUE, hidden], "next": more, "withdrawn": [], "state": state_of([_KEY])}


def _values_csv() -> Any:
    cells = {**_VALUE, "area_name": "Finnmark", "suppressed": "false"}
    row = ["" if (cell := cells[name]) is None else str(cell) for name in CSV_COLUMNS]
    return "\n".join([",".join(CSV_COLUMNS), ",".join(row)])


def _page(name: str, row: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: {name: [row()], "next": None}


EXAMPLES: Mapping[str, Callable[[], Any]] = {
    "index": _index,
    "editions": _editions,
    "figures": _page("figures", lambda: {**summary(definition(_FIGURE), ()), "editions": [str(_KEY)]}),
    "dimensions": _page("dimensions", lambda: {**_DIMENSION, "figures": ["residents"]}),
    "definitions": _page("definitions", lambda: described(definition(_FIGURE))),
    "definition": lambda: described(definition(_FIGURE)),
    "values": _values,
    "values_csv": _values_csv,
    "areas": _page("areas", lambda: next(each.row for each in reference.areas() if each.row["code"] == "1507")),
    "parameters": _page("parameters", lambda: reference.parameters()[0].row),
    "tariffs": _page("tariffs", lambda: next(each.row for each in reference.tariffs() if each.row["code"] == "2ad")),
    "tariff_rules": _page("tariff_rules", lambda: reference.tariff_rules()[0].row),
}
"""By the name of the operation."""

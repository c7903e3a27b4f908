"""What is answered about figures: their definitions, the editions, and the values as JSON and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from io import BytesIO, TextIOWrapper
from typing import Any

import orjson
from django.utils.translation import gettext as _

from fastlege.figures.catalogue import UNITS, Definition, definition, definitions
from fastlege.figures.dimensions import DIMENSIONS
from fastlege.figures.levels import Words
from fastlege.kernel.errors import DataError
from fastlege.web.open_data import reference
from fastlege.web.open_data.asking.shared import EVERYTHING, NOT_DIVIDED
from fastlege.web.open_data.problems import ROOT, ProblemError
from fastlege.web.open_data.reading.cursors import Cursor, Key, UnreadableError, read_cursor, read_state, state_of
from fastlege.web.open_data.reading.pages import COLUMNS, Page, Wanted, WithdrawnError, as_objects, page_of, records
from fastlege.web.open_data.reading.store import Columns
from fastlege.web.open_data.rows import page_of_rows
from fastlege.web.open_data.serving import Answer, Asked, shown

_FILTERS = ("figure", "level", "area", "dimension", "group")
CSV_COLUMNS = (*COLUMNS[:5], "area_name", *COLUMNS[5:])


def all_editions(asked: Asked) -> Answer:
    """The editions, those since a state or an edition only."""
    installed = shown()
    found, withdrawn = _since(installed, asked.values["since"])
    content = {
        "editions": [_edition(columns) for columns in found],
        "withdrawn": withdrawn,
        "state": state_of(columns.key for columns in installed),
    }
    return Answer(lambda: orjson.dumps(content))


def _edition(columns: Columns) -> dict[str, Any]:
    """What an edition says of itself."""
    return {
        "id": str(columns.key),
        "as_of": columns.as_of,
        "synthetic": bool(columns.meta.get("recipe")),
        "values": columns.rows,
        "figures": sorted(columns.texts["figure"].texts),
        "levels": sorted(columns.texts["level"].texts),
        "about": {name: str(text) for name, text in columns.meta.items()},
    }


def figures(asked: Asked) -> Answer:
    """The figures of the catalogue, briefly."""
    wanted = [each for each in definitions() if not asked.values["figure"] or each.id in asked.values["figure"]]
    installed = shown()
    return page_of_rows(asked, "figures", [summary(each, installed) for each in wanted])


def dimensions(asked: Asked) -> Answer:
    """What figures are divided by, and the groups. Of those that are found (diagnoses), the ones with a name."""
    rows = [
        {
            "id": each.id,
            "title": each.title,
            "groups": [{"code": code, "name": name} for code, name in (*each.groups, *each.names.items())],
            "figures": [figure.id for figure in definitions() if each.id in figure.splits],
        }
        for each in DIMENSIONS.values()
    ]
    return page_of_rows(asked, "dimensions", rows)


def all_definitions(asked: Asked) -> Answer:
    """The definitions of the catalogue."""
    wanted = [each for each in definitions() if not asked.values["figure"] or each.id in asked.values["figure"]]
    return page_of_rows(asked, "definitions", [described(each) for each in wanted])


def one_definition(asked: Asked) -> Answer:
    """The definition of one figure."""
    try:
        found = definition(asked.values["figure"])
    except DataError as error:
        raise ProblemError(404, _("Det finnes ikke noe slikt tall. /api/v1/figures har dem alle.")) from error
    return Answer(lambda: orjson.dumps(described(found)))


def values_json(asked: Asked) -> Answer:
    """A page of values as JSON."""
    page, withdrawn, state = _page(asked)
    following = asked.next(page.next)

    def write() -> bytes:
        content = {"values": as_objects(page), "next": following, "withdrawn": withdrawn, "state": state}
        return orjson.dumps(content)

    return Answer(write, following)


def values_csv(asked: Asked) -> Answer:
    """A page of values as CSV, with the names of the areas."""
    page, _withdrawn, _state = _page(asked)
    language = asked.values["language"]
    return Answer(lambda: _csv(page, language), asked.next(page.next))


def _csv(page: Page, language: str) -> bytes:
    content = BytesIO()
    text = TextIOWrapper(content, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    names = {columns.key: columns.names for columns, _ in page.parts}
    by_id = {str(key): found for key, found in names.items()}
    writer.writerows(
        (*row[:5], _name(by_id[str(row[0])], row, language), *row[5:-2], "true" if row[-2] else "false", row[-1])
        for row in records(page)
    )
    text.flush()
    return content.getvalue()


def _name(names: Any, row: tuple[object, ...], language: str) -> str:
    found = names.get((row[3], row[4]))
    return found.in_language(language) if found else ""


def _page(asked: Asked) -> tuple[Page, list[str], str]:
    installed = shown()
    wanted = _wanted(asked, installed)
    chosen = _chosen(installed, asked.values["edition"])
    found, withdrawn = _since(chosen, asked.values["since"])
    cursor = _cursor(asked.values["cursor"], wanted)
    keys = [columns.key for columns in found]
    try:
        page = page_of(installed, wanted, asked.values["limit"], editions=keys, cursor=cursor)
    except WithdrawnError as error:
        raise ProblemError(410, _("En utgave som du leste i, er byttet ut. Begynn på nytt uten cursor.")) from error
    known = _known(asked.values["since"]) & {columns.key for columns in installed}
    return page, withdrawn, state_of({*page.editions, *known})


def _wanted(asked: Asked, installed: Sequence[Columns]) -> Wanted:
    texts = {name: frozenset(asked.values[name]) for name in _FILTERS if asked.values[name]}
    # Groups beside the whole would be added up by mistake: they come when they are asked for.
    dimensions = texts.pop("dimension", frozenset({EVERYTHING if "group" in texts else NOT_DIVIDED}))
    if EVERYTHING not in dimensions:
        texts["dimension"] = frozenset("" if name == NOT_DIVIDED else name for name in dimensions)
    for name in ("area", "group"):
        if name not in texts:
            continue
        there = {text for columns in installed for text in columns.texts[name].texts}
        # An area that was, and is in no edition, is no mistake: it has no values.
        there |= reference.area_codes() if name == "area" else set()
        if texts[name] - there:
            raise _in_no_edition(name)
    return Wanted(texts)


def _chosen(installed: Sequence[Columns], named: Sequence[str]) -> list[Columns]:
    """The editions that are named by day or by id; all when none is."""
    if set(named) - {name for columns in installed for name in _names(columns)}:
        raise ProblemError(
            404, _("%(name)s har en verdi som ingen utgave har.") % {"name": "edition"}, parameter="edition"
        )
    return [columns for columns in installed if not named or set(named) & set(_names(columns))]


def _in_no_edition(name: str) -> ProblemError:
    detail = _("%(name)s har en verdi som ingen utgave har.")
    return ProblemError(404, detail % {"name": name}, parameter=name)


def _names(columns: Columns) -> tuple[str, str]:
    return str(columns.key), columns.as_of.isoformat()


def _cursor(text: str | None, wanted: Wanted) -> Cursor | None:
    if text is None:
        return None
    try:
        cursor = read_cursor(text)
    except UnreadableError as error:
        raise ProblemError(400, _("cursor er ikke noe vi har gitt."), parameter="cursor") from error
    if cursor.asked != wanted.digest:
        raise ProblemError(400, _("cursor hører til et annet spørsmål enn dette."), parameter="cursor")
    return cursor


def _since(found: Sequence[Columns], since: str | None) -> tuple[list[Columns], list[str]]:
    """The editions that have come since, and those of the state that are no longer there."""
    if since is None:
        return list(found), []
    if since[4:5] == "-":
        return [columns for columns in found if columns.as_of > date.fromisoformat(since[:10])], []
    known = read_state(since)
    gone = sorted(known - {columns.key for columns in shown()})
    return [columns for columns in found if columns.key not in known], [str(key) for key in gone]


def _known(since: str | None) -> frozenset[Key]:
    return frozenset() if since is None or since[4:5] == "-" else read_state(since)


def summary(each: Definition, installed: Sequence[Columns]) -> dict[str, Any]:
    """A figure, briefly, with the editions that have it."""
    plain = ("id", "order", "theme", "title", "unit", "decimals", "direction", "status", "splits")
    return {
        **{name: getattr(each, name) for name in plain},
        "unit_words": UNITS[each.unit],
        "editions": [str(columns.key) for columns in installed if each.id in columns.texts["figure"].numbers],
        "definition": f"{ROOT}definitions/{each.id}",
    }


def described(each: Definition) -> dict[str, Any]:
    """A definition with the words of its unit."""
    words: Words = UNITS[each.unit]
    return {**{field.name: getattr(each, field.name) for field in fields(each)}, "unit_words": words}

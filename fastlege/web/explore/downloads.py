"""Files of a figure's values: Excel, CSV, JSON and Parquet, each with definition, source and day in it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from fastlege.figures.catalogue import UNITS, Definition
from fastlege.figures.dimensions import DIMENSIONS
from fastlege.reporting import licence
from fastlege.reporting.edition import Edition
from fastlege.web.explore.cells import Cell, area_name
from fastlege.web.published import words

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("figure", "title", "level", "area", "name")),
        *((name, pa.string()) for name in ("dimension", "group", "group_name")),
        ("value", pa.float64()),
        ("numerator", pa.int64()),
        ("denominator", pa.int64()),
        ("suppressed", pa.bool_()),
        ("unit", pa.string()),
        ("as_of", pa.date32()),
        *((name, pa.string()) for name in ("definition", "source")),
    ]
)
"""One row a value. What is repeated in every row makes each of them say by itself what it is."""


@dataclass(frozen=True)
class Part:
    """Cells of one edition, divided by a dimension or not (`dimension` is empty)."""

    edition: Edition
    dimension: str
    cells: Sequence[Cell]


def records(figure: Definition, parts: Sequence[Part]) -> list[dict[str, Any]]:
    """The rows of a file."""
    same = {
        "figure": figure.id,
        "title": words(figure.title),
        "unit": words(UNITS[figure.unit]),
        "definition": definition_text(figure),
        "source": "; ".join(f"{each.table}: {each.name}" for each in figure.sources),
    }
    return [_record(part, cell, same) for part in parts for cell in part.cells]


def definition_text(figure: Definition) -> str:
    """How a figure is counted, in one line: what is counted, and what it is divided by."""
    counted = words(figure.numerator_words)
    return f"{counted} / {words(figure.denominator_words)}" if figure.denominator_words else counted


def _record(part: Part, cell: Cell, same: dict[str, str]) -> dict[str, Any]:
    found = cell.found
    row = same | {
        "level": cell.area.level.value,
        "area": cell.area.code,
        "name": area_name(cell.area, part.edition),
        "dimension": part.dimension,
        "group": cell.group,
        "group_name": words(DIMENSIONS[part.dimension].name(cell.group)) if part.dimension else "",
        "value": found.value if found else None,
        "numerator": found.numerator if found else None,
        "denominator": found.denominator if found else None,
        "suppressed": found.suppressed if found else False,
        "as_of": part.edition.as_of,
    }
    return {name: row[name] for name in SCHEMA.names}


def as_csv(figure: Definition, parts: Sequence[Part]) -> bytes:
    """A comma-separated file with a heading."""
    text = StringIO()
    writer = csv.DictWriter(text, SCHEMA.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records(figure, parts))
    return text.getvalue().encode()


def as_json(figure: Definition, parts: Sequence[Part]) -> bytes:
    """The whole definition once, and the values."""
    repeated = ("figure", "title", "unit", "definition", "source")
    values = [{name: value for name, value in row.items() if name not in repeated} for row in records(figure, parts)]
    content = {
        "license": licence.PAGE,
        "definition": figure,
        "as_of": parts[-1].edition.as_of,
        "edition": dict(parts[-1].edition.meta),
        "values": values,
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)


def as_parquet(figure: Definition, parts: Sequence[Part]) -> bytes:
    """A Parquet file; the definition and what the edition was made from stand in the file's own metadata too."""
    about = {
        "license": licence.PAGE.encode(),
        "definition": orjson.dumps(figure),
        "edition": orjson.dumps(dict(parts[-1].edition.meta)),
    }
    out = BytesIO()
    pq.write_table(pa.Table.from_pylist(records(figure, parts), SCHEMA.with_metadata(about)), out, compression="zstd")
    return out.getvalue()


def as_xlsx(figure: Definition, parts: Sequence[Part]) -> bytes:
    """A workbook: a sheet of values with numbers as numbers, and one that says what they are."""
    out, edition = BytesIO(), parts[-1].edition
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        # The day of the figures and not of the request, so that the same view gives the same bytes.
        made = datetime.combine(edition.as_of, datetime.min.time())
        book.set_properties({"title": words(figure.title), "author": "Fastlege", "created": made})
        heading, as_day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
        _fill(book.add_worksheet(_("Verdier")), records(figure, parts), heading, as_day)
        about = book.add_worksheet(_("Om tallet"))
        for line, (name, text) in enumerate(_facts(figure, edition)):
            about.write_string(line, 0, name, heading)
            about.write_string(line, 1, text)
        about.set_column(0, 0, 24)
        about.set_column(1, 1, 100)
    return out.getvalue()


def _fill(sheet: Worksheet, rows: Sequence[dict[str, Any]], heading: Format, as_day: Format) -> None:
    columns = _columns()
    for at, (name, title) in enumerate(columns.items()):
        sheet.write_string(0, at, title, heading)
        for line, row in enumerate(rows, 1):
            _write(sheet, (line, at), row[name], as_day)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    sheet.set_column(0, len(columns) - 1, 18)


def _columns() -> dict[str, str]:
    """The columns of a sheet for people to read; what is the same in every row stands on the other sheet."""
    return {
        "area": _("Kode"),
        "name": _("Område"),
        "group_name": _("Gruppe"),
        "value": _("Verdi"),
        "numerator": _("Teller"),
        "denominator": _("Nevner"),
        "suppressed": _("Skjermet"),
        "as_of": _("Dag"),
    }


def _facts(figure: Definition, edition: Edition) -> list[tuple[str, str]]:
    told = [
        (_("Tall"), words(figure.title)),
        (_("Enhet"), words(UNITS[figure.unit])),
        (_("Slik er det regnet"), definition_text(figure)),
        *((_("Kilde for definisjonen"), f"{each.table}: {each.name}") for each in figure.sources),
        *((_("Vær oppmerksom på"), words(each)) for each in figure.breaks),
        (_("Skjermet"), _("Tall som kunne røpe noe om enkeltpersoner, er tomme.")),
        (_("Bruk av dataene"), words(licence.TERMS)),
    ]
    return [*told, (_("Rettet"), edition.note)] if edition.note else told


def _write(sheet: Worksheet, place: tuple[int, int], value: object, as_day: Format) -> None:
    if isinstance(value, bool):
        sheet.write_string(*place, _("ja") if value else "")
    elif isinstance(value, int | float):
        sheet.write_number(*place, value)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, as_day)
    elif value:
        # As text and never as a formula, whatever a name begins with.
        sheet.write_string(*place, str(value))


Write = Callable[[Definition, Sequence[Part]], bytes]
KINDS: dict[str, tuple[str, Write]] = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "csv": ("text/csv; charset=utf-8", as_csv),
    "json": ("application/json", as_json),
    "parquet": ("application/vnd.apache.parquet", as_parquet),
}
"""The kinds of files by the ending of their names."""

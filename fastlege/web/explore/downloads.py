"""Files of a figure's values: CSV, JSON and Parquet, each with the definition, the source and the day in it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

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


Write = Callable[[Definition, Sequence[Part]], bytes]
KINDS: dict[str, tuple[str, Write]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "json": ("application/json", as_json),
    "parquet": ("application/vnd.apache.parquet", as_parquet),
}
"""The kinds of files by the ending of their names."""

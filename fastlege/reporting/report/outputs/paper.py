"""A report as a tagged PDF: typst checks that it can be read aloud (PDF/UA-1), and refuses to make one that cannot."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import typst

from fastlege.reporting.report.model import Block, Chart, Document, Made, Notice, Paragraph
from fastlege.reporting.report.wording import words

_TEMPLATE = Path(__file__).with_name("paper.typ")
_FONTS = Path(__file__).parents[1] / "fonts"
_WORDS = ("contents", "definitions", "definitions_text", "glossary", "method", "map_legend")


def as_pdf(document: Document) -> bytes:
    """The report as PDF/UA-1. The same report gives the same bytes."""
    # In a file, since a report is larger than what may be passed as an argument; its folder is typst's whole world.
    with _sources(document) as source:
        return typst.compile(
            str(source),
            root=str(source.parent),
            format="pdf",
            pdf_standards=["ua-1"],
            font_paths=[str(_FONTS)],
            ignore_system_fonts=True,
        )


@contextmanager
def _sources(document: Document) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        shutil.copy(_TEMPLATE, Path(folder) / "paper.typ")
        (Path(folder) / "report.json").write_bytes(orjson.dumps(_facts(document)))
        yield Path(folder) / "paper.typ"


def _facts(document: Document) -> dict[str, Any]:
    told = words(document.language)
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "language": document.language,
        "facts": document.facts,
        "words": {name: told[name] for name in _WORDS},
        "chapters": [_chapter(each, told) for each in document.chapters],
        "definitions": [
            {"title": each.title, "question": each.question, "rows": each.rows} for each in document.definitions
        ],
        "glossary": [[term.word, term.meaning] for term in document.glossary],
        "method": document.method,
    }


def _chapter(made: Made, told: dict[str, Any]) -> dict[str, Any]:
    name = f"{told['appendix']} {made.number}." if made.appendix else made.number
    return {
        "title": f"{name} {made.title}",
        "parts": [
            {"title": f"{made.number}.{at} {part.title}", "blocks": [_block(block, told) for block in part.blocks]}
            for at, part in enumerate(made.parts, start=1)
        ],
    }


def _block(block: Block, told: dict[str, Any]) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": block.text}
    if isinstance(block, Notice):
        return {"kind": "notice", "heading": block.heading, "text": block.text}
    if isinstance(block, Chart):
        return {
            "kind": "chart",
            "name": f"{told['chart']} {block.number}",
            "title": block.title,
            "unit": block.unit,
            "description": f"{block.title}. {block.description}",
            "svg": block.svg,
            "legend": block.legend,
            "notes": block.notes,
            "tall": not block.legend and _is_tall(block.svg),
        }
    return {
        "kind": "table",
        "name": f"{told['table']} {block.number}",
        "title": block.title,
        "corner": block.corner,
        "columns": block.columns,
        "rows": [
            {"label": row.label, "total": row.total, "values": [value.text for value in row.values]}
            for row in block.rows
        ],
        "notes": block.notes,
    }


def _is_tall(svg: str) -> bool:
    """Whether a picture is higher than wide: bars for many areas, which a page has room for beside another chart."""
    found = _BOX.search(svg)
    return found is not None and float(found[2]) > float(found[1])


_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')

"""A report as a site of static pages: a cover, a page a chapter, definitions, glossary and method.

The pages work from any folder or server, without scripts, and forbid everything else in their own words (CSP).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path

from fastlege.reporting import licence
from fastlege.reporting.report.model import Document
from fastlege.reporting.report.outputs.page_parts import (
    chapter_html,
    definitions_html,
    glossary_html,
    method_html,
)
from fastlege.reporting.report.wording import words

POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
FONTS = ("Inter-Regular.ttf", "Inter-SemiBold.ttf")


@dataclass(frozen=True)
class _Page:
    file: str
    heading: str
    body: str


def write_pages(document: Document, folder: Path) -> None:
    """Write the pages, their style and fonts, and each chart as a file of its own."""
    pages = _pages(document)
    for at, page in enumerate(pages):
        before, after = pages[at - 1] if at else None, pages[at + 1] if at + 1 < len(pages) else None
        (folder / page.file).write_text(_whole(document, page, pages, (before, after)), encoding="utf-8")
    source = files("fastlege.reporting.report")
    (folder / "report.css").write_text((source / "report.css").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "fonts").mkdir()
    for font in FONTS:
        (folder / "fonts" / font).write_bytes((source / "fonts" / font).read_bytes())
    (folder / "charts").mkdir()
    for chart in document.charts():
        name = chart.number.lower().replace(".", "-")
        (folder / "charts" / f"{name}.svg").write_text(chart.svg, encoding="utf-8")


def _pages(document: Document) -> list[_Page]:
    told = words(document.language)
    chapters = [
        _Page(f"{each.id}.html", _heading(told, each.number, each.title, appendix=each.appendix), "")
        for each in document.chapters
    ]
    bodies = [chapter_html(each, document.language) for each in document.chapters]
    made = [_Page(page.file, page.heading, body) for page, body in zip(chapters, bodies, strict=True)]
    back = [
        _Page("definitions.html", told["definitions"], definitions_html(document)),
        _Page("glossary.html", told["glossary"], glossary_html(document)),
        _Page("method.html", told["method"], method_html(document)),
    ]
    return [_Page("index.html", document.title, _cover(document, [*made, *back])), *made, *back]


def _heading(told: dict[str, str], number: str, title: str, *, appendix: bool) -> str:
    return f"{told['appendix']} {number}. {title}" if appendix else f"{number} {title}"


def _cover(document: Document, pages: Sequence[_Page]) -> str:
    told = words(document.language)
    facts = "".join(f"<li>{escape(fact)}</li>" for fact in document.facts)
    contents = "".join(f'<li><a href="{page.file}">{escape(page.heading)}</a></li>' for page in pages)
    files_ = "".join(
        f'<li><a href="{file}">{escape(text)}</a></li>'
        for file, text in (("report.pdf", told["pdf"]), ("report.xlsx", told["xlsx"]))
    )
    machine = " ".join(f'<a href="{file}">{file}</a>' for file in ("datapackage.json", "catalog.jsonld"))
    terms = escape(licence.TERMS.in_language(document.language))
    page = f'<a href="{licence.PAGE}">{escape(licence.TITLE)}</a>'
    return (
        f'<p class="lead">{escape(document.subtitle)}</p><ul class="facts">{facts}</ul>'
        f'<h2>{escape(told["contents"])}</h2><ol class="contents">{contents}</ol>'
        f"<h2>{escape(told['downloads'])}</h2><ul>{files_}</ul>"
        f'<h2>{escape(told["data"])}</h2><p class="text">{escape(told["data_text"])}</p><p>{machine}</p>'
        f'<p class="text">{terms} {page}</p>'
    )


def _whole(
    document: Document, page: _Page, pages: Sequence[_Page], neighbours: tuple[_Page | None, _Page | None]
) -> str:
    told = words(document.language)
    home = page.file == "index.html"
    title = document.title if home else f"{page.heading} - {document.title}"
    links = "".join(
        f'<li><a href="{each.file}"{" aria-current=page" if each is page else ""}>{escape(each.heading)}</a></li>'
        for each in pages
    )
    contents = (
        ""
        if home
        else f'<details class="contents"><summary>{escape(told["contents"])}</summary><nav aria-label="'
        f'{escape(told["contents"])}"><ol>{links}</ol></nav></details>'
    )
    turns = "".join(
        f'<a class="{kind}" href="{near.file}"><span class="quiet">{escape(told[kind])}</span> '
        f"{escape(near.heading)}</a>"
        for kind, near in zip(("previous", "next"), neighbours, strict=True)
        if near
    )
    return (
        f'<!doctype html>\n<html lang="{document.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="report.css"></head>\n<body>'
        f'<a class="skip" href="#main">{escape(told["skip"])}</a>'
        f'<header><div class="frame"><a class="name" href="index.html">{escape(document.title)}</a>'
        f"{contents}</div></header>\n"
        f'<main id="main" class="frame{" cover" if home else ""}"><h1>{escape(page.heading)}</h1>\n{page.body}\n'
        f'<nav class="turns" aria-label="{escape(told["previous"])}, {escape(told["next"])}">{turns}</nav></main>\n'
        f'<footer><div class="frame"><p>{escape(document.title)}. {escape(document.facts[0])} '
        f"{escape(told['footer'])}.</p></div></footer></body></html>\n"
    )
